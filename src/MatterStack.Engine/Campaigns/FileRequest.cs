namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>Files</c>.</summary>
/// <param name="Source">Path or pattern relative to the campaign project's folder, forward slashes.</param>
/// <param name="Target">Name in the task's <c>work/</c> folder; null keeps the relative path.</param>
public sealed record FileRequest(string Source, string? Target = null)
{
    /// <summary>Allows <c>Files = ["in.lmp", "data/Ni.eam=>potential"]</c> in a C# campaign.</summary>
    public static implicit operator FileRequest(string text) => FromString(text);

    /// <summary>Parses <c>path</c> or <c>path=>name</c>.</summary>
    public static FileRequest FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (source, target) = SplitEntry(text);
        return target is null ? new FileRequest(source) : new FileRequest(source.Trim(), target.Trim());
    }

    /// <summary>Splits an entry into its two parts, unchecked.</summary>
    internal static (string Source, string? Target) SplitEntry(string text) =>
        text.IndexOf("=>", StringComparison.Ordinal) is >= 0 and var arrow ? (text[..arrow], text[(arrow + 2)..]) : (text, null);

    /// <inheritdoc />
    public override string ToString() => Target is null ? Source : $"{Source}=>{Target}";
}
