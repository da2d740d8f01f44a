using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators;

/// <summary>A kind of operator: what <c>operators.yaml</c> may say about it, and how one is made. The built-in kinds are providers like any other.</summary>
/// <remarks>A public class with a parameterless constructor in a campaign's project, or in a library it references, is found by itself.</remarks>
public abstract class OperatorProvider
{
    /// <summary>The kind it serves (the part of an operator key before the first dot), with the keys of its own in <c>operators.yaml</c>.</summary>
    public abstract OperatorKind Kind { get; }

    /// <summary>Why operators that are wired so cannot be driven here; null if they can.</summary>
    /// <param name="wired">What <c>operators.yaml</c> says of the key.</param>
    public virtual string? WhyNot(OperatorWiring wired) => null;

    /// <summary>Why a task cannot run on it; null if it can. Asked before a run exists.</summary>
    /// <param name="wired">What <c>operators.yaml</c> says of the key.</param>
    /// <param name="task">A task that is routed to it.</param>
    public virtual string? Refuses(OperatorWiring wired, CampaignTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Kind == TaskKind.Gate && !Traits(wired).WaitsForPeople ? $"it is a gate, and '{task.OperatorKey}' is nobody who could approve or reject; route it to human.default or the like"
            : task.Image is { } image ? $"it asks for the container image '{image}', which '{task.OperatorKey}' cannot run"
            : null;
    }

    /// <summary>How the engine is to treat its attempts.</summary>
    /// <param name="wired">What <c>operators.yaml</c> says of the key.</param>
    public virtual OperatorTraits Traits(OperatorWiring wired) => new();

    /// <summary>Makes the operator of a key.</summary>
    /// <param name="wired">What <c>operators.yaml</c> says of the key.</param>
    /// <param name="context">What it works with.</param>
    public abstract AttemptOperator Create(OperatorWiring wired, OperatorContext context);
}

/// <summary>How the engine treats an operator's attempts.</summary>
public sealed record OperatorTraits
{
    /// <summary>Whether people move them on: a loop that has nothing but such attempts returns instead of waiting, unless <c>Wait=true</c>.</summary>
    public bool WaitsForPeople { get; init; }

    /// <summary>Whether they take cores of this machine, so that only as many start as there are cores for.</summary>
    public bool TakesCores { get; init; }

    /// <summary>Whether many attempts that can start together cost little more than one, so that a loop lets them go in large numbers.</summary>
    public bool TakesBatches { get; init; }

    /// <summary>Whether the same task with the same inputs gives the same again, so that its result may come from the cache. Not so of what people and instruments do.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>Whether it ends attempts at their time limit by itself. The engine asks it for the end when the limit has passed; where this is true, only a minute after that.</summary>
    public bool KeepsTimeLimits { get; init; }

    /// <summary>Whether nobody but the operator may end an attempt since its work could live on: it sees the processes or jobs, and the engine does not.</summary>
    internal bool AloneKeepsTimeLimits { get; init; }

    /// <summary>How long after an attempt's time limit the engine asks for its end; null: never.</summary>
    internal TimeSpan? LimitGrace => AloneKeepsTimeLimits ? null : KeepsTimeLimits ? TimeSpan.FromMinutes(1) : TimeSpan.Zero;

    /// <summary>Cores of a budget of its own, instead of this machine's.</summary>
    public int? Cores { get; init; }
}
