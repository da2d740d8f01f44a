using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>An attempt that has not ended.</summary>
internal sealed class LiveAttempt
{
    public required AttemptId Id { get; init; }

    public required TaskNode Task { get; init; }

    /// <summary>From 1.</summary>
    public required int Index { get; init; }

    /// <summary>What it asks for, if its task was amended since it was intended; null: what its task asks for.</summary>
    public AttemptDemand? Demand { get; set; }

    /// <summary>Index of its operator key in <see cref="RunModel.Keys"/>.</summary>
    public int KeyIndex => Demand?.KeyIndex ?? Task.KeyIndex;

    /// <summary>Cores in all.</summary>
    public int Cores => Demand?.Cores ?? Task.Cores;

    /// <summary>Memory, accelerators and named resources; null if it needs none.</summary>
    public TaskNeeds? Needs => Demand is { } own ? own.Needs : Task.Needs;

    /// <summary>Definition of its task as stored: JSON in UTF-8. Empty if this process intended the attempt.</summary>
    public ReadOnlyMemory<byte> Definition { get; init; }

    /// <summary>Hash of the wiring it was intended with. It is polled, cancelled and collected with this wiring.</summary>
    public required Sha256 WiringHash { get; init; }

    /// <summary>Hash of its operator's effective configuration.</summary>
    public required Sha256 OperatorHash { get; init; }

    /// <summary>Codes and launchers of its operator; none if another process intended the attempt.</summary>
    public SiteCodes Codes { get; init; } = SiteCodes.None;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was first observed outside; null if it was not observed.</summary>
    public DateTimeOffset? SubmittedAt { get; set; }

    /// <summary>The time limit that the engine enforces; null if the engine enforces none.</summary>
    public TimeLimit? TimeLimit { get; set; }

    public AttemptState State { get; set; } = new AttemptState.Created();

    /// <summary>Whether it uses capacity of its operator: it was released, or is known to be outside.</summary>
    public bool HoldsCapacity { get; set; }

    /// <summary>Whether its intent is in the store. Nothing starts outside before that.</summary>
    public bool IsDurable { get; set; }

    /// <summary>Fingerprint, if the cache lookup preceded the intent; otherwise null.</summary>
    public FingerprintRecord? Fingerprint { get; set; }

    /// <summary>Request to end it; null if there is none. A person's request has precedence over a time limit.</summary>
    public EndRequest? EndRequest { get; set; }

    /// <summary>Why its state is unknown from here; null if it is known.</summary>
    public string? UnreachableReason { get; set; }

    /// <summary>Last reason of its task. The same reason is not written twice.</summary>
    public string? LastReason { get; set; }

    /// <summary>Last reason why it has not started. The same reason is not written twice.</summary>
    public string? PostponedReason { get; set; }

    /// <summary>Time of the first refusal that may be permanent; null if there was none.</summary>
    public DateTimeOffset? RefusedSince { get; set; }

    /// <summary>What its operator gave it; null if nothing is recorded.</summary>
    public GivenResources? Given { get; set; }

    /// <summary>Digest of the files that it begins with (<see cref="LeftFile.ComputeDigest"/>); null if there are none.</summary>
    public Sha256? CarriedHash { get; set; }

    /// <summary>Folder of the attempt, relative to the run's.</summary>
    public string RelativePath => GetRelativePath(Task.Id, Index);

    /// <summary>Folder of a task's n-th attempt, relative to the run's.</summary>
    public static string GetRelativePath(TaskId task, int index) =>
        $"tasks/{task}@{index.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
