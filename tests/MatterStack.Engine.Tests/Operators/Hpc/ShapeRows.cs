using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Tasks and sites in short words, and what a scheduler is told.</summary>
internal static class ShapeRows
{
    /// <summary>A task of <c>Name=value</c> words.</summary>
    public static CampaignTask Task(string asked)
    {
        _ = TaskId.TryParse("t", out var id);
        var task = new CampaignTask
        {
            Id = id,
            Command = "true",
            OperatorKey = OperatorKey.FromTrusted("hpc.default"),
        };
        foreach (var word in asked.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var value = word.Split('=')[1];
            task = word.Split('=')[0] switch
            {
                "Nodes" => task with { Nodes = Number(value) },
                "Ranks" => task with { Ranks = Number(value) },
                "Cores" => task with { Cores = Number(value) },
                "MemoryGb" => task with { MemoryGb = double.Parse(value, CultureInfo.InvariantCulture) },
                "Gpus" => task with { Gpus = Number(value) },
                "GpuType" => task with { GpuType = value },
                "TimeLimitMinutes" => task with { TimeLimitMinutes = double.Parse(value, CultureInfo.InvariantCulture) },
                "StopSignal" => task with { StopSignal = value },
                "RetryMemoryFactor" => task with { RetryMemoryFactor = double.Parse(value, CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException(word, nameof(asked)),
            };
        }

        return task;
    }

    /// <summary>The wiring of a key whose backend is written in one line.</summary>
    public static OperatorWiring Wire(string backend) =>
        OperatorsFile
            .Parse(
                Encoding.UTF8.GetBytes($"operators: {{ hpc.default: {{ kind: hpc, backend: {{ {backend} }} }} }}"),
                "operators.yaml",
                Schedulers.Schema,
                outside: null
            )
            .GetValueOrThrow()
            .Operators.Values.Single();

    public static string? FindRefusal(CampaignTask task, string backend) => Provider.FindRefusalReason(Wire(backend), task);

    public static HpcProvider Provider { get; } = new(Schedulers.All, new LocalProvider("hpc"));

    public static IReadOnlyList<string> SlurmOptions(CampaignTask task, string site, int priorityGap = 0) =>
        [.. Directives(task, "slurm", site, priorityGap).Select(line => line["#SBATCH ".Length..]).Where(line => !Own(line, "--"))];

    public static IReadOnlyList<string> GridEngineOptions(CampaignTask task, string site, int priorityGap = 0, params string[] avoided) =>
        [.. Directives(task, "sge", site, priorityGap, avoided).Select(line => line["#$ ".Length..]).Where(line => !Own(line, "-"))];

    /// <summary>The site of a backend.</summary>
    public static HpcSite Site(string family, string site)
    {
        var backend = (Backend.Scheduler)Wire($"type: {family}, {family}: {{ {site} }}").Backend;
        return HpcSite.FromBackend(backend, Schedulers.All.First(known => known.Type == family), text => text);
    }

    /// <summary>The attempt of a task.</summary>
    public static AttemptRequest Request(CampaignTask task, double? memoryGb = null)
    {
        using var world = new ClusterWorld();
        return world.Order(with: _ => task) with { Given = new GivenResources { MemoryGb = memoryGb } };
    }

    private static IEnumerable<string> Directives(CampaignTask task, string family, string site, int priorityGap, params string[] avoided)
    {
        var cluster = Site(family, site);
        return cluster.Scheduler.FormatDirectives(
            "ms-x",
            cluster.GetResources(Request(task) with { AvoidedNodes = avoided, PriorityGap = priorityGap }),
            single: true
        );
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // What does not depend on the task.
    private static bool Own(string line, string dashes) =>
        new[] { "job-name", "output", "error", "N", "cwd", "S", "j", "o", "e" }.Contains(line[dashes.Length..].Split('=', ' ')[0]);
}
