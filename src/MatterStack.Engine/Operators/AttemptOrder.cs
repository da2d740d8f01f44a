using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators;

/// <summary>All that an operator needs to know of an attempt. Made by the engine.</summary>
public sealed record AttemptOrder
{
    private PlannedTask? _planned;

    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The attempt; the name by which it is known outside.</summary>
    public required AttemptId Attempt { get; init; }

    /// <summary>From 1.</summary>
    public required int Index { get; init; }

    /// <summary>Operator key that the task is routed to.</summary>
    public required OperatorKey Key { get; init; }

    /// <summary>The task.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>The task's definition as the store keeps it, JSON in UTF-8; read when it is asked for, since most attempts that are only looked at are still under way.</summary>
    public required ReadOnlyMemory<byte> Definition { get; init; }

    /// <summary>The task with its staged files.</summary>
    public PlannedTask Planned => _planned ??= TaskJson.Read(TaskId, Key, Definition);

    /// <summary>Hash of the wiring in force when it was intended.</summary>
    public required Sha256 Wiring { get; init; }

    /// <summary>Absolute folder of the run.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The attempt's folder, relative to the run's, forward slashes.</summary>
    public string RelativePath => LiveAttempt.PathOf(TaskId, Index);

    /// <summary>Where the campaign's program is, relative to the run's folder, for commands that use it; null if it has none.</summary>
    public string? ProgramPath { get; init; }

    /// <summary>What completed dependencies hand over.</summary>
    public IReadOnlyList<HandOver> Dependencies { get; init; } = [];

    /// <summary>When it was first known to be outside (UTC), as the run's store has it; null if it is not.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>How many earlier attempts of the task ran out of memory.</summary>
    public int OutOfMemoryBefore { get; init; }

    /// <summary>Since when it is refused outside with words that may mean that it never goes (UTC); null: it is not.</summary>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>Its name outside, once known.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The task as declared.</summary>
    public CampaignTask Task => Planned.Task;

    /// <summary>Absolute folder of the attempt.</summary>
    public string Folder => Path.Combine(RunFolder, RelativePath);

    /// <summary>Absolute folder the command runs in.</summary>
    public string WorkFolder => Path.Combine(Folder, "work");

    /// <summary>The fact that trouble of the disk keeps it from going on; it uses up no attempt.</summary>
    internal Observation.HeldUp HeldUpBy(Exception trouble, DateTimeOffset at) => new(Attempt, at, HeldUp(Index, TaskId, Folder, trouble));

    /// <summary>Trouble of the disk with an attempt's folder.</summary>
    internal static Problem HeldUp(int index, TaskId task, string folder, Exception trouble) =>
        Problem.Of(OperatorCodes.HeldUp, $"Attempt {index} of task '{task}' is held up: {trouble.Message}", new SourcePosition(folder));
}

/// <summary>Outputs of one completed dependency.</summary>
/// <param name="Task">The dependency.</param>
/// <param name="RelativePath">Folder of its attempt, relative to the run's.</param>
/// <param name="Outputs">Its declared outputs as recorded.</param>
public sealed record HandOver(TaskId Task, string RelativePath, IReadOnlyList<OutputFile> Outputs);
