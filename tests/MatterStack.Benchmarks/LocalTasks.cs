using System.Diagnostics;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Benchmarks;

/// <summary>Trivial local tasks, durable, from init to COMPLETED, against a shell that runs the same command and makes the same folder and files.</summary>
internal static class LocalTasks
{
    public static IEnumerable<Figure> Measure(int tasks, int repetitions)
    {
        var ours = Shell.Median(repetitions, () => Ours(tasks));
        var floor = Shell.Median(repetitions, () => Floor(tasks, makeFiles: true));
        var bare = Shell.Median(repetitions, () => Floor(tasks, makeFiles: false));
        yield return new($"{tasks} trivial local tasks, per task", ours / tasks * 1000, floor / tasks * 1000, "ms", "<= 1.25 x shell making the same files");
        yield return new($"{tasks} trivial local tasks, against bare xargs", ours / tasks * 1000, bare / tasks * 1000, "ms", "reported");
    }

    private static double Ours(int tasks)
    {
        using var scratch = new Scratch();
        var project = Path.Combine(scratch.Folder, "bench.proj");
        File.WriteAllText(project, "<Project />");
        var workspace = new Workspace("bench", project, Path.Combine(scratch.Folder, "runs"), Path.Combine(scratch.Folder, "operators.yaml"));
        var context = new CommandContext(workspace, new RunArguments(), new Silent(), EngineHost.ThisMachine());
        var declared = Enumerable.Range(0, tasks).Select(i => Declare($"t{i}", ": > out")).ToList();
        var watch = Stopwatch.StartNew();
        var result = TickCommand.Loop(context, new CampaignSource(declared, null), CancellationToken.None);
        return result.Success ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException("the run failed");
    }

    private static double Floor(int tasks, bool makeFiles)
    {
        using var scratch = new Scratch();
        File.WriteAllText(Path.Combine(scratch.Folder, "one.sh"), makeFiles
            ? "mkdir t$1 t$1/work\nprintf '#!/bin/sh\\n# run\\n# task\\n: > out\\n' > t$1/run.sh\ncd t$1/work\n( : > out ) > ../stdout.log 2> ../stderr.log\necho $? > ../exit_code\n"
            : ": > out$1\n");
        return Shell.Time(scratch.Folder, "/bin/sh", "-c", $"seq {tasks} | xargs -P2 -n1 sh one.sh");
    }

    private static DeclaredTask Declare(string id, string command) =>
        new(id, new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase) { ["Command"] = [command] }, null);

    private sealed class Silent : ICommandLog
    {
        public void Say(string line)
        {
        }

        public void Detail(string line)
        {
        }

        public void Report(Problem problem) => Console.Error.WriteLine(problem);
    }
}
