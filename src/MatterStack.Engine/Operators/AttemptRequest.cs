using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators;

/// <summary>All that an operator needs to know about an attempt. Created by the engine.</summary>
public sealed record AttemptRequest
{
    private PlannedTask? _planned;

    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The attempt's id. It is also the attempt's name outside the engine.</summary>
    public required AttemptId Attempt { get; init; }

    /// <summary>Number of the attempt of its task, from 1.</summary>
    public required int Index { get; init; }

    /// <summary>Operator key that the task is routed to.</summary>
    public required OperatorKey Key { get; init; }

    /// <summary>The task.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>The task's definition as stored: JSON in UTF-8. It is parsed on first use, because an operator that only polls an attempt
    /// does not need it.</summary>
    public required ReadOnlyMemory<byte> Definition { get; init; }

    /// <summary>The task with its staged files.</summary>
    public PlannedTask Planned => _planned ??= TaskJson.Read(TaskId, Key, Definition);

    /// <summary>Hash of the wiring that was in force when the attempt was intended.</summary>
    public required Sha256 WiringHash { get; init; }

    /// <summary>Absolute folder of the run.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The attempt's folder, relative to the run's folder, with forward slashes.</summary>
    public string RelativeFolder => LiveAttempt.GetRelativePath(TaskId, Index);

    /// <summary>Path of the campaign's program, relative to the run's folder; null if the campaign has none.</summary>
    public string? ProgramPath { get; init; }

    /// <summary>Outputs of completed dependencies.</summary>
    public IReadOnlyList<DependencyOutputs> Dependencies { get; init; } = [];

    /// <summary>When the attempt was first known to be submitted (UTC), from the run's store; null if it is not submitted.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>Number of earlier attempts of the task that ran out of memory.</summary>
    public int OutOfMemoryCount { get; init; }

    /// <summary>Text of the cause with which the last attempt ended; null for the first attempt.</summary>
    internal string? PreviousCause { get; init; }

    /// <summary>Files of earlier attempts that the attempt begins with.</summary>
    internal IReadOnlyList<LeftFile> Carried { get; init; } = [];

    /// <summary>How far the priority of the task is below the highest of its run; 0 for a task with the highest.</summary>
    internal int PriorityGap { get; init; }

    /// <summary>Nodes of the cluster that the attempt must not run on.</summary>
    internal IReadOnlyList<string> AvoidedNodes { get; init; } = [];

    /// <summary>Time of the first refusal (UTC) whose message may mean that the attempt can never run; null if it is not refused.</summary>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>What the operator gave the attempt, as recorded; null if nothing is recorded.</summary>
    internal GivenResources? Given { get; init; }

    /// <summary>The attempt's id outside (process, job, request), once known.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The task as declared.</summary>
    public CampaignTask Task => Planned.Task;

    /// <summary>Absolute folder of the attempt.</summary>
    public string Folder => Path.Combine(RunFolder, RelativeFolder);

    /// <summary>Absolute folder that the command runs in.</summary>
    public string WorkFolder => Path.Combine(Folder, AttemptLayout.WorkFolder);

    /// <summary>Time limit of the attempt: what the task states, grown after time-outs and cut to the ceiling of its operator. Null: none
    /// is stated.</summary>
    public TimeSpan? TimeLimit => Given?.TimeLimit ?? Task.TimeLimit;

    /// <summary>Memory of the attempt on each node in GiB: what the task states, grown after ends by its lack and cut to the ceiling of its
    /// operator. Null: none is stated.</summary>
    public double? MemoryGb => Given?.MemoryGb ?? Task.MemoryGb;

    /// <summary>Returns a shape with the memory of the attempt.</summary>
    internal TaskShape ApplyMemory(TaskShape shape) => Given?.MemoryGb is { } memory ? shape with { MemoryGb = memory } : shape;

    /// <summary>Creates the fact that a disk error blocks the attempt. It does not count as an attempt.</summary>
    internal Observation.Blocked CreateBlocked(Exception trouble, DateTimeOffset at) =>
        new(Attempt, at, CreateBlockedProblem(Index, TaskId, Folder, trouble));

    /// <summary>Creates the problem of a disk error in an attempt's folder.</summary>
    internal static Problem CreateBlockedProblem(int index, TaskId task, string folder, Exception trouble) =>
        Problem.Create(
            OperatorCodes.AttemptBlocked,
            $"Attempt {index} of task '{task}' is blocked: {trouble.Message}",
            new SourcePosition(folder)
        );
}
