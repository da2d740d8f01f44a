using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// A family of batch schedulers: its keys in <c>operators.yaml</c> and the factory of its <see cref="IScheduler"/>. Everything else is the
/// same for all families.
/// </summary>
/// <param name="Type">Name of the backend type, and of the mapping with the family's keys.</param>
/// <param name="Description">Description for the documentation.</param>
/// <param name="Fields">The family's keys; <see cref="JobFields"/> has the keys with the same meaning for all families. Each field declares
/// whether it is part of the operator hash.</param>
/// <param name="Create">Creates the scheduler from the values of these keys; the function argument resolves secret references.</param>
internal sealed record SchedulerFamily(
    string Type,
    string Description,
    IReadOnlyList<Field> Fields,
    Func<Settings, Func<string, string>, IScheduler> Create
)
{
    /// <summary>The backend type for the wiring.</summary>
    public BackendType Backend { get; } = BackendFields.CreateScheduler(Type, Description, Fields);

    /// <summary>Returns null if jobs can be submitted with these values; otherwise the reason.</summary>
    public Func<Settings, string?> FindUnavailableReason { get; init; } = static _ => null;

    /// <summary>Returns the largest request that these values allow, for requests that grow; null values are no ceilings.</summary>
    public Func<Settings, SiteLimits> FindLargestRequest { get; init; } = static _ => SiteLimits.None;

    /// <summary>
    /// Returns null if a task can be a job with these values; otherwise the reason. A request that cannot be met is refused, never ignored.
    /// </summary>
    public Func<Settings, CampaignTask, string?> FindRefusalReason { get; init; } = static (_, _) => null;
}
