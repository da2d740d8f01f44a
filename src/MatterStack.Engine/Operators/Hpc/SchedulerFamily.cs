using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>A family of batch schedulers: what <c>operators.yaml</c> may say of one, and who speaks its words. Everything else is the same for all.</summary>
/// <param name="Type">Name of the backend's type, and of the mapping that holds the family's keys.</param>
/// <param name="Doc">What it is.</param>
/// <param name="Fields">The family's keys; <see cref="JobFields"/> has those that mean the same everywhere. A field says whether it counts in the operator hash.</param>
/// <param name="Create">Makes the scheduler from the values of these keys; the function gives the value behind a text that may refer to secrets.</param>
internal sealed record SchedulerFamily(string Type, string Doc, IReadOnlyList<Field> Fields, Func<Settings, Func<string, string>, IScheduler> Create)
{
    /// <summary>The type of backend that wiring knows.</summary>
    public BackendType Backend { get; } = BackendFields.Scheduler(Type, Doc, Fields);

    /// <summary>Why jobs cannot be submitted with these values; null if they can.</summary>
    public Func<Settings, string?> WhyNot { get; init; } = static _ => null;

    /// <summary>Why a task cannot be a job with these values; null if it can. What it asks for is refused, never left out.</summary>
    public Func<Settings, CampaignTask, string?> Refuses { get; init; } = static (_, _) => null;
}
