namespace MatterStack.Engine.Wiring.Schema;

/// <summary>The keys of each backend.</summary>
internal static class BackendFields
{
    public static readonly Field Container = new("container", FieldType.Group, "How tasks with an Image run; without it such a task is refused.")
    {
        Fields =
        [
            new("engine", FieldType.Word, "The container engine.") { Required = true, Choices = ["apptainer", "docker", "podman"] },
            new("executable", FieldType.Path, "The engine's program, if it is not found by its name."),
            new("options", FieldType.TextList, "Further options of the engine's run command, e.g. --bind=/scratch."),
        ],
    };

    public static readonly IReadOnlyList<Field> Local =
    [
        // Where a task's folder lies differs with every attempt; it is not what a result may depend on.
        new("workspace_root", FieldType.Path, "Folder that holds the attempts' work. Left out: the run's own folder.") { AffectsResults = false },
        new("cores", FieldType.Integer, "Budget of cores that live attempts share. Left out: the machine's cores.") { Minimum = 1, AffectsResults = false, Unit = "cores" },
        Container,
    ];

    public static readonly Field Ssh = new("ssh", FieldType.Group, "How to reach the cluster, with the user's own OpenSSH. Left out: this machine's scheduler.")
    {
        Fields =
        [
            new("host", FieldType.Text, "Host, or an alias in ~/.ssh/config.") { Required = true, Pattern = "^[^-\\s][^\\s]*$", PatternDoc = "a host name without blanks" },
            // Who logs in and how the connection is made say nothing about the machine that answers; host and port do.
            new("user", FieldType.Text, "Login name. Left out: as ssh decides.") { AffectsResults = false, Pattern = "^[^-\\s][^\\s]*$", PatternDoc = "a login name without blanks" },
            new("port", FieldType.Integer, "Port. Left out: as ssh decides (22).") { Minimum = 1, Maximum = 65535 },
            new("key_path", FieldType.Path, "Private key file on this machine.") { AffectsResults = false },
            new("jump", FieldType.Text, "Jump hosts, as ssh -J takes them.") { AffectsResults = false, Pattern = "^[^-\\s][^\\s]*$", PatternDoc = "hosts separated by commas, without blanks" },
            new("config", FieldType.Path, "ssh configuration file on this machine, instead of the user's own."),
            new("options", FieldType.TextList, "Further options of ssh, each as after -o, e.g. ServerAliveInterval=30.") { Pattern = "^[A-Za-z]+[= ].+$", PatternDoc = "Name=value" },
        ],
    };

    /// <summary>Where a cluster reached over ssh keeps the work, unless wiring says otherwise.</summary>
    public const string RemoteRoot = "~/matterstack";

    /// <summary>On another machine there is no workspace folder that a path could be relative to.</summary>
    public const string RemoteRootPattern = @"^(~$|~/|/|\$\{)";

    /// <summary>A backend that is a batch scheduler: what all of them have, with the family's own keys under its name.</summary>
    public static BackendType Scheduler(string name, string doc, IReadOnlyList<Field> options) => new(name, doc, true,
    [
        new("workspace_root", FieldType.Path, $"Folder on the cluster that holds the attempts' work. With ssh: absolute or beginning with ~/, which is the home folder there; left out: {RemoteRoot}. Without ssh: left out, the run's own folder.") { AffectsResults = false },
        new("latency", FieldType.Duration, "How long what a job has written may stay unseen where it is collected: so long a declared output that is missing is waited for. Left out: 00:00:10 with ssh and on a file system that machines share, otherwise 00:00:00.") { AffectsResults = false, Unit = "hh:mm:ss" },
        Ssh,
        new(name, FieldType.Group, "Options of jobs. What a task asks for (cores, memory, GPUs, time) wins over what stands here.") { Fields = options },
        Container,
    ]);

    public static readonly IReadOnlyList<Field> Profile =
    [
        new("name", FieldType.Word, "Name of the profile.") { Required = true },
    ];

    public static readonly IReadOnlyList<Field> HpcYaml =
    [
        new("path", FieldType.Path, "The legacy file.") { Required = true },
    ];
}
