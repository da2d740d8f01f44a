using System.Globalization;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>Job options of a site that only Grid Engine has; a task's own values override them.</summary>
internal sealed record GridEngineOptions
{
    public const string DefaultMemoryResource = "h_vmem";

    public string? Queue { get; init; }

    public string? Project { get; init; }

    public string? ParallelEnvironment { get; init; }

    /// <summary>Minutes, or <c>days-hours:minutes:seconds</c> and its short forms, as everywhere in the wiring.</summary>
    public string? TimeLimit { get; init; }

    public string MemoryResource { get; init; } = DefaultMemoryResource;

    public string? GpuResource { get; init; }

    public string? GpuTypeResource { get; init; }

    /// <summary>What <c>-p</c> falls by for each step of <c>Priority</c> below the highest of the run; 0: it is not set.</summary>
    public int LowerPerPriority { get; init; }

    /// <summary>Script that adds the commands to the path.</summary>
    public string? Settings { get; init; }

    public IReadOnlyList<string> Options { get; init; } = [];

    public static GridEngineOptions From(Settings sge) =>
        new()
        {
            Queue = sge.GetText("queue"),
            Project = sge.GetText("project"),
            ParallelEnvironment = sge.GetText("parallel_environment"),
            TimeLimit = sge.GetText("time"),
            MemoryResource = sge.GetText("memory_resource") ?? DefaultMemoryResource,
            GpuResource = sge.GetText("gpu_resource"),
            GpuTypeResource = sge.GetText("gpu_type_resource"),
            LowerPerPriority = sge.GetInteger("lower_per_priority") ?? 0,
            Settings = sge.GetText("settings"),
            Options = sge.GetList("options"),
        };

    /// <summary>
    /// Converts a time limit of the wiring to seconds for <c>h_rt</c>; any other text is unchanged, so that the cluster refuses it.
    /// </summary>
    public static string FormatSeconds(string limit) =>
        TimeLimitText.Parse(limit) is { } span ? ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture) : limit;
}
