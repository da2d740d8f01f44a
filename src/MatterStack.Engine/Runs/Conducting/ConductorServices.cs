using System.Collections.Concurrent;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Cache;
using MatterStack.Engine.Runs.Hooks;
using MatterStack.Engine.Runs.Iterations;
using MatterStack.Engine.Runs.Limits;
using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Services of a conductor. The conductor disposes operators, hooks and cache.</summary>
/// <param name="Operators">Operators that report into <paramref name="Facts"/>.</param>
/// <param name="Facts">Queue of facts from operators.</param>
/// <param name="Clock">Time.</param>
/// <param name="Observer">Receives every change.</param>
/// <param name="Faults">Receives unexpected exceptions.</param>
/// <param name="Secrets">Hides resolved secrets of the wiring in reported text; null: no text is changed.</param>
/// <param name="Hooks">Outbox of hooks; null if the wiring has no hooks.</param>
/// <param name="Cache">Cache of results; null if every task is executed.</param>
/// <param name="Shares">Limits that several runs share; null if the wiring names none.</param>
/// <param name="Campaign">Asks the run's campaign class for the next iteration; null if this command does not ask it.</param>
internal sealed record ConductorServices(
    OperatorPool Operators,
    BlockingCollection<Observation> Facts,
    TimeProvider Clock,
    IRunObserver Observer,
    FaultLog Faults,
    SecretResolver? Secrets = null,
    HookOutbox? Hooks = null,
    CacheCoordinator? Cache = null,
    CampaignClient? Campaign = null,
    SharedLimits? Shares = null
);
