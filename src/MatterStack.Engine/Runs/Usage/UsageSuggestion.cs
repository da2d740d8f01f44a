namespace MatterStack.Engine.Runs.Usage;

/// <summary>Metadata that is worth writing for a group of tasks.</summary>
/// <param name="Metadata">Names and values, as a task item takes them.</param>
/// <param name="Silences">Why other metadata are not suggested, one sentence each.</param>
internal sealed record UsageSuggestion(IReadOnlyList<(string Name, string Value)> Metadata, IReadOnlyList<string> Silences)
{
    /// <summary>The metadata as attributes of an item: <c>MemoryGb="3" TimeLimitMinutes="25"</c>; null if there are none.</summary>
    public string? Text => Metadata.Count == 0 ? null : string.Join(' ', Metadata.Select(static pair => $"{pair.Name}=\"{pair.Value}\""));
}
