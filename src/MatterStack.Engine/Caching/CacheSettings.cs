namespace MatterStack.Engine.Caching;

/// <summary>The cache of a workspace.</summary>
/// <param name="Folder">Its folder, absolute.</param>
/// <param name="Mode">Permitted use.</param>
internal sealed record CacheSettings(string Folder, CacheMode Mode)
{
    /// <summary>Default folder, relative to the project.</summary>
    public const string DefaultFolder = ".matterstack/cache";

    /// <summary>Values of the setting <c>MatterStackCacheMode</c>, for messages.</summary>
    public const string AllowedModes = "readwrite, read or off";

    /// <summary>Parses a value of <c>MatterStackCacheMode</c>; returns null if it is none of <see cref="AllowedModes"/>.</summary>
    public static CacheMode? ParseMode(string text) =>
        text.ToUpperInvariant() switch
        {
            "READWRITE" => CacheMode.ReadWrite,
            "READ" => CacheMode.Read,
            "OFF" => CacheMode.Off,
            _ => null,
        };

    public static string FormatMode(CacheMode mode) =>
        mode switch
        {
            CacheMode.ReadWrite => "readwrite",
            CacheMode.Read => "read",
            CacheMode.Off => "off",
            _ => throw new InvalidOperationException($"No name for {mode}"),
        };
}
