using System.Text.Json;

namespace MatterStack.Engine.Campaigns;

/// <summary>What a function that stands for the tasks says became of one of them.</summary>
public sealed record HarnessResult
{
    private HarnessResult(string? reason) => Reason = reason;

    /// <summary>Why it failed; null if it completed.</summary>
    public string? Reason { get; }

    /// <summary>What its <c>results.json</c> would be.</summary>
    public object? Results { get; private init; }

    /// <summary>Its outputs, text by path.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Files { get; init; } = [];

    /// <summary>It completed.</summary>
    /// <param name="results">Anything that <c>System.Text.Json</c> writes as an object, an anonymous type for instance; null for no <c>results.json</c>.</param>
    public static HarnessResult Completed(object? results = null) => new((string?)null) { Results = results };

    /// <summary>An attempt failed. As many are made as the task allows.</summary>
    public static HarnessResult Failed(string reason) => new(reason);

    /// <summary>The same with an output.</summary>
    /// <param name="path">Relative to the task's <c>work/</c> folder.</param>
    /// <param name="text">Its content.</param>
    public HarnessResult WithFile(string path, string text) => this with { Files = [.. Files, new(path, text)] };

    internal string? Json => Results is null ? null : JsonSerializer.Serialize(Results);
}
