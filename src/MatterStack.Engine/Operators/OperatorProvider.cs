using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators;

/// <summary>A kind of operator: its keys in <c>operators.yaml</c>, and a factory. The built-in kinds are providers, too.</summary>
/// <remarks>A public class with a parameterless constructor in a campaign's project, or in a library that the project references, is found
/// automatically.</remarks>
public abstract class OperatorProvider
{
    /// <summary>The kind (the part of an operator key before the first dot), with its keys in <c>operators.yaml</c>.</summary>
    public abstract OperatorKind Kind { get; }

    /// <summary>Returns why an operator with this wiring cannot run here; null if it can.</summary>
    /// <param name="wired">The wiring of the operator key, from <c>operators.yaml</c>.</param>
    public virtual string? FindUnavailableReason(OperatorWiring wired) => null;

    /// <summary>Returns why a task cannot run on this operator; null if it can. Called before a run exists.</summary>
    /// <param name="wired">The wiring of the operator key, from <c>operators.yaml</c>.</param>
    /// <param name="task">A task that is routed to the operator.</param>
    public virtual string? FindRefusalReason(OperatorWiring wired, CampaignTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Kind == TaskKind.Gate && !GetTraits(wired).WaitsForPeople
            ? $"it is a gate, and '{task.OperatorKey}' has no person to approve or reject it; route it to a human operator (human.default)"
            : task.Image is { } image ? $"it asks for the container image '{image}', which '{task.OperatorKey}' cannot run"
            : null;
    }

    /// <summary>Returns how the engine treats the operator's attempts.</summary>
    /// <param name="wired">The wiring of the operator key, from <c>operators.yaml</c>.</param>
    public virtual OperatorTraits GetTraits(OperatorWiring wired) => new();

    /// <summary>Whether a person answers attempts of this kind with <c>-t:Respond</c>.</summary>
    internal virtual bool TakesResponses => false;

    /// <summary>Finds where the work of an attempt runs. Returns null if the place is visible from this machine, or if the external id does
    /// not name a place.</summary>
    /// <param name="externalId">The attempt's external id.</param>
    /// <param name="machine">The name of this machine.</param>
    internal virtual HiddenWork? FindHiddenWork(string externalId, string machine) => null;

    /// <summary>Creates the operator of a key.</summary>
    /// <param name="wired">The wiring of the operator key, from <c>operators.yaml</c>.</param>
    /// <param name="context">Services for the operator.</param>
    /// <exception cref="Problems.ProblemException">The wiring cannot be used, for example because a secret is not set.</exception>
    public abstract AttemptOperator Create(OperatorWiring wired, OperatorContext context);
}

/// <summary>Work of an attempt in a place that is not visible from this machine.</summary>
/// <param name="Name">Name of the work, as in "process 42"; null if unknown.</param>
/// <param name="Reason">Why it is not visible, as a clause with the subject "it".</param>
/// <param name="Remedy">What to do.</param>
internal sealed record HiddenWork(string? Name, string Reason, string Remedy);

/// <summary>How the engine treats an operator's attempts.</summary>
public sealed record OperatorTraits
{
    /// <summary>Whether attempts wait for people: a loop with only such attempts returns instead of waiting, unless
    /// <c>Wait=true</c>.</summary>
    public bool WaitsForPeople { get; init; }

    /// <summary>Whether attempts use cores of this machine. The engine starts only as many as there are cores.</summary>
    public bool UsesLocalCores { get; init; }

    /// <summary>Whether starting many attempts together costs little more than starting one. A loop then releases them in large
    /// batches.</summary>
    public bool StartsInBatches { get; init; }

    /// <summary>Whether the same task with the same inputs gives the same result, so that the result may come from the cache. False for
    /// people and instruments.</summary>
    public bool IsCacheable { get; init; }

    /// <summary>Whether the operator ends attempts at their time limit itself. If true, the engine requests the end only one minute after
    /// the limit; if false, at the limit.</summary>
    public bool EnforcesTimeLimits { get; init; }

    /// <summary>Whether only the operator may end an attempt at its time limit. The engine does not see the processes or jobs, and they
    /// could run on.</summary>
    internal bool AloneEnforcesTimeLimits { get; init; }

    /// <summary>Time between an attempt's time limit and the engine's request to end it; null: the engine never requests it.</summary>
    internal TimeSpan? LimitGrace => AloneEnforcesTimeLimits ? null : EnforcesTimeLimits ? TimeSpan.FromMinutes(1) : TimeSpan.Zero;

    /// <summary>Number of cores of the operator's own budget; null: the cores of this machine.</summary>
    public int? Cores { get; init; }
}
