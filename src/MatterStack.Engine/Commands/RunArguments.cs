namespace MatterStack.Engine.Commands;

/// <summary>Arguments of a command, as given with <c>-p:</c>; paths are absolute already. Nothing in the environment or the project stands in for them.</summary>
internal sealed record RunArguments
{
    /// <summary>A run's id or its beginning; null means the newest.</summary>
    public string? RunId { get; init; }

    public string? TaskId { get; init; }

    public string? AttemptId { get; init; }

    /// <summary>Why a person asks for something, in their words.</summary>
    public string? Reason { get; init; }

    /// <summary>A person's decision: <c>approve</c> or <c>reject</c>.</summary>
    public string? Decision { get; init; }

    /// <summary>A person's words to their answer.</summary>
    public string? Comment { get; init; }

    /// <summary>Data of an answer, JSON.</summary>
    public string? Data { get; init; }

    /// <summary>File that holds the data of an answer.</summary>
    public string? DataFile { get; init; }

    /// <summary>Whether <c>Rerun</c> takes all that depends on the task along.</summary>
    public bool Downstream { get; init; }

    /// <summary>Whether <c>Reset</c> is to do what it would do.</summary>
    public bool Confirm { get; init; }

    /// <summary>Whether a new run is wanted although the current one could go on.</summary>
    public bool NewRun { get; init; }

    /// <summary>Whether a loop goes on when only people are waited for.</summary>
    public bool Wait { get; init; }

    /// <summary>How long a loop may take; null means as long as it takes.</summary>
    public TimeSpan? LoopTimeout { get; init; }

    /// <summary>Words about the run, kept on its card.</summary>
    public IReadOnlyList<string> RunTags { get; init; } = [];

    /// <summary>Filter of <c>ListRuns</c>: the beginning of a wiring's hash.</summary>
    public string? WiringHash { get; init; }

    /// <summary>Filter of <c>ListRuns</c>: a state.</summary>
    public string? State { get; init; }

    /// <summary>A bundle of evidence: its folder or archive.</summary>
    public string? EvidencePath { get; init; }

    /// <summary>Form of evidence: <c>folder</c> or <c>bag</c>.</summary>
    public string? EvidenceFormat { get; init; }

    /// <summary>File with the key that signs evidence, or that must have signed it.</summary>
    public string? EvidenceKey { get; init; }

    /// <summary>Where <c>CiReport</c> writes JUnit XML; null means into the run.</summary>
    public string? JUnitFile { get; init; }

    /// <summary>Where <c>CiReport</c> writes its Markdown; null means into the run.</summary>
    public string? SummaryFile { get; init; }

    /// <summary>What <c>CachePrune</c> takes away has not been used for so long.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Bytes that <c>CachePrune</c> leaves at the most.</summary>
    public long? MaxSize { get; init; }

    public string? OperatorsConfig { get; init; }

    public bool ForceWiringOverride { get; init; }

    public string? OverrideReason { get; init; }

    public string? HpcConfig { get; init; }

    public string? Profile { get; init; }

    public string? ProfilesConfig { get; init; }

    /// <summary>Value of <c>MATTERSTACK_OPERATORS_CONFIG</c>, the one thing that is taken from the environment.</summary>
    public string? EnvironmentConfig { get; init; }
}
