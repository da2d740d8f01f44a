using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring;

/// <summary>Executor of an operator's attempts. Paths and texts are unresolved: see <see cref="WiringPaths"/> and
/// <see cref="SecretReference"/>.</summary>
internal abstract record Backend
{
    private Backend() { }

    /// <summary>The value of <c>type</c>; <c>none</c> for people and instruments.</summary>
    public abstract string Type { get; }

    /// <summary>No backend: people and instruments execute nothing.</summary>
    public sealed record None : Backend
    {
        public override string Type => "none";
    }

    /// <summary>Processes on this machine.</summary>
    /// <param name="WorkspaceRoot">Root folder of the attempts' work; null for the run's own folder.</param>
    /// <param name="Cores">Number of cores that attempts share; null for the cores of the machine.</param>
    public sealed record Local(string? WorkspaceRoot, int? Cores) : Backend
    {
        public override string Type => "local";

        /// <summary>Memory in GiB that attempts share; null for the memory of the machine.</summary>
        public decimal? MemoryGb { get; init; }

        /// <summary>Accelerators that attempts share; null for those of the machine.</summary>
        public IReadOnlyList<string>? Gpus { get; init; }

        /// <summary>Container engine for tasks with an image; null if such tasks are refused.</summary>
        public ContainerOptions? Container { get; init; }

        /// <summary>Ceilings of what attempts request.</summary>
        public SiteLimits Limits { get; init; } = SiteLimits.None;

        /// <summary>Shell text of the place for temporary folders; null for the attempt's folder.</summary>
        public string? Tmpdir { get; init; }
    }

    /// <summary>A cluster with a batch scheduler of a known family.</summary>
    /// <param name="Family">Name of the family, which is the type of the backend.</param>
    /// <param name="WorkspaceRoot">Root folder of the attempts' work on the cluster; null for the run's own folder (only without
    /// ssh).</param>
    /// <param name="Ssh">Connection to the cluster; null if this machine has the scheduler's commands.</param>
    /// <param name="Options">Values of the family's own keys.</param>
    public sealed record Scheduler(string Family, string? WorkspaceRoot, SshOptions? Ssh, Settings Options) : Backend
    {
        public override string Type => Family;

        /// <summary>Whether both have the same nodes, as far as the wiring tells.</summary>
        public bool IsSameClusterAs(Scheduler other) =>
            Family == other.Family
            && Ssh?.Host == other.Ssh?.Host
            && Ssh?.Port == other.Ssh?.Port
            && Options.GetText("cluster") == other.Options.GetText("cluster");

        /// <summary>Whether jobs avoid nodes that failed under an attempt of the run.</summary>
        public bool AvoidsFailedNodes { get; init; }

        /// <summary>How long a file that a job wrote may stay invisible here; null for the default of the file system.</summary>
        public TimeSpan? Latency { get; init; }

        /// <summary>Shell text of the place for temporary folders; null for the attempt's folder.</summary>
        public string? Tmpdir { get; init; }

        /// <summary>Container engine for tasks with an image; null if such tasks are refused.</summary>
        public ContainerOptions? Container { get; init; }

        /// <summary>Ceilings of what attempts request.</summary>
        public SiteLimits Limits { get; init; } = SiteLimits.None;
    }

    /// <summary>Creates a backend from checked settings.</summary>
    public static Backend FromSettings(string type, Settings settings)
    {
        var root = settings.GetText("workspace_root");
        var container = ContainerOptions.FromSettings(settings.GetGroup("container"));
        var limits = SiteLimits.FromSettings(settings.GetGroup("limits"));
        var ssh = SshOptions.FromSettings(settings.GetGroup("ssh"));
        return type switch
        {
            "none" => new None(),
            "local" => new Local(root, settings.GetInteger("cores"))
            {
                MemoryGb = settings.GetNumber("memory_gb"),
                Gpus = settings.GetDevices("gpus"),
                Container = container,
                Tmpdir = settings.GetText("tmpdir"),
                Limits = limits,
            },
            "profile" or "hpc_yaml" => throw new ArgumentOutOfRangeException(nameof(type), type, "a reference to a backend, not one"),
            _ => new Scheduler(
                type,
                root ?? (ssh is null ? null : BackendFields.DefaultRemoteRoot),
                ssh,
                settings.GetGroup(type) ?? Settings.Empty
            )
            {
                Container = container,
                AvoidsFailedNodes = settings.GetBoolean("avoid_failed_nodes") ?? false,
                Latency = settings.GetDuration("latency"),
                Tmpdir = settings.GetText("tmpdir"),
                Limits = limits,
            },
        };
    }
}
