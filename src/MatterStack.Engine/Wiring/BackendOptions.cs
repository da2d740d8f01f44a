namespace MatterStack.Engine.Wiring;

/// <summary>How to reach a machine; what is null is left to the user's own ssh configuration.</summary>
internal sealed record SshOptions(string Host, string? User, int? Port, string? KeyPath, string? Jump, string? Config, IReadOnlyList<string> Options)
{
    public static SshOptions? From(Settings? ssh) => ssh is null ? null : new(
        ssh.Text("host")!, ssh.Text("user"), ssh.Integer("port"), ssh.Text("key_path"), ssh.Text("jump"), ssh.Text("config"), ssh.List("options"));
}

/// <summary>Site defaults of Slurm jobs; a task's own demands win.</summary>
internal sealed record SlurmOptions
{
    public string? Partition { get; init; }

    public string? Account { get; init; }

    public string? Qos { get; init; }

    /// <summary>As Slurm takes it: minutes, or <c>days-hours:minutes:seconds</c> and its short forms.</summary>
    public string? Time { get; init; }

    public int? Nodes { get; init; }

    public int? Ntasks { get; init; }

    public int? Cores { get; init; }

    public decimal? MemoryGb { get; init; }

    public int? Gpus { get; init; }

    public string? Constraint { get; init; }

    public string? Gres { get; init; }

    public IReadOnlyList<string> Modules { get; init; } = [];

    public IReadOnlyList<string> Setup { get; init; } = [];

    public IReadOnlyDictionary<string, string> Env { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    public IReadOnlyList<string> Options { get; init; } = [];

    public TimeSpan? PollInterval { get; init; }

    /// <summary>Most calls of <c>sbatch</c> in a minute.</summary>
    public int? SubmitRate { get; init; }

    public static SlurmOptions From(Settings? slurm) => slurm is null ? new() : new()
    {
        Partition = slurm.Text("partition"),
        Account = slurm.Text("account"),
        Qos = slurm.Text("qos"),
        Time = slurm.Text("time"),
        Nodes = slurm.Integer("nodes"),
        Ntasks = slurm.Integer("ntasks"),
        Cores = slurm.Integer("cores"),
        MemoryGb = slurm.Number("memory_gb"),
        Gpus = slurm.Integer("gpus"),
        Constraint = slurm.Text("constraint"),
        Gres = slurm.Text("gres"),
        Modules = slurm.List("modules"),
        Setup = slurm.List("setup"),
        Env = slurm.Map("env"),
        Options = slurm.List("options"),
        PollInterval = slurm.Duration("poll_interval"),
        SubmitRate = slurm.Integer("submit_rate"),
    };
}

/// <summary>A container engine and its options.</summary>
internal sealed record ContainerOptions(string Engine, string? Executable, IReadOnlyList<string> Options)
{
    public static ContainerOptions? From(Settings? container) => container is null ? null : new(
        container.Text("engine")!, container.Text("executable"), container.List("options"));
}
