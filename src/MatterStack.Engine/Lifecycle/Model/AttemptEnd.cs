namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What the operator found when an attempt had ended.</summary>
public sealed record AttemptEnd
{
    /// <summary>Exit code of the command; null if there is none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Cause of the end; null if it follows from the other properties (exit code, cancellation, missing outputs), or is not
    /// known. A completed attempt has no cause.</summary>
    public EndCause? Cause { get; init; }

    /// <summary>External cause of the end (a signal, the time limit, a reboot), as text for people; null if it ended by itself.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Whether the end was requested.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Declared outputs that were found.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    /// <summary>Declared outputs that were not found.</summary>
    public IReadOnlyList<string> MissingOutputs { get; init; } = [];

    /// <summary>Content of <c>results.json</c>, a JSON object.</summary>
    public string? ResultsJson { get; init; }

    /// <summary>Name of the person who answered; null if no person answered.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>The person's answer in one line, for the record; null if no person answered.</summary>
    public string? Answer { get; init; }

    /// <summary>Origin of the result, if it was restored from the cache; otherwise null.</summary>
    internal CachedResult? CachedResult { get; init; }

    /// <summary>Additional text about a failure; it follows the exit code in the reason.</summary>
    internal string? FailureNote { get; init; }

    /// <summary>Unknown facts about the end, as text for people; part of the reason. Null if there are none.</summary>
    internal string? UnknownFacts { get; init; }

    /// <summary>Parts of the attempt that could not be ended and may continue, as text for people; no other attempt follows. Null if there
    /// are none.</summary>
    internal string? StillRunning { get; init; }

    /// <summary>Whether another attempt would end in the same way; none follows.</summary>
    internal bool IsPermanent { get; init; }

    /// <summary>Warnings for a person, independent of the outcome: a file was not fetched, a value is unknown. One line each.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Versions of codes that its script has determined.</summary>
    internal IReadOnlyList<CodeVersion> CodeVersions { get; init; } = [];

    /// <summary>Name of the cause that follows from the lines of the attempt's files (<c>FailWhen</c>, <c>SucceedWhen</c>); null if none
    /// does. It decides only if the command ended by itself.</summary>
    internal string? Verdict { get; init; }

    /// <summary>Where the line of <see cref="Verdict"/> is, as text for people.</summary>
    internal string? VerdictReason { get; init; }

    /// <summary>Whether the task's stop signal was sent to the command.</summary>
    internal bool WasSignalled { get; init; }

    /// <summary>The end of the command by its monitor. The attempt is completed if its lines of <c>SucceedWhen</c> and its outputs are
    /// there, and <see cref="ExitCode"/> is 0 so that they are looked for. Null if no monitor ended it, or if it failed by that
    /// alone.</summary>
    internal MonitorStop? Stop { get; init; }

    /// <summary>Files that the attempt leaves for the next one; none after a completed attempt.</summary>
    internal IReadOnlyList<LeftFile> LeftFiles { get; init; } = [];

    /// <summary>Why the attempt began afresh although files were to be carried; null if it did not.</summary>
    internal string? NotCarriedReason { get; init; }

    /// <summary>Nodes of the cluster that it ran on, separated by commas; null if they are not known.</summary>
    internal string? Node { get; init; }

    /// <summary>What it used; null if the operator does not say.</summary>
    public AttemptUsage? Usage { get; init; }

    /// <summary>Why outputs or results could not be read; null if they could.</summary>
    public string? CollectionProblem { get; init; }
}
