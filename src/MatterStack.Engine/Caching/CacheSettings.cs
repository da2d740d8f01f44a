namespace MatterStack.Engine.Caching;

/// <summary>What may be done with the cache.</summary>
internal enum CacheMode
{
    /// <summary>Results are taken from it and put into it.</summary>
    ReadWrite,

    /// <summary>Results are taken from it; nothing in it is changed.</summary>
    Read,

    /// <summary>It is not looked at.</summary>
    Off,
}

/// <summary>The cache of a workspace.</summary>
/// <param name="Folder">Its folder, absolute.</param>
/// <param name="Mode">What may be done with it.</param>
internal sealed record CacheSettings(string Folder, CacheMode Mode)
{
    /// <summary>Where it is unless the project says otherwise, relative to the project.</summary>
    public const string DefaultFolder = ".matterstack/cache";

    /// <summary>What the setting <c>MatterStackCacheMode</c> takes.</summary>
    public const string Modes = "readwrite, read or off";

    /// <summary>Reads <c>MatterStackCacheMode</c>; null if it is none of <see cref="Modes"/>.</summary>
    public static CacheMode? ParseMode(string text) => text.ToUpperInvariant() switch
    {
        "READWRITE" => CacheMode.ReadWrite,
        "READ" => CacheMode.Read,
        "OFF" => CacheMode.Off,
        _ => null,
    };

    public static string NameOf(CacheMode mode) => mode switch
    {
        CacheMode.ReadWrite => "readwrite",
        CacheMode.Read => "read",
        CacheMode.Off => "off",
        _ => throw new InvalidOperationException($"No name for {mode}"),
    };
}
