namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>State of an attempt with the values that belong to this state. An ended attempt never changes again.</summary>
internal abstract record AttemptState
{
    private AttemptState()
    {
    }

    /// <summary>Name in the store.</summary>
    public abstract string Name { get; }

    /// <summary>Intended and not known to have started.</summary>
    public sealed record Created : AttemptState
    {
        public override string Name => "CREATED";
    }

    /// <summary>In a queue that has not started it.</summary>
    public sealed record Submitted(string ExternalId) : AttemptState
    {
        public override string Name => "SUBMITTED";
    }

    /// <summary>Running outside of the engine.</summary>
    public sealed record Running(string ExternalId) : AttemptState
    {
        public override string Name => "RUNNING";
    }

    /// <summary>A person or an instrument works on it.</summary>
    public sealed record WaitingExternal(string WaitingFor, string? ExternalId = null) : AttemptState
    {
        public override string Name => "WAITING_EXTERNAL";
    }

    /// <summary>Ended.</summary>
    public sealed record Ended(AttemptOutcome Outcome, string? Reason, int? ExitCode) : AttemptState
    {
        public override string Name => Outcome.ToText();
    }
}
