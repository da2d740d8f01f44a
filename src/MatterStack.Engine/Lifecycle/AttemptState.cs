namespace MatterStack.Engine.Lifecycle;

/// <summary>State of an attempt with what belongs to it. Ended ones never change again.</summary>
internal abstract record AttemptState
{
    private AttemptState()
    {
    }

    /// <summary>Name in the store.</summary>
    public abstract string Name { get; }

    /// <summary>Intended, durably, and not known to have started.</summary>
    public sealed record Created : AttemptState
    {
        public override string Name => "CREATED";
    }

    /// <summary>Handed over to a queue that has not started it.</summary>
    public sealed record Submitted(string ExternalId) : AttemptState
    {
        public override string Name => "SUBMITTED";
    }

    /// <summary>Under way outside.</summary>
    public sealed record Running(string ExternalId) : AttemptState
    {
        public override string Name => "RUNNING";
    }

    /// <summary>A person or an instrument has it.</summary>
    public sealed record WaitingExternal(string For, string? ExternalId = null) : AttemptState
    {
        public override string Name => "WAITING_EXTERNAL";
    }

    /// <summary>Over.</summary>
    public sealed record Ended(Outcome Outcome, string? Reason, int? ExitCode) : AttemptState
    {
        public override string Name => Outcome.ToText();
    }
}
