using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>Grid Engine (Son of Grid Engine, Open Grid Scheduler, Univa and Altair Grid Engine) as a family of schedulers.</summary>
internal static class GridEngineFamily
{
    private static readonly IReadOnlyList<Field> Fields =
    [
        new("queue", FieldType.Text, "Queue (-q)."),
        // Project and time limit decide when and whether a job runs; they do not change results.
        new("project", FieldType.Text, "Project that is charged (-P).") { AffectsResults = false },
        new(
            "parallel_environment",
            FieldType.Text,
            "Parallel environment of jobs with more than one core (-pe). Without it such tasks are refused."
        )
        {
            Pattern = "^[^-\\s]\\S*$",
            PatternDescription = "a name without blanks",
        },
        new("time", FieldType.TimeLimit, "Time limit of tasks without one (-l h_rt), e.g. \"01:00:00\", \"2-00:00:00\".")
        {
            AffectsResults = false,
            Unit = "minutes if a number",
        },
        JobFields.CreateCoresField("-pe"),
        JobFields.CreateMemoryField("-l with memory_resource"),
        new("memory_resource", FieldType.Text, "Resource that requests memory, in equal parts for each core.")
        {
            Default = GridEngineOptions.DefaultMemoryResource,
            Pattern = "^[A-Za-z_][A-Za-z0-9_.]*$",
            PatternDescription = "the name of a resource",
            AffectsResults = false,
        },
        JobFields.CreateGpusField("-l with gpu_resource"),
        new("gpu_resource", FieldType.Text, "Resource that requests GPUs. Without it tasks that request GPUs are refused.")
        {
            Pattern = "^[A-Za-z_][A-Za-z0-9_.]*$",
            PatternDescription = "the name of a resource",
        },
        JobFields.Modules,
        JobFields.Setup,
        JobFields.Env,
        new("options", FieldType.TextList, "Further qsub options, one each with its value, e.g. -l arch=lx-amd64.")
        {
            Pattern = "^(?!-(N|o|e|j|cwd|wd|t|terse|V|sync|now|S|b|C|q|P|pe|verify|help|inherit|clear)( |$))-[A-Za-z].*$",
            PatternDescription = "options that begin with '-', without those that MatterStack sets itself or that have a key of their own",
        },
        new(
            "settings",
            FieldType.Text,
            "Script on the cluster that is sourced before its commands, if they are not found otherwise, e.g. "
                + "/opt/sge/default/common/settings.sh."
        )
        {
            AffectsResults = false,
            Pattern = "^/",
            PatternDescription = "an absolute path",
        },
        JobFields.PollInterval,
        JobFields.CreateSubmitRateField("qsub"),
    ];

    public static SchedulerFamily Family { get; } =
        new("sge", "A Grid Engine cluster, here or over ssh.", Fields, static (options, reveal) =>
            new GridEngineScheduler(GridEngineOptions.From(options), reveal)
        )
        {
            // Every user can read a job's environment with 'qstat -j'.
            FindUnavailableReason = static options =>
                options.GetMap("env").FirstOrDefault(static variable => SecretReference.IsIn(variable.Value)).Key is { } name
                    ? $"'env' gives {name} a value by reference, and Grid Engine shows the environment of a job to every user; "
                        + $"put the value into a file on the cluster that only you may read, and read it with 'setup'"
                    : null,
            FindRefusalReason = FindRefusalReason,
        };

    private static string? FindRefusalReason(Settings options, CampaignTask task) =>
        (task.Cores > 1 ? task.Cores : options.GetInteger("cores") ?? 1) is > 1 and var cores
        && options.GetText("parallel_environment") is null
            ? $"it asks for {CountText.FormatCount(cores, "core")}, and '{task.OperatorKey}' names no parallel environment (sge: "
                + $"{{ parallel_environment: … }}; 'qconf -spl' lists them)"
        : (task.Gpus > 0 ? task.Gpus : options.GetInteger("gpus") ?? 0) is > 0 and var gpus && options.GetText("gpu_resource") is null
            ? $"it asks for {gpus} GPUs, and '{task.OperatorKey}' names no resource for them (sge: {{ gpu_resource: … }}; "
                + $"'qconf -sc' lists them)"
        : null;
}
