using System.Diagnostics;
using MatterStack.Engine.Campaigns.Declarations;

namespace MatterStack.Benchmarks;

/// <summary>From the moment an instrument's answer is there to the moment the next task's process has done something, under a loop that
/// waits.</summary>
internal static class AnswerLatency
{
    private const int Rounds = 20;

    public static IEnumerable<Figure> Measure()
    {
        var ours = Loop();
        var floor = Enumerable.Range(0, Rounds).Select(_ => Bare()).ToList();
        yield return new(
            $"an answer file's appearance to the next task's process, median of {Rounds}",
            Median(ours),
            Median(floor),
            "ms",
            "reported; floor: a bare file watcher that starts a shell"
        );
        yield return new("the same, slowest", ours.Max(), floor.Max(), "ms", "reported");
    }

    // One after another: the next is answered when the task after the one before has run.
    private static List<double> Loop()
    {
        using var campaign = new BenchmarkCampaign(
            Enumerable
                .Range(0, Rounds)
                .SelectMany(i =>
                    new[]
                    {
                        Declare($"ask{i}", ("OperatorKey", "experiment.default")),
                        Declare($"use{i}", ("Command", ": > started"), ("DependsOn", $"ask{i}")),
                    }
                )
        );
        campaign.Init();
        var loop = Task.Run(campaign.Loop);
        var latencies = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var folder = Path.Combine(campaign.Run.Path, "tasks", $"ask{i}@1");
            Until(() => File.Exists(Path.Combine(folder, "experiment_request.json")));
            var answer = Path.Combine(folder, "answer.tmp");
            File.WriteAllText(answer, """{"status": "COMPLETED"}""");
            var watch = Stopwatch.StartNew();
            File.Move(answer, Path.Combine(folder, "experiment_result.json"));
            Until(() => File.Exists(Path.Combine(campaign.Run.Path, "tasks", $"use{i}@1", "work", "started")));
            latencies.Add(watch.Elapsed.TotalMilliseconds);
        }

        loop.Wait();
        return latencies;
    }

    private static double Bare()
    {
        using var scratch = new Scratch();
        using var watcher = new FileSystemWatcher(scratch.Folder, "answer.json");
        watcher.Renamed += (_, _) =>
            Process.Start(new ProcessStartInfo("/bin/sh", ["-c", ": > started"]) { WorkingDirectory = scratch.Folder })?.Dispose();
        watcher.EnableRaisingEvents = true;
        File.WriteAllText(Path.Combine(scratch.Folder, "answer.tmp"), "{}");
        var watch = Stopwatch.StartNew();
        File.Move(Path.Combine(scratch.Folder, "answer.tmp"), Path.Combine(scratch.Folder, "answer.json"));
        Until(() => File.Exists(Path.Combine(scratch.Folder, "started")));
        return watch.Elapsed.TotalMilliseconds;
    }

    private static void Until(Func<bool> condition)
    {
        using var pause = new ManualResetEventSlim();
        while (!condition())
        {
            pause.Wait(1);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static DeclaredTask Declare(string id, params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        var all = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in metadata)
        {
            all[name] = [value];
        }

        return new DeclaredTask(id, all);
    }
}
