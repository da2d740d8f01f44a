using System.Diagnostics;

namespace MatterStack.Benchmarks;

/// <summary>What a user waits for at the command line.</summary>
internal static class DotnetCommands
{
    public static readonly string Root = FindRoot(AppContext.BaseDirectory);

    /// <summary>A <c>Step</c> without news in a checkout.</summary>
    public static IEnumerable<Figure> NoOpStep()
    {
        using var scratch = new Scratch();
        foreach (
            var figure in new NoOpSteps(scratch.Folder, $"<Project><Import Project=\"{Root}/Directory.Build.targets\" />").Measure(
                "in a checkout"
            )
        )
        {
            yield return figure;
        }
    }

    /// <summary>From <c>git clone</c> to the first process of the first command, and that command against the same 109 commands without
    /// us.</summary>
    public static IEnumerable<Figure> FreshClone()
    {
        using var scratch = new Scratch();
        var clone = Path.Combine(scratch.Folder, "clone");
        var watch = Stopwatch.StartNew();
        Shell.Run(scratch.Folder, "git", "clone", "-q", Root, clone);
        var tasks = Path.Combine(clone, "workspaces", "metals_eos", "runs");
        using (
            var process = Process.Start(
                new ProcessStartInfo("dotnet", ["build", "workspaces/metals_eos", "-t:Loop"])
                {
                    WorkingDirectory = clone,
                    RedirectStandardOutput = true,
                }
            )!
        )
        {
            var output = process.StandardOutput.ReadToEndAsync();
            using var pause = new ManualResetEventSlim();
            while (
                !process.HasExited
                && !(Directory.Exists(tasks) && Directory.EnumerateFiles(tasks, "stdout.log", SearchOption.AllDirectories).Any())
            )
            {
                pause.Wait(20);
            }

            yield return new("git clone to the first task's process", watch.Elapsed.TotalSeconds, null, "s", "reported");
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException(output.Result);
            }
        }

        var program = Directory.EnumerateFiles(tasks, "metals_eos.dll", SearchOption.AllDirectories).First();
        var (ours, floor) = Cost.Compare(
            3,
            () => Shell.Time(clone, "dotnet", "build", "workspaces/metals_eos", "-t:Loop", "-p:NewRun=true"),
            () => ByXargs(program, Path.Combine(clone, "workspaces", "metals_eos", "cleri-rosato-1993.json"))
        );
        yield return Figure.Time("metals_eos, whole command, against xargs -P2", ours, floor, false, "reported");
    }

    private static Cost ByXargs(string program, string parameters)
    {
        using var scratch = new Scratch();
        var script = $"""
            set -e
            for e in Ni Cu Rh Pd Ag Ir Pt Au Al; do for s in -5 -4 -3 -2 -1 0 1 2 3 4 5; do echo "$e $s"; done; done |
              xargs -P2 -L1 sh -c 'mkdir -p "e/$0_$1" && cd "e/$0_$1" && cp "{parameters}" . && dotnet "{program}" energy --element "$0" --strain "$1" > stdout.log'
            for e in Ni Cu Rh Pd Ag Ir Pt Au Al; do mkdir -p "f/$e/deps"; for s in -5 -4 -3 -2 -1 0 1 2 3 4 5; do mkdir "f/$e/deps/$s"; cp "e/$e"_"$s/results.json" "f/$e/deps/$s"; done; echo "$e"; done |
              xargs -P2 -n1 sh -c 'cd "f/$0" && dotnet "{program}" fit --element "$0" > stdout.log'
            mkdir -p r/deps; for e in Ni Cu Rh Pd Ag Ir Pt Au Al; do mkdir "r/deps/$e"; cp "f/$e/results.json" "r/deps/$e"; done
            cd r && cp "{parameters}" . && dotnet "{program}" rank > stdout.log
            """;
        File.WriteAllText(Path.Combine(scratch.Folder, "all.sh"), script);
        return Shell.Time(scratch.Folder, "sh", "all.sh");
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "MatterStack.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
