namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>Files</c>.</summary>
/// <param name="Source">Path or pattern relative to the campaign project's folder, forward slashes.</param>
/// <param name="Target">Name in the task's <c>work/</c> folder; null keeps the relative path.</param>
public sealed record FileRequest(string Source, string? Target = null)
{
    /// <summary>So that a campaign in C# can write <c>Files = ["in.lmp", "data/Ni.eam=>potential"]</c>.</summary>
    public static implicit operator FileRequest(string text) => FromString(text);

    /// <summary><c>path</c> or <c>path=>name</c>.</summary>
    public static FileRequest FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var arrow = text.IndexOf("=>", StringComparison.Ordinal);
        return arrow < 0 ? new FileRequest(text) : new FileRequest(text[..arrow].Trim(), text[(arrow + 2)..].Trim());
    }

    /// <inheritdoc />
    public override string ToString() => Target is null ? Source : $"{Source}=>{Target}";
}
