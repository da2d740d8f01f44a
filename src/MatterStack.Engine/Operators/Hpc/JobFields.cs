using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Keys with the same meaning for all scheduler families; <see cref="HpcSite"/> reads them.</summary>
internal static class JobFields
{
    public static readonly Field Modules = new(
        "modules",
        FieldType.TextList,
        "Environment modules, loaded in this order before the command."
    );

    public static readonly Field Setup = new("setup", FieldType.TextList, "Shell lines before the command, after the modules.");

    public static readonly Field Env = new(
        "env",
        FieldType.TextMap,
        "Environment variables of every job; a task's own variables override them."
    )
    {
        Pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
        PatternDescription = "names of environment variables",
    };

    public static readonly Field PollInterval = new(
        "poll_interval",
        FieldType.Duration,
        "Minimum time between two status queries. Default: the project's MatterStackPollInterval."
    )
    {
        AffectsResults = false,
        Unit = "hh:mm:ss",
    };

    public static Field CreateCoresField(string option) =>
        new("cores", FieldType.Integer, $"Cores of tasks that do not set Cores ({option}).") { Minimum = 1, Unit = "cores" };

    public static Field CreateMemoryField(string option) =>
        new("memory_gb", FieldType.Number, $"Memory of tasks that do not set MemoryGb ({option}).")
        {
            Minimum = 0,
            AffectsResults = false,
            Unit = "GB",
        };

    public static Field CreateGpusField(string option) =>
        new("gpus", FieldType.Integer, $"GPUs of tasks that do not set Gpus ({option}).") { Minimum = 0, Unit = "GPUs" };

    public static Field CreateSubmitRateField(string command) =>
        new("submit_rate", FieldType.Integer, $"Maximum number of {command} calls per minute. Default: no limit.")
        {
            Minimum = 1,
            AffectsResults = false,
            Unit = "calls per minute",
        };
}
