using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>State of a job.</summary>
internal abstract record JobState
{
    private JobState() { }

    /// <summary>For an ended job: whether only the recorded exit code is known.</summary>
    public bool IsByExitCode { get; init; }

    /// <summary>For an ended job: what is not known, as text for people; null if nothing is missing.</summary>
    public string? UnknownFacts { get; init; }

    /// <summary>The job waits in the queue.</summary>
    /// <param name="Reason">Reason that the queue gives.</param>
    public sealed record Waiting(string Reason) : JobState
    {
        /// <summary>Whether the job is held.</summary>
        public bool IsHeld { get; init; }

        /// <summary>Whether it asks for more than jobs of its queue may have, so that it waits for ever.</summary>
        public bool ExceedsLimit { get; init; }
    }

    /// <summary>The job runs.</summary>
    /// <param name="Note">Unusual condition; null if there is none.</param>
    public sealed record Running(string? Note) : JobState;

    /// <summary>The job ended by itself, with exit code 0 unless another code is recorded.</summary>
    public sealed record Completed : JobState;

    /// <summary>The job failed.</summary>
    /// <param name="Cause">Cause of the end; <see cref="EndCause.Exited"/> if the exit code tells it, null if it is not known.</param>
    /// <param name="StateName">State name of the scheduler.</param>
    /// <param name="Reason">Additional reason of the scheduler; null if there is none.</param>
    /// <param name="ExitCode">Exit code; null if unknown.</param>
    public sealed record Failed(EndCause? Cause, string StateName, string? Reason, int? ExitCode) : JobState;

    /// <summary>The job was cancelled.</summary>
    public sealed record Cancelled(string StateName) : JobState;

    /// <summary>The job has ended, and its end is not recorded, or not yet.</summary>
    public sealed record Vanished : JobState;

    /// <summary>A state name that is not known here; it decides nothing.</summary>
    public sealed record Unrecognized(string StateName) : JobState;
}
