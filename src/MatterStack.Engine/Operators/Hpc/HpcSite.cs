using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The wiring of a cluster, without the options of its scheduler.</summary>
internal sealed record HpcSite
{
    public required IScheduler Scheduler { get; init; }

    /// <summary>Resolves the secret references in a text.</summary>
    public required Func<string, string> ResolveSecrets { get; init; }

    /// <summary>Shape of tasks that state none.</summary>
    public SiteShape Shape { get; init; } = new(null, null, null, null, null);

    public IReadOnlyList<string> Modules { get; init; } = [];

    public IReadOnlyList<string> Setup { get; init; } = [];

    public IReadOnlyDictionary<string, string> Env { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    public SiteCodes Codes { get; init; } = SiteCodes.None;

    public ContainerOptions? Container { get; init; }

    /// <summary>Shell text of the place for temporary folders; null: the attempt's folder is the temporary one.</summary>
    public string? Tmpdir { get; init; }

    public TimeSpan? PollInterval { get; init; }

    /// <summary>How long files that a job wrote may stay invisible here; null if that depends on the file system.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Work folder that this machine and the cluster share; null stands for the run's own folder.</summary>
    public string? SharedRoot { get; init; }

    /// <summary>Maximum number of submissions per minute; null means no limit.</summary>
    public int? MaxSubmitsPerMinute { get; init; }

    /// <summary>Default of <see cref="Latency"/> on a shared file system.</summary>
    public static TimeSpan DefaultLatency { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How long files that an attempt's job wrote may stay invisible here.</summary>
    public TimeSpan GetLatency(AttemptRequest request) =>
        Latency ?? (FileSystem.FromFolder(SharedRoot ?? request.RunFolder).IsShared ? DefaultLatency : TimeSpan.Zero);

    /// <summary>Reads the values of a backend.</summary>
    public static HpcSite FromBackend(Backend.Scheduler backend, SchedulerFamily family, Func<string, string> reveal) =>
        new()
        {
            Scheduler = family.Create(backend.Options, reveal),
            Shape = SiteShape.FromOptions(backend.Options),
            Modules = backend.Options.GetList("modules"),
            Setup = backend.Options.GetList("setup"),
            Env = backend.Options.GetMap("env"),
            Container = backend.Container,
            Tmpdir = backend.Tmpdir,
            PollInterval = backend.Options.GetDuration("poll_interval"),
            // The file system behind an ssh connection cannot be examined; assume that the log-in node shares it with the compute nodes.
            Latency = backend.Latency ?? (backend.Ssh is null ? null : DefaultLatency),
            MaxSubmitsPerMinute = backend.Options.GetInteger("submit_rate"),
            ResolveSecrets = reveal,
        };

    /// <summary>The commands of a task with the codes of the cluster.</summary>
    /// <exception cref="Problems.ProblemException">A code or launcher is missing, or cannot be used.</exception>
    public SiteCommands BuildCommands(CampaignTask task, TaskShape shape) =>
        SiteCommands.Build(task, shape, new CommandSite(Codes, Container, Work: null, Tmpdir));

    /// <summary>
    /// Resources that an attempt requests: what was recorded with its intent, the task's values, otherwise the site's.
    /// </summary>
    public JobResources GetResources(AttemptRequest request)
    {
        var asked = new JobResources(request.ApplyMemory(Shape.GetShape(request.Task)), request.TimeLimit)
        {
            StatesRanks = SiteShape.IsStatedBy(request.Task),
            LoweredBy = Scheduler.GetLowering(request.PriorityGap),
            // Without nodes to run on the scheduler refuses it; that is not tried twice.
            ExcludedNodes = request.Given?.ExcludedNodes is { Count: 0 } ? "" : string.Join(',', request.AvoidedNodes),
        };
        return asked with { Placement = Scheduler.FindPlacement(asked), StopNotice = FindStopNotice(request, asked.TimeLimit) };
    }

    private (string Signal, int Seconds)? FindStopNotice(AttemptRequest request, TimeSpan? limit) =>
        request.Task.StopSignal is { } signal
            ? (StopScript.NoticeSignal, (int)Math.Ceiling(StopScript.GetLead(signal, limit ?? Scheduler.DefaultTimeLimit).TotalSeconds))
            : null;
}
