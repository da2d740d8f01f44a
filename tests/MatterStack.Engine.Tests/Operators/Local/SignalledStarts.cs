using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Processes.Native;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>Starts scripts in a process of its own while its whole process group is signalled at every moment of a start, as a terminal
/// does with Ctrl+C.</summary>
internal static class SignalledStarts
{
    public const string Argument = "--start-under-signals";

    private const int Starts = 300;
    private static readonly TimeSpan Step = TimeSpan.FromMicroseconds(5);

    /// <summary>What the process does: says how each script ended that did not end by itself, then how many signals there were.</summary>
    public static int Run(string folder, string signal)
    {
        var number = int.Parse(signal, CultureInfo.InvariantCulture);
        var heard = 0L;
        using var registration = PosixSignalRegistration.Create((PosixSignal)number, context =>
        {
            context.Cancel = true;
            Interlocked.Increment(ref heard);
        });
        using var done = new CancellationTokenSource();
        var start = 0;
        var sender = new Thread(() =>
        {
            // One for each start, each a little later in it than the last.
            var seen = 0;
            while (!done.IsCancellationRequested)
            {
                if (Volatile.Read(ref start) == seen)
                {
                    Thread.Yield();
                    continue;
                }

                seen = Volatile.Read(ref start);
                var since = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(since) < Step * seen)
                {
                    Thread.SpinWait(1);
                }

                _ = Libc.SendSignal(0, number);
            }
        });
        sender.Start();
        using var host = new UnixProcessHost(CommandEnvironment.GetVariables());
        var script = Path.Combine(folder, "script.sh");
        for (var i = 0; i < Starts; i++)
        {
            var id = AttemptId.FromTrusted(string.Create(CultureInfo.InvariantCulture, $"20260101_000000_{i:x8}"));
            Volatile.Write(ref start, i + 1);
            var end = host.WaitForChild(
                host.Start(
                    new ProcessRequest(id, script, Path.Combine(folder, "out"), Path.Combine(folder, "err"), UsesControlGroup: false)
                )
            );
            if (end.ExitCode != 0)
            {
                Console.WriteLine(end);
            }
        }

        done.Cancel();
        sender.Join();
        Console.WriteLine("signals " + (Interlocked.Read(ref heard) > 0 ? "came" : "did not come"));
        return 0;
    }

    /// <summary>Starts such a process, in a group of its own and with no signal ignored (under nohup, or in the background, some are), and
    /// waits for what it says.</summary>
    public static string Say(string folder, int signal)
    {
        var self =
            Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? new[] { Environment.ProcessPath!, typeof(SignalledStarts).Assembly.Location }
                : [Environment.ProcessPath!];
        using var process = Process.Start(
            new ProcessStartInfo(
                "setsid",
                ["--wait", "env", "--default-signal", .. self, Argument, folder, signal.ToString(CultureInfo.InvariantCulture)]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return said;
    }
}
