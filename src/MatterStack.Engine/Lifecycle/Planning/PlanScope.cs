namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Parts of planning beyond facts and the end of the run. A command that is ending leaves them out.</summary>
[Flags]
internal enum PlanScope
{
    /// <summary>Only facts are applied.</summary>
    FactsOnly = 0,

    /// <summary>Time limits are enforced.</summary>
    TimeLimits = 1,

    /// <summary>Attempts are intended for ready tasks.</summary>
    Intents = 2,

    /// <summary>Durable attempts are released when capacity has become free.</summary>
    Releases = 4,

    /// <summary>A complete tick.</summary>
    Tick = TimeLimits | Intents | Releases,
}
