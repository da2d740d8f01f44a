namespace MatterStack.Engine.Operators;

/// <summary>What an operator would start for an attempt.</summary>
/// <param name="FileName">Name of the script in the attempt's folder.</param>
/// <param name="Script">Text of the script.</param>
internal sealed record AttemptPreview(string FileName, string Script)
{
    /// <summary>Partition of the cluster; null if the site lists none to choose from.</summary>
    public string? Partition { get; init; }

    /// <summary>Why this partition; null if the site lists none to choose from.</summary>
    public string? PartitionReason { get; init; }
}
