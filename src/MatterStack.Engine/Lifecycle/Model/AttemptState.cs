namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>State of an attempt with the values that belong to this state. An ended attempt never changes again.</summary>
internal abstract record AttemptState
{
    private AttemptState() { }

    /// <summary>The state without its values.</summary>
    public abstract AttemptStatus Status { get; }

    /// <summary>Intended and not known to have started.</summary>
    public sealed record Created : AttemptState
    {
        public override AttemptStatus Status => AttemptStatus.Created;
    }

    /// <summary>In a queue that has not started it.</summary>
    public sealed record Submitted(string ExternalId) : AttemptState
    {
        /// <summary>Whether the id of the queue is known.</summary>
        public bool IsConfirmed => !SubmissionName.IsName(ExternalId);

        public override AttemptStatus Status => AttemptStatus.Submitted;
    }

    /// <summary>Running outside of the engine.</summary>
    public sealed record Running(string ExternalId) : AttemptState
    {
        public override AttemptStatus Status => AttemptStatus.Running;
    }

    /// <summary>A person or an instrument works on it.</summary>
    public sealed record WaitingExternal(string WaitingFor, string? ExternalId = null) : AttemptState
    {
        public override AttemptStatus Status => AttemptStatus.WaitingExternal;
    }

    /// <summary>Ended. A completed attempt has no cause.</summary>
    public sealed record Ended(AttemptOutcome Outcome, string? Reason, int? ExitCode, EndCause? Cause = null) : AttemptState
    {
        public override AttemptStatus Status => Outcome.ToStatus();

        /// <summary>Name that the task's <c>FailWhen</c> gives the cause <see cref="EndCause.Verdict"/>; null for other causes.</summary>
        public string? Verdict { get; init; }

        /// <summary>Text of the cause in the store; null for a completed attempt.</summary>
        public string? CauseText => Cause is EndCause.Verdict && Verdict is { } name ? name : Cause?.ToText();
    }
}
