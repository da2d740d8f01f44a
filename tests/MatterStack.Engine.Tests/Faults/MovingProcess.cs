using System.Diagnostics;
using System.Globalization;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Processes.Native;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>Moves the run of <see cref="FaultCampaign"/> in a process of its own, with real processes on the real disk.</summary>
internal static class MovingProcess
{
    public const string Argument = "--move-run";

    /// <summary>What the process does: the whole campaign, a step, or a loop; at a numbered moment it kills itself.</summary>
    public static int Move(string verb, string folder, string killedAt)
    {
        var seams = new KillPoints
        {
            At = int.Parse(killedAt, CultureInfo.InvariantCulture),
            Happens = () => Libc.SendSignal(Environment.ProcessId, Libc.SigKill),
        };
        using var world = new CommandWorld(folder);
        FaultCampaign.DeclareTasks(world);
        world.Host = world.Host with
        {
            Disk = new InterruptingDisk(seams),
            Processes = () => new InterruptingProcesses(new UnixProcessHost(CommandEnvironment.GetVariables()), seams),
            Conducting = new ConductorOptions { MaxCommitDelay = TimeSpan.FromMilliseconds(1) },
        };
        var success = verb switch
        {
            "campaign" => world.Init() && world.Step() && world.Loop(FaultCampaign.Override(world)),
            "step" => world.Step(),
            "loop" => world.Loop(),
            _ => throw new ArgumentOutOfRangeException(nameof(verb)),
        };
        foreach (var problem in world.Reported)
        {
            Console.WriteLine(problem.Code.Code + " " + problem.Message);
        }

        Console.WriteLine(seams.Count.ToString(CultureInfo.InvariantCulture));
        return success ? 0 : 1;
    }

    /// <summary>Starts such a process.</summary>
    /// <param name="verb">What it is to do.</param>
    /// <param name="world">Whose run.</param>
    /// <param name="killedAt">The moment at which it kills itself, from 1; 0: never.</param>
    public static Process Start(string verb, CommandWorld world, int killedAt = 0)
    {
        string[] self =
            Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? [Environment.ProcessPath!, typeof(MovingProcess).Assembly.Location]
                : [Environment.ProcessPath!];
        var start = new ProcessStartInfo(
            self[0],
            [.. self[1..], Argument, verb, world.Folder, killedAt.ToString(CultureInfo.InvariantCulture)]
        )
        {
            RedirectStandardOutput = true,
        };
        start.Environment["STARTS"] = world.In("starts");
        return Process.Start(start)!;
    }

    /// <summary>Waits for its end; the lines that it wrote, and its exit code (137: killed).</summary>
    public static (int ExitCode, string[] Lines) End(Process process)
    {
        using (process)
        {
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            return (process.ExitCode, lines);
        }
    }
}
