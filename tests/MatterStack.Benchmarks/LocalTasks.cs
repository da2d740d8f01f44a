namespace MatterStack.Benchmarks;

/// <summary>Trivial local tasks, durable, from init to COMPLETED, against a shell that runs the same command and makes the same folder and
/// files.</summary>
internal static class LocalTasks
{
    private static readonly Dictionary<int, Cost> PerTask = [];

    public static IEnumerable<Figure> Measure(int tasks, int repetitions)
    {
        var (ours, floor) = Cost.Compare(repetitions, () => Ours(tasks), () => Floor(tasks, makeFiles: true));
        var bare = Cost.Median(repetitions, () => Floor(tasks, makeFiles: false));
        PerTask[tasks] = ours / tasks;
        yield return Figure.Time(
            $"{tasks} trivial local tasks, per task",
            ours / tasks,
            floor / tasks,
            true,
            "<= 1.25 x shell making the same files"
        );
        yield return Figure.Time(
            $"{tasks} trivial local tasks, per task, against bare xargs",
            ours / tasks,
            bare / tasks,
            true,
            "reported"
        );
        if (tasks > 1_000 && PerTask.TryGetValue(1_000, out var small))
        {
            yield return Figure.Time($"{tasks} local tasks against 1000, per task", ours / tasks, small, true, "<= 1.2");
        }
    }

    /// <summary>Entries of a folder that an attempt adds, itself included.</summary>
    public static IEnumerable<Figure> Inodes()
    {
        const int tasks = 100;
        using var campaign = new BenchmarkCampaign(tasks, "true");
        campaign.Loop();
        var made = Directory.EnumerateFileSystemEntries(Path.Combine(campaign.Run.Path, "tasks"), "*", SearchOption.AllDirectories).Count();
        yield return new("inodes per attempt of a trivial task", made / (double)tasks, null, "", "6");
    }

    private static Cost Ours(int tasks)
    {
        using var campaign = new BenchmarkCampaign(tasks);
        return Cost.Of(campaign.Loop);
    }

    private static Cost Floor(int tasks, bool makeFiles)
    {
        using var scratch = new Scratch();
        File.WriteAllText(
            Path.Combine(scratch.Folder, "one.sh"),
            makeFiles
                ? "mkdir t$1 t$1/work\nprintf '#!/bin/sh\\n# run\\n# task\\n: > out\\n' > t$1/run.sh\ncd t$1/work\n{ : > out; "
                    + "} > ../stdout.log 2> ../stderr.log\necho $? > ../exit_code\n"
                : ": > out$1\n"
        );
        return Shell.Time(scratch.Folder, "/bin/sh", "-c", $"seq {tasks} | xargs -P2 -n1 sh one.sh");
    }
}
