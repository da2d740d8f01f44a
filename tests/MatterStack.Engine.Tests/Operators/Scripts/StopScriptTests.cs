using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Tests.Operators.Scripts;

/// <summary>The stop signal in real shells: it reaches the command and all its programs, and the script survives it.</summary>
[TestClass]
[Slow]
[OSCondition(OperatingSystems.Linux)]
public sealed class StopScriptTests : IDisposable
{
    private const string Program = """
        #!/bin/bash
        trap 'echo saved > checkpoint; exit ${1:-7}' $SIGNAL
        touch ready
        while [ -d "$PWD" ]; do sleep 0.05; done
        """;

    private readonly TempFolder _folder = new(inMemory: true);

    public static IEnumerable<object[]> Cases =>
        from shell in ScriptRun.Shells
        from row in new (string Signal, string Command, int Code, string Checkpoint)[]
        {
            ("TERM", "./program", 7, "saved"),
            ("USR1", "./program", 7, "saved"),
            ("USR2", "./program", 7, "saved"),
            ("HUP", "./program", 7, "saved"),
            // dash and busybox leave it ignored in the background; the script takes bash then.
            ("INT", "./program", 7, "saved"),
            ("TERM", "./program 0 && touch not-run", 0, "saved"),
            ("TERM", "./program 0; touch not-run; true", 0, "saved"),
            ("TERM", "exec ./program 5", 5, "saved"),
            ("TERM", "trap 'echo own > checkpoint; exit 4' TERM; while [ -d \"$PWD\" ]; do sleep 0.05; done", 4, "own"),
            // The shell in between dies at once; the program goes on until it has saved.
            ("TERM", "sh -c './program; true'", 143, "saved"),
            // Nobody handles the signal.
            ("TERM", "sleep 1000", 143, ""),
        }
        select new object[] { shell, row.Signal, row.Command, row.Code, row.Checkpoint };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_command_gets_the_signal_and_its_seconds(string shell, string signal, string command, int code, string checkpoint)
    {
        var run = CreateRun(signal);
        var task = CreateTask(new StopSignal(signal, 100), signal);

        var ended = run.Run(shell, task, new CommandTexts(command, null, null), limit: TimeSpan.FromSeconds(101));

        Assert.AreEqual(code, ended, run.Errors);
        Assert.AreEqual(code.ToString(System.Globalization.CultureInfo.InvariantCulture), run.Read("exit_code"));
        Assert.AreEqual(checkpoint, run.Read("work/checkpoint"));
        Assert.AreEqual("limit", run.Read(AttemptLayout.StopSignalFile));
        Assert.IsFalse(File.Exists(Path.Combine(run.Folder, "work/not-run")));
    }

    [TestMethod]
    [DynamicData(nameof(AllShells))]
    public void A_command_that_ends_before_leaves_no_watcher_behind(string shell)
    {
        var run = CreateRun("TERM");

        // The run returns when its output is closed: a process that is left behind in its session would not close it.
        var ended = run.Run(
            shell,
            CreateTask(new StopSignal("TERM", 1), "TERM"),
            new CommandTexts("exit 127", null, null),
            limit: TimeSpan.FromDays(100)
        );

        Assert.AreEqual(127, ended);
        Assert.AreEqual("", run.Read(AttemptLayout.StopSignalFile));
        Assert.IsFalse(
            Directory
                .GetDirectories("/proc")
                .Any(process =>
                {
                    try
                    {
                        return File.ReadAllText(process + "/cmdline").StartsWith("sleep\0" + "8639999\0", StringComparison.Ordinal);
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        return false;
                    }
                })
        );
    }

    [TestMethod]
    [DynamicData(nameof(AllShells))]
    public void A_signal_of_a_scheduler_is_passed_on(string shell)
    {
        var run = CreateRun("USR1");
        // The command itself plays the scheduler, which signals the script alone.
        var command = "(until [ -e ready ]; do sleep 0.05; done; kill -s TERM $$) & ./program 6";

        var ended = run.Run(shell, CreateTask(new StopSignal("USR1", 1), "USR1"), new CommandTexts(command, null, null));

        Assert.AreEqual(6, ended, run.Errors);
        Assert.AreEqual("saved", run.Read("work/checkpoint"));
        Assert.AreEqual("TERM", run.Read(AttemptLayout.StopSignalFile));
    }

    [TestMethod]
    public void A_person_who_runs_the_script_gets_no_signal()
    {
        var run = CreateRun("TERM");

        var ended = run.Run(
            "dash",
            CreateTask(new StopSignal("TERM", 100), "TERM"),
            new CommandTexts("sleep 1.5; exit 3", null, null),
            limit: TimeSpan.FromSeconds(101),
            byHand: true
        );

        Assert.AreEqual(3, ended);
        Assert.AreEqual("", run.Read(AttemptLayout.StopSignalFile));
    }

    [TestMethod]
    [DataRow(120, 600.0, 480.0)]
    [DataRow(120, 100.0, 50.0)]
    [DataRow(120, null, null)]
    public void The_signal_comes_its_seconds_before_the_limit_and_never_at_the_start(int seconds, double? limit, double? delay) =>
        Assert.AreEqual(
            delay,
            StopScript.GetDelay(new StopSignal("TERM", seconds), limit is { } known ? TimeSpan.FromSeconds(known) : null)?.TotalSeconds
        );

    public static IEnumerable<object[]> AllShells => ScriptRun.Shells.Select(static shell => new object[] { shell });

    private ScriptRun CreateRun(string signal)
    {
        var run = new ScriptRun(_folder);
        _folder.Write("tasks/t@2/work/program", Program.Replace("$SIGNAL", signal));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Path.Combine(run.Folder, "work/program"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }

        return run;
    }

    private static CampaignTask CreateTask(StopSignal signal, string name) =>
        new()
        {
            Id = TaskId.FromTrusted("t"),
            OperatorKey = OperatorKey.FromTrusted("local.default"),
            Command = name,
            StopSignal = signal,
        };
}
