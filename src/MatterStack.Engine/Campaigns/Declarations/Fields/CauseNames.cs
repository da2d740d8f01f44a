using System.Text.RegularExpressions;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>Names of the engine's causes of an end, and rules for names of causes in metadata.</summary>
internal static partial class CauseNames
{
    /// <summary>Causes of the engine that <c>RetryOn</c> may name.</summary>
    public static IReadOnlyList<string> Retried { get; } =
    [
        RetryCause.Exit,
        "SIGNAL",
        "TIMEOUT",
        "OUT_OF_MEMORY",
        "OUTPUTS_MISSING",
        "NODE_FAIL",
        "BOOT_FAIL",
        "PREEMPTED",
        "DEADLINE",
        "NOT_STARTED",
        "LOST",
        "STOPPED",
        "NO_SUCCESS_MARK",
    ];

    /// <summary>Causes of the engine after which no attempt follows by itself.</summary>
    public static IReadOnlyList<string> Final { get; } = ["CANCELLED", "VERDICT", "NO_PROGRESS", "AMENDED"];

    /// <summary>Causes of the engine that <c>FailWhen</c> may name: a program may say them itself, and the engine knows what to do
    /// then.</summary>
    public static IReadOnlyList<string> Shared { get; } = ["OUT_OF_MEMORY", "TIMEOUT", "NODE_FAIL"];

    /// <summary>Whether a text has the form of a name.</summary>
    public static bool IsName(string? text) => text is not null && NameRegex().IsMatch(text);

    /// <summary>Whether <c>FailWhen</c> may name a cause so.</summary>
    public static bool IsMarkName(string? text) =>
        IsName(text) && (Shared.Contains(text) || !(text == RetryCause.Any || Retried.Contains(text) || Final.Contains(text)));

    [GeneratedRegex("^[A-Z][A-Z0-9_]*$")]
    private static partial Regex NameRegex();
}
