using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;
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
        // Which of several partitions a job gets follows from its request, and decides when it runs.
        new(
            "partitions",
            FieldType.GroupList,
            "Partitions to choose from, instead of partition: a job gets the first one that it fits, as written. If none fits, the task "
                + "is refused."
        )
        {
            AffectsResults = false,
            Excludes = "partition",
            UniqueName = "name",
            Fields =
            [
                new("name", FieldType.Word, "Name of the partition (--partition).")
                {
                    IsRequired = true,
                    Pattern = @"^[^-\s,""'$%\\][^\s,""'$%\\]*$",
                    PatternDescription = "the name of one partition",
                },
                new("max_time", FieldType.TimeLimit, "Longest time limit of a job. A task without a time limit always fits.")
                {
                    Unit = "minutes if a number",
                },
                new("max_nodes", FieldType.Integer, "Largest number of nodes of a job.") { Minimum = 1, Unit = "nodes" },
                new("max_cores", FieldType.Integer, "Largest number of cores of a job in all.") { Minimum = 1, Unit = "cores" },
                new("max_memory_gb", FieldType.Number, "Largest memory of a job on each node.") { Minimum = 0, Unit = "GB" },
                new("gpu_types", FieldType.TextList, "Models of its GPUs, e.g. a100. Without this key it has no GPUs."),
                new("cores_per_node", FieldType.Integer, "Cores of each of its machines.") { Minimum = 1, Unit = "cores" },
            ],
        },
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
        new(
            "memory_per",
            FieldType.Word,
            "How memory is requested: for each node (--mem), or for each core (--mem-per-cpu: the memory of a node divided by its cores)."
        )
        {
            Choices = ["node", "core"],
            Default = "node",
            AffectsResults = false,
        },
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
            // Both ways to request memory at once are refused by Slurm.
            Retired = new RetiredText(
                "^--mem-per-c",
                "Write 'memory_per: core' beside 'memory_gb'; MemoryGb of a task is memory on a node."
            ),
            PatternDescription = "options that begin with '-', without those that MatterStack sets itself or that have a key of their own",
        },
        new("arrays", FieldType.Boolean, "false: each attempt is a job of its own, for sites that forbid job arrays.")
        {
            Default = "true",
            AffectsResults = false,
        },
        new(
            "nice_per_priority",
            FieldType.Integer,
            "What --nice of a job grows by for each step of the task's Priority below the highest Priority of the run. Default: --nice is "
                + "not set."
        )
        {
            Minimum = 0,
            AffectsResults = false,
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
            FindRefusalReason = FindRefusalReason,
            FindLargestRequest = FindLargestRequest,
        };

    // A request that grows beyond all partitions would fit none.
    private static SiteLimits FindLargestRequest(Settings options)
    {
        var rows = options.GetGroupList("partitions").Select(SlurmPartition.FromSettings).ToList();
        return rows.Count == 0
            ? SiteLimits.None
            : new SiteLimits(
                rows.Exists(static row => row.MaxTime is null) ? null : rows.Max(static row => row.MaxTime),
                rows.Exists(static row => row.MaxMemoryGb is null) ? null : rows.Max(static row => row.MaxMemoryGb)
            );
    }

    // Memory and time may grow later; then the partition is chosen anew.
    private static string? FindRefusalReason(Settings options, CampaignTask task)
    {
        var rows = options.GetGroupList("partitions");
        if (rows.Count == 0)
        {
            return null;
        }

        var limit = task.TimeLimit ?? (options.GetText("time") is { } time ? TimeLimitText.Parse(time) : null);
        var placed = SlurmPartition.Choose(
            [.. rows.Select(SlurmPartition.FromSettings)],
            SiteShape.FromOptions(options).GetShape(task),
            limit
        );
        return placed.Partition is null ? $"it fits no partition of '{task.OperatorKey}': {placed.Reason}" : null;
    }
}
