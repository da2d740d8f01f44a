using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Wiring;

/// <summary>What executes an operator's attempts. Paths and texts are as written: see <see cref="WiringPaths"/> and <see cref="SecretReference"/>.</summary>
internal abstract record Backend
{
    private Backend()
    {
    }

    /// <summary>The value of <c>type</c>; <c>none</c> for people and instruments.</summary>
    public abstract string Type { get; }

    /// <summary>People and instruments: nothing is executed.</summary>
    public sealed record None : Backend
    {
        public override string Type => "none";
    }

    /// <summary>Processes on this machine.</summary>
    /// <param name="WorkspaceRoot">Folder of the attempts' work; null: the run's own folder.</param>
    /// <param name="Cores">Budget of cores; null: the machine's.</param>
    public sealed record Local(string? WorkspaceRoot, int? Cores) : Backend
    {
        public override string Type => "local";

        /// <summary>How tasks with an image run; null: such tasks are refused.</summary>
        public ContainerOptions? Container { get; init; }
    }

    /// <summary>A cluster with a batch scheduler of one of the families that are known.</summary>
    /// <param name="Family">The family's name, which is the backend's type.</param>
    /// <param name="WorkspaceRoot">Folder of the attempts' work on the cluster; null: the run's own folder (only without ssh).</param>
    /// <param name="Ssh">How to reach it; null: the scheduler's commands on this machine.</param>
    /// <param name="Options">Values of the family's own keys.</param>
    public sealed record Scheduler(string Family, string? WorkspaceRoot, SshOptions? Ssh, Settings Options) : Backend
    {
        public override string Type => Family;

        /// <summary>How long what a job has written may stay unseen; null: as the file system is.</summary>
        public TimeSpan? Latency { get; init; }

        /// <summary>How tasks with an image run; null: such tasks are refused.</summary>
        public ContainerOptions? Container { get; init; }
    }

    /// <summary>The typed form of checked settings.</summary>
    public static Backend From(string type, Settings settings)
    {
        var root = settings.Text("workspace_root");
        var container = ContainerOptions.From(settings.Group("container"));
        var ssh = SshOptions.From(settings.Group("ssh"));
        return type switch
        {
            "none" => new None(),
            "local" => new Local(root, settings.Integer("cores")) { Container = container },
            "profile" or "hpc_yaml" => throw new ArgumentOutOfRangeException(nameof(type), type, "a reference to a backend, not one"),
            _ => new Scheduler(type, root ?? (ssh is null ? null : BackendFields.RemoteRoot), ssh, settings.Group(type) ?? Settings.Empty) { Container = container, Latency = settings.Duration("latency") },
        };
    }
}
