using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What wiring says of a cluster besides the scheduler's own options.</summary>
internal sealed record HpcSite
{
    public required IScheduler Scheduler { get; init; }

    /// <summary>The value behind a text that may refer to secrets.</summary>
    public required Func<string, string> Reveal { get; init; }

    public int? Cores { get; init; }

    public decimal? MemoryGb { get; init; }

    public int? Gpus { get; init; }

    public IReadOnlyList<string> Modules { get; init; } = [];

    public IReadOnlyList<string> Setup { get; init; } = [];

    public IReadOnlyDictionary<string, string> Env { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    public ContainerOptions? Container { get; init; }

    public TimeSpan? PollInterval { get; init; }

    /// <summary>Most submissions in a minute; null: no limit.</summary>
    public int? SubmitRate { get; init; }

    /// <summary>What an attempt asks for: the task's own demands over the site's, memory grown after ends for lack of it.</summary>
    public JobShape Shape(AttemptOrder order)
    {
        var task = order.Task;
        var gigabytes = task.MemoryGb ?? (double?)MemoryGb;
        return new JobShape(
            task.Cores > 1 ? task.Cores : Cores ?? 1,
            gigabytes is { } amount ? (int)Math.Ceiling(amount * 1024 * Math.Pow(task.RetryMemoryFactor, order.OutOfMemoryBefore)) : null,
            task.Gpus > 0 ? task.Gpus : Gpus ?? 0,
            task.TimeLimitMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
    }
}
