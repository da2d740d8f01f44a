using System.Globalization;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>Site defaults of jobs that only Grid Engine has; a task's own demands win.</summary>
internal sealed record GridEngineOptions
{
    public const string UsualMemoryResource = "h_vmem";

    public string? Queue { get; init; }

    public string? Project { get; init; }

    public string? ParallelEnvironment { get; init; }

    /// <summary>Minutes, or <c>days-hours:minutes:seconds</c> and its short forms, as everywhere in wiring.</summary>
    public string? Time { get; init; }

    public string MemoryResource { get; init; } = UsualMemoryResource;

    public string? GpuResource { get; init; }

    /// <summary>Script that makes the commands known.</summary>
    public string? Settings { get; init; }

    public IReadOnlyList<string> Options { get; init; } = [];

    public static GridEngineOptions From(Settings sge) => new()
    {
        Queue = sge.Text("queue"),
        Project = sge.Text("project"),
        ParallelEnvironment = sge.Text("parallel_environment"),
        Time = sge.Text("time"),
        MemoryResource = sge.Text("memory_resource") ?? UsualMemoryResource,
        GpuResource = sge.Text("gpu_resource"),
        Settings = sge.Text("settings"),
        Options = sge.List("options"),
    };

    /// <summary>A time limit of wiring in seconds, as <c>h_rt</c> takes it; what is no time limit stays as it is, for the cluster to refuse.</summary>
    public static string Seconds(string limit)
    {
        var days = limit.Split('-', 2);
        var parts = days[^1].Split(':');
        var numbers = new List<long>();
        foreach (var part in days.Length > 1 ? [days[0], .. parts] : parts)
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return limit;
            }

            numbers.Add(number);
        }

        var seconds = (days.Length > 1, numbers) switch
        {
            (false, [var m]) => m * 60,
            (false, [var m, var s]) => (m * 60) + s,
            (false, [var h, var m, var s]) => (((h * 60) + m) * 60) + s,
            (true, [var d, var h]) => ((d * 24) + h) * 3600,
            (true, [var d, var h, var m]) => ((((d * 24) + h) * 60) + m) * 60,
            (true, [var d, var h, var m, var s]) => (((((d * 24) + h) * 60) + m) * 60) + s,
            _ => -1,
        };
        return seconds < 0 ? limit : seconds.ToString(CultureInfo.InvariantCulture);
    }
}
