using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Slurm as a family of schedulers.</summary>
internal static class SlurmFamily
{
    private static readonly IReadOnlyList<Field> Fields =
    [
        new(
            "cluster",
            FieldType.Text,
            "Name of the cluster if one log-in node serves several (--clusters of every command). Default: the cluster of the log-in node."
        )
        {
            Pattern = "^(?!all$)[A-Za-z0-9_][A-Za-z0-9_.-]*$",
            PatternDescription = "the name of one cluster ('sacctmgr list clusters' has them)",
        },
        new("partition", FieldType.Text, "Partition (--partition)."),
        // Account, quality of service and time limit decide when and whether a job runs; they do not change results.
        new("account", FieldType.Text, "Account that is charged (--account).") { AffectsResults = false },
        new("qos", FieldType.Text, "Quality of service (--qos).") { AffectsResults = false },
        new("time", FieldType.TimeLimit, "Time limit of tasks without one (--time), e.g. \"01:00:00\", \"2-00:00:00\".")
        {
            AffectsResults = false,
            Unit = "minutes if a number",
        },
        new("nodes", FieldType.Integer, "Nodes (--nodes).") { Minimum = 1, Unit = "nodes" },
        new("ntasks", FieldType.Integer, "Processes of a job (--ntasks), for MPI programs.") { Minimum = 1, Unit = "processes" },
        JobFields.CreateCoresField("--cpus-per-task"),
        JobFields.CreateMemoryField("--mem"),
        JobFields.CreateGpusField("--gpus"),
        new("constraint", FieldType.Text, "Features that nodes must have (--constraint)."),
        new("gres", FieldType.Text, "Generic resources (--gres), e.g. gpu:a100:1."),
        JobFields.Modules,
        JobFields.Setup,
        JobFields.Env,
        new("options", FieldType.TextList, "Further sbatch options, one each, e.g. --exclusive.")
        {
            Pattern =
                "^(?!(--job-name|--output|--error|--chdir|--array|--wrap|--parsable|--wait|--partition|--account"
                + "|--qos|--time|--nodes|--ntasks|--cpus-per-task|--mem|--gpus|--constraint|--gres)([= ]|$))"
                + "(?!-[JoeDaWApqtNncGC])--?[A-Za-z].*$",
            PatternDescription = "options that begin with '-', without those that MatterStack sets itself or that have a key of their own",
        },
        JobFields.PollInterval,
        JobFields.CreateSubmitRateField("sbatch"),
    ];

    public static SchedulerFamily Family { get; } =
        new("slurm", "A Slurm cluster, here or over ssh.", Fields, static (options, reveal) =>
            new SlurmScheduler(SlurmOptions.From(options), reveal)
        )
        {
            FindUnavailableReason = static options => SlurmExtraOptions.FindProblem(options.GetList("options")),
        };
}
