using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Operators.Logs;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Codes;
using MatterStack.Engine.Wiring.Fields;

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
                ? $"it is a gate, and '{task.OperatorKey}' has no person to approve or reject it; "
                    + $"route it to a human operator (human.default)"
            : task.Monitor is not null && IsExternalWork
                ? $"it has a Monitor, which looks at a running command, and '{task.OperatorKey}' runs none; remove it"
            : task.Image is { } image ? $"it asks for the container image '{image}', which '{task.OperatorKey}' cannot run"
            : null;
    }

    /// <summary>Returns why the codes and launchers in a task's command cannot be used; null if they can. The problem names neither task
    /// nor position.</summary>
    internal virtual Problem? FindCommandProblem(OperatorWiring wired, CampaignTask task) =>
        CodePlaceholders.Find(task.Command) is [{ } first, ..]
            ? new Problem(
                CampaignCodes.UnknownCode,
                $"its Command has {task.Command.Substring(first.Start, first.Length)}, and '{task.OperatorKey}' runs no commands with "
                    + "codes",
                "Route the task to an operator of kind local, hpc or manual_hpc."
            )
            : null;

    /// <summary>Returns how the engine treats the operator's attempts.</summary>
    /// <param name="wired">The wiring of the operator key, from <c>operators.yaml</c>.</param>
    public virtual OperatorTraits GetTraits(OperatorWiring wired) => new();

    /// <summary>Returns the shape of a task on an operator: the task's values, otherwise the site's. Memory does not grow here.</summary>
    internal virtual TaskShape GetShape(OperatorWiring wired, CampaignTask task) => task.Shape;

    /// <summary>Name of the class that implements the kind.</summary>
    internal virtual string Name => GetType().FullName!;

    /// <summary>Whether a person answers attempts of this kind with <c>-t:Respond</c>.</summary>
    internal virtual bool TakesResponses => false;

    /// <summary>Whether people or instruments do the work, so that its time says nothing about the time of machines.</summary>
    internal virtual bool IsExternalWork => false;

    /// <summary>Finds where the work of an attempt runs. Returns null if the place is visible from this machine, or if the external id does
    /// not name a place.</summary>
    /// <param name="externalId">The attempt's external id.</param>
    /// <param name="machine">The name of this machine.</param>
    internal virtual HiddenWork? FindHiddenWork(string externalId, string machine) => null;

    /// <summary>Returns what the operator would start for an attempt, without any contact to the outside. Secret references stay as they
    /// are written. Returns null if it would start no script.</summary>
    /// <param name="wired">The wiring of the operator key.</param>
    /// <param name="request">The attempt; its ids may be made up.</param>
    /// <exception cref="ProblemException">A code or launcher is missing, or cannot be used.</exception>
    internal virtual AttemptPreview? PreviewAttempt(OperatorWiring wired, AttemptRequest request) => null;

    /// <summary>Opens the folder of an attempt where its command runs. Returns null if that is the attempt's folder in the run.</summary>
    /// <param name="wired">The wiring that the attempt was made with.</param>
    /// <param name="context">Services for the operator.</param>
    /// <param name="location">The attempt.</param>
    /// <exception cref="ProblemException">The wiring cannot be used, for example because a secret is not set.</exception>
    internal virtual IAttemptFolder? OpenFolder(OperatorWiring wired, OperatorContext context, AttemptLocation location) => null;

    /// <summary>Creates the operator of a key.</summary>
    /// <param name="wired">The wiring of the operator key, from <c>operators.yaml</c>.</param>
    /// <param name="context">Services for the operator.</param>
    /// <exception cref="Problems.ProblemException">The wiring cannot be used, for example because a secret is not set.</exception>
    public abstract AttemptOperator Create(OperatorWiring wired, OperatorContext context);
}
