using MatterStack.Engine.Files;
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

    /// <summary>How long what a job has written may stay unseen; null: that depends on the file system.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Folder of the work that this machine and the cluster both see; null: the run's own.</summary>
    public string? Root { get; init; }

    /// <summary>Most submissions in a minute; null: no limit.</summary>
    public int? SubmitRate { get; init; }

    /// <summary>What is usual for <see cref="Latency"/> where machines share a file system.</summary>
    public static TimeSpan UsualLatency { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a file that an attempt's job has written may stay unseen.</summary>
    public TimeSpan LatencyOf(AttemptOrder order) => Latency ?? (FileSystem.Of(Root ?? order.RunFolder).IsShared ? UsualLatency : TimeSpan.Zero);

    /// <summary>What a backend's values say.</summary>
    public static HpcSite Of(Backend.Scheduler backend, Func<string, string> reveal) => new()
    {
        Scheduler = Schedulers.Of(backend).Create(backend.Options, reveal),
        Cores = backend.Options.Integer("cores"),
        MemoryGb = backend.Options.Number("memory_gb"),
        Gpus = backend.Options.Integer("gpus"),
        Modules = backend.Options.List("modules"),
        Setup = backend.Options.List("setup"),
        Env = backend.Options.Map("env"),
        Container = backend.Container,
        PollInterval = backend.Options.Duration("poll_interval"),
        // What is beyond a connection cannot be looked at; a cluster's log-in node shares its file system.
        Latency = backend.Latency ?? (backend.Ssh is null ? null : UsualLatency),
        SubmitRate = backend.Options.Integer("submit_rate"),
        Reveal = reveal,
    };

    /// <summary>What an attempt asks for: the task's own demands over the site's, memory grown after ends for lack of it.</summary>
    public JobShape Shape(AttemptOrder order)
    {
        var task = order.Task;
        var gigabytes = task.MemoryGb ?? (double?)MemoryGb;
        return new JobShape(
            task.Cores > 1 ? task.Cores : Cores ?? 1,
            gigabytes is { } amount ? (int)Math.Ceiling(amount * 1024 * Math.Pow(task.RetryMemoryFactor, order.OutOfMemoryBefore)) : null,
            task.Gpus > 0 ? task.Gpus : Gpus ?? 0,
            task.TimeLimit);
    }
}
