using System.Text.Json;

namespace MatterStack.Engine.Campaigns;

/// <summary>Result of one attempt, as the function of a <see cref="CampaignHarness"/> reports it.</summary>
public sealed record HarnessResult
{
    private HarnessResult(string? reason) => Reason = reason;

    /// <summary>Why it failed; null if it completed.</summary>
    public string? Reason { get; }

    /// <summary>Cause of a failure as the store names it, for <c>OnFailed</c> of the campaign.</summary>
    public string Cause { get; init; } = "EXIT";

    /// <summary>Content of its <c>results.json</c>; null for none.</summary>
    public object? Results { get; private init; }

    /// <summary>Outputs: path and text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Files { get; init; } = [];

    /// <summary>Creates a result of an attempt that completed.</summary>
    /// <param name="results">An object that <c>System.Text.Json</c> writes as a JSON object, for example of an anonymous type; null for no
    /// <c>results.json</c>.</param>
    public static HarnessResult Completed(object? results = null) => new((string?)null) { Results = results };

    /// <summary>Creates a result of an attempt that failed. The harness makes as many attempts as the task allows.</summary>
    public static HarnessResult Failed(string reason) => new(reason);

    /// <summary>Returns the same result with one more output.</summary>
    /// <param name="path">Relative to the task's <c>work/</c> folder.</param>
    /// <param name="text">Its content.</param>
    public HarnessResult WithFile(string path, string text) => this with { Files = [.. Files, new(path, text)] };

    internal string? Json => Results is null ? null : JsonSerializer.Serialize(Results);
}
