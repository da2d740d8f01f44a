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
        new(
            "slots_per_node",
            FieldType.Integer,
            "Slots that the parallel environment takes on each machine (its allocation_rule, if that is a number). "
                + "Tasks with more than one node need it: Ranks x Cores / Nodes must equal it."
        )
        {
            Minimum = 1,
            Unit = "slots",
            AffectsResults = false,
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
        new(
            "gpu_type_resource",
            FieldType.Text,
            "Resource that requests a model of GPUs (its value is GpuType). Without it tasks with a GpuType are refused."
        )
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
        new(
            "lower_per_priority",
            FieldType.Integer,
            "What the priority of a job (-p) falls by for each step of the task's Priority below the highest Priority of the run, down to "
                + "-1023. Default: -p is not set."
        )
        {
            Minimum = 0,
            AffectsResults = false,
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

    private static string? FindRefusalReason(Settings options, CampaignTask task)
    {
        var shape = SiteShape.FromOptions(options).GetShape(task);
        var perNode = options.GetInteger("slots_per_node");
        return shape.TotalCores > 1 && options.GetText("parallel_environment") is null
                ? $"it asks for {CountText.FormatCount(shape.TotalCores, "core")}, and '{task.OperatorKey}' names no parallel environment "
                    + "(sge: { parallel_environment: … }; 'qconf -spl' lists them)"
            : shape.Nodes > 1 && perNode is null
                ? $"it asks for {CountText.FormatCount(shape.Nodes, "node")}, and '{task.OperatorKey}' does not say how many slots its "
                    + "parallel environment takes on each (sge: { slots_per_node: … }; 'qconf -sp' shows the allocation_rule, "
                    + "which must be a number)"
            : shape.TotalCores > 1 && perNode is not null && shape.CoresPerNode != perNode
                ? $"it asks for {CountText.FormatCount(shape.CoresPerNode, "core")} on each of "
                    + $"{CountText.FormatCount(shape.Nodes, "node")}, and the parallel environment of '{task.OperatorKey}' takes "
                    + $"{CountText.FormatCount(perNode.Value, "slot")} on each (slots_per_node): make Ranks x Cores / Nodes equal to it"
            : shape.Gpus > 0 && options.GetText("gpu_resource") is null
                ? $"it asks for {CountText.FormatCount(shape.Gpus, "GPU")}, and '{task.OperatorKey}' names no resource for them (sge: "
                    + "{ gpu_resource: … }; 'qconf -sc' lists them)"
            : shape.GpuType is { } type && options.GetText("gpu_type_resource") is null
                ? $"it asks for GPUs of type {type}, and '{task.OperatorKey}' names no resource for the type (sge: "
                    + "{ gpu_type_resource: … }; 'qconf -sc' lists them)"
            : null;
    }
}
