namespace MatterStack.Engine.Campaigns;

/// <summary>One entry of a task's <c>Publish</c>: an output that is copied into the project's folder.</summary>
/// <param name="Output">Path of the output, relative to <c>work/</c>; null: the task's only output.</param>
/// <param name="Target">Path of the copy, relative to the project's folder.</param>
public sealed record PublishRequest(string? Output, string Target)
{
    /// <summary>Allows <c>Publish = ["results/eos.csv", "out.csv=&gt;results/out.csv"]</c> in a C# campaign.</summary>
    public static implicit operator PublishRequest(string text) => FromString(text);

    /// <summary>Parses <c>target</c> or <c>output=&gt;target</c>.</summary>
    public static PublishRequest FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (first, second) = FileRequest.SplitEntry(text);
        return second is null ? new PublishRequest(null, first.Trim()) : new PublishRequest(first.Trim(), second.Trim());
    }

    /// <inheritdoc />
    public override string ToString() => Output is null ? Target : $"{Output}=>{Target}";
}
