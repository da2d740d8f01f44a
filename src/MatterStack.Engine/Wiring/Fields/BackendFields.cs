namespace MatterStack.Engine.Wiring.Fields;

/// <summary>Tables of the keys of each backend.</summary>
internal static class BackendFields
{
    public static readonly Field Container = new(
        "container",
        FieldType.Group,
        "Container engine for tasks with an Image. Without this key such a task is refused."
    )
    {
        Fields =
        [
            new("engine", FieldType.Word, "The container engine.") { IsRequired = true, Choices = ["apptainer", "docker", "podman"] },
            new("executable", FieldType.Path, "Program of the engine. Default: found by the engine's name."),
            new("options", FieldType.TextList, "Further options of the engine's run command, e.g. --bind=/scratch."),
        ],
    };

    // Where temporary files lie decides about speed.
    public static readonly Field Tmpdir = new(
        "tmpdir",
        FieldType.Word,
        "Place for temporary files, as shell text, e.g. /scratch/$USER: each attempt's TMPDIR is a folder of its own in it, which is "
            + "removed when the attempt ends. Default: the attempt's folder."
    )
    {
        Pattern = "^[^\"]*[^\"\\\\]$",
        PatternDescription = "shell text without double quotes that does not end in a backslash",
        AffectsResults = false,
    };

    // Ceilings decide whether there is a result, and not which.
    public static readonly Field Limits = new(
        "limits",
        FieldType.Group,
        "Ceilings of what attempts request. A larger request, stated or grown, is cut to them, and -t:Explain says so."
    )
    {
        AffectsResults = false,
        Fields =
        [
            new("time", FieldType.TimeLimit, "Longest time limit of an attempt, e.g. \"48:00:00\".")
            {
                AffectsResults = false,
                Unit = "minutes if a number",
            },
            new("memory_gb", FieldType.Number, "Largest memory of an attempt on each node.")
            {
                Minimum = 0,
                AffectsResults = false,
                Unit = "GiB",
            },
        ],
        AnyOf = ["time", "memory_gb"],
    };

    public static readonly IReadOnlyList<Field> Local =
    [
        // The folder of the work differs with every attempt, so no result may depend on it.
        new("workspace_root", FieldType.Path, "Root folder of the attempts' work. Default: the run's own folder.")
        {
            AffectsResults = false,
        },
        new("cores", FieldType.Integer, "Number of cores that live attempts share. Default: the cores of the machine.")
        {
            Minimum = 1,
            AffectsResults = false,
            Unit = "cores",
        },
        new(
            "memory_gb",
            FieldType.Number,
            "Memory that live attempts share, counted by the MemoryGb of their tasks; no attempt is ended because it uses more. "
                + "Default: the memory of the machine, or the limit of its control group if that is lower."
        )
        {
            Minimum = 0,
            AffectsResults = false,
            Unit = "GiB",
        },
        new(
            "gpus",
            FieldType.Devices,
            "GPUs that live attempts share: how many, or a list of their names, e.g. [0, 1]. Default: the devices in CUDA_VISIBLE_DEVICES "
                + "or ROCR_VISIBLE_DEVICES of the command, otherwise those that nvidia-smi or rocm-smi lists."
        )
        {
            AffectsResults = false,
            Unit = "GPUs",
        },
        Limits,
        Tmpdir,
        Container,
        .. CodeFields.All,
    ];

    public static readonly Field Ssh = new(
        "ssh",
        FieldType.Group,
        "Connection to the cluster with the user's own OpenSSH. Default: the scheduler of this machine."
    )
    {
        Fields =
        [
            new("host", FieldType.Text, "Host, or an alias in ~/.ssh/config.")
            {
                IsRequired = true,
                Pattern = "^[^-\\s][^\\s]*$",
                PatternDescription = "a host name without blanks",
            },
            // Only host and port identify the machine; login name, key and options of the connection do not affect results.
            new("user", FieldType.Text, "Login name. Default: chosen by ssh.")
            {
                AffectsResults = false,
                Pattern = "^[^-\\s][^\\s]*$",
                PatternDescription = "a login name without blanks",
            },
            new("port", FieldType.Integer, "Port. Default: chosen by ssh (22).") { Minimum = 1, Maximum = 65535 },
            new("key_path", FieldType.Path, "Private key file on this machine.") { AffectsResults = false },
            new("jump", FieldType.Text, "Jump hosts, in the form of ssh -J.")
            {
                AffectsResults = false,
                Pattern = "^[^-\\s][^\\s]*$",
                PatternDescription = "hosts separated by commas, without blanks",
            },
            new("config", FieldType.Path, "ssh configuration file on this machine, instead of the user's own."),
            new("options", FieldType.TextList, "Further options of ssh, in the form of ssh -o, e.g. ServerAliveInterval=30.")
            {
                Pattern = "^[A-Za-z]+[= ].+$",
                PatternDescription = "Name=value",
            },
        ],
    };

    /// <summary>Default root folder of the work on a cluster that is reached over ssh.</summary>
    public const string DefaultRemoteRoot = "~/matterstack";

    /// <summary>Pattern of root folders on another machine: there is no workspace folder for relative paths.</summary>
    public const string RemoteRootPattern = @"^(~$|~/|/|\$\{)";

    /// <summary>Creates the backend type of a batch scheduler: the common keys, and the keys of the family under its name.</summary>
    public static BackendType CreateScheduler(string name, string doc, IReadOnlyList<Field> options) =>
        new(
            name,
            doc,
            true,
            [
                new(
                    "workspace_root",
                    FieldType.Path,
                    "Root folder of the attempts' work on the cluster. With ssh: absolute, or beginning with ~/ (the home folder there). "
                        + $"Default: {DefaultRemoteRoot} with ssh, otherwise the run's own folder."
                )
                {
                    AffectsResults = false,
                },
                new(
                    "latency",
                    FieldType.Duration,
                    "How long a file that a job wrote may stay invisible on this machine: "
                        + "a missing declared output is waited for this long. "
                        + "Default: 00:00:10 with ssh and on a shared file system, otherwise 00:00:00."
                )
                {
                    AffectsResults = false,
                    Unit = "hh:mm:ss",
                },
                // Which node computes does not change a result.
                new(
                    "avoid_failed_nodes",
                    FieldType.Boolean,
                    "true: attempts do not run on nodes on which an attempt of the run ended with NODE_FAIL."
                )
                {
                    Default = "false",
                    AffectsResults = false,
                },
                Limits,
                Tmpdir,
                Ssh,
                new(name, FieldType.Group, "Options of jobs. Metadata of a task (cores, memory, GPUs, time) have precedence.")
                {
                    Fields = options,
                },
                Container,
                .. CodeFields.All,
            ]
        );

    public static readonly IReadOnlyList<Field> Profile = [new("name", FieldType.Word, "Name of the profile.") { IsRequired = true }];

    public static readonly IReadOnlyList<Field> HpcYaml = [new("path", FieldType.Path, "The legacy file.") { IsRequired = true }];
}
