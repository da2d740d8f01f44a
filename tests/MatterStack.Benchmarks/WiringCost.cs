using System.Globalization;
using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using YamlDotNet.RepresentationModel;

namespace MatterStack.Benchmarks;

/// <summary>What wiring costs: a large file against YAML alone, and its part of a tick.</summary>
internal static class WiringCost
{
    private const int Operators = 500;

    public static IEnumerable<Figure> Measure()
    {
        using var scratch = new Scratch();
        var file = Path.Combine(scratch.Folder, "operators.yaml");
        File.WriteAllText(file, Large());
        for (var i = 0; i < 5; i++)
        {
            Resolve(scratch.Folder, file);
            Yaml(file);
        }

        var (ours, floor) = Cost.Compare(15, () => Cost.Of(() => Resolve(scratch.Folder, file)), () => Cost.Of(() => Yaml(file)));
        yield return Figure.Time(
            $"resolving and persisting wiring of {Operators} operators, against YamlDotNet's parsing",
            ours,
            floor,
            true,
            "reported"
        );

        using var campaign = new BenchmarkCampaign(1, "true");
        campaign.Loop();
        for (var i = 0; i < 20; i++)
        {
            campaign.Step();
        }

        var (wiring, step) = Cost.Compare(21, () => Cost.Of(() => Persisted(campaign)), () => Cost.Of(campaign.Step));
        yield return Figure.Time("wiring in a no-op Step, warm, against the whole Step", wiring, step, true, "reported");
        var cold = Enumerable.Range(0, 5).Select(_ => Isolated.Run("wiring", 0)).ToList();
        yield return Figure.Time(
            "wiring in a first Step, fresh process, against the whole Step",
            Median(cold, 0),
            Median(cold, 1),
            true,
            "reported"
        );
    }

    /// <summary>The wiring's part, then all of the rest, of a first Step in a process that has run neither before.</summary>
    public static IEnumerable<string> Cold()
    {
        using var scratch = new Scratch();
        var wired = Path.Combine(scratch.Folder, "wired");
        Directory.CreateDirectory(Path.Combine(wired, "operators_snapshot"));
        using var campaign = new BenchmarkCampaign(1, "true");
        var wiring = Cost.Of(() => Resolve(wired, null));
        var rest = Cost.Of(campaign.Step);
        yield return wiring.ToString();
        yield return new Cost(wiring.Wall + rest.Wall, wiring.Cpu + rest.Cpu).ToString();
    }

    private static Cost Median(List<string[]> answers, int line)
    {
        var queue = new Queue<Cost>(answers.Select(a => Cost.Parse(a[line])));
        return Cost.Median(answers.Count, queue.Dequeue);
    }

    private static void Persisted(BenchmarkCampaign campaign)
    {
        _ = campaign
            .Context.Wirings.ResolveForRun(campaign.Run.Path, runEnded: true, campaign.Context.CreateWiringRequest())
            .GetValueOrThrow();
        _ = campaign.Context.Wirings.LoadHistory(campaign.Run.Path).GetValueOrThrow();
    }

    private static void Resolve(string folder, string? file)
    {
        var run = Path.Combine(folder, "run-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(run);
        var request = new WiringRequest
        {
            OperatorsConfig = file,
            WorkspaceDefault = Path.Combine(folder, "none.yaml"),
            WorkspaceFolder = folder,
            HomeFolder = folder,
            User = "u",
            Host = "h",
        };
        _ = new WiringService(RealDisk.Instance, TimeProvider.System, Schedulers.Schema)
            .ResolveForRun(run, runEnded: false, request)
            .GetValueOrThrow();
    }

    private static void Yaml(string file)
    {
        using var reader = new StreamReader(file);
        new YamlStream().Load(reader);
    }

    private static string Large()
    {
        var text = new StringBuilder("operators:\n");
        for (var i = 0; i < Operators; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  local.machine{i}:\n    kind: local\n    max_concurrent: {i + 1}\n    backend:\n      type: local\n      cores: "
                    + $"{i % 32 + 1}\n"
            );
        }

        return text.ToString();
    }
}
