using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Tests.Operators.Scripts;

/// <summary>Monitors in real shells: they end a hopeless command, and a broken one changes nothing.</summary>
[TestClass]
[Slow]
[OSCondition(OperatingSystems.Linux)]
public sealed class MonitorScriptTests : IDisposable
{
    // Ends by itself only if something is wrong: when the folder is gone.
    private const string Endless = "while [ -d \"$PWD\" ]; do sleep 0.05; done";

    private readonly TempFolder _folder = new(inMemory: true);

    // The options of bash make no difference here, and each round of a monitor takes a second.
    private static readonly string[] Shells = [.. ScriptRun.Shells.Where(static shell => shell != "bash")];

    public static IEnumerable<object[]> AllShells => Shells.Select(static shell => new object[] { shell });

    public static IEnumerable<object[]> Stops =>
        from shell in Shells
        from row in new (string Command, string Monitor, int Code, string Stop)[]
        {
            (Endless, "echo first; echo 'energy exploded'; echo noise >&2; exit 3", 143, "3 energy exploded"),
            (Endless, "echo only on stderr >&2; exit 1", 143, "1 only on stderr"),
            (Endless, "exit 9", 143, "9"),
            // A monitor is text of the shell that has the task's variables, and runs in work/.
            (Endless, "[ -d ../work ] && echo \"$MATTERSTACK_TASK_ID\" && false", 143, "1 t"),
            ("trap 'echo saved > checkpoint; exit 0' TERM; " + Endless, "false", 0, "1"),
            // 'timeout' and MPI launchers make process groups.
            ("timeout 1000 sh -c 'touch ready; sleep 1000'", "! [ -e ready ]", 143, "1"),
            ("sh -c 'trap \"\" TERM; exec sleep 1' & sleep 1000", "exit 4", 143, "4"),
            ("exec sleep 1000", "exit 4", 143, "4"),
        }
        where shell == "dash" || row.Command != Endless || row.Stop.Contains("energy", StringComparison.Ordinal)
        select new object[] { shell, row.Command, row.Monitor, row.Code, row.Stop };

    public static IEnumerable<object[]> Failures =>
        from shell in Shells
        from row in new (string Monitor, string Failure)[]
        {
            ("no-such-program", "exit code 127"),
            ("./not-executable", "exit code 126"),
            ("kill -s KILL $(exec sh -c 'echo $PPID')", "exit code 137"),
            ("sleep 1000 & (sleep 1000); sleep 1000", "no end within 1 s"),
            ("if then", "it is no shell text"),
        }
        where shell == "dash" || row.Failure is "exit code 127" or "no end within 1 s"
        select new object[] { shell, row.Monitor, row.Failure };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Stops))]
    public void A_monitor_ends_the_command_and_says_why(string shell, string command, string monitor, int code, string stop)
    {
        var run = new ScriptRun(_folder);

        var ended = Run(run, shell, command, monitor);

        Assert.AreEqual(code, ended, run.Errors);
        Assert.AreEqual(code.ToString(System.Globalization.CultureInfo.InvariantCulture), run.Read("exit_code"));
        Assert.AreEqual(stop, run.Read(AttemptLayout.MonitorStopFile));
        Assert.AreEqual("", run.Read(AttemptLayout.MonitorFailedFile));
        Assert.Contains($"exit code {stop.Split(' ')[0]}", run.Read(AttemptLayout.MonitorLogFile));
        Assert.AreEqual("", run.Output, "what the monitor writes stays out of the logs of the command");
        AssertNothingIsLeft(run);
    }

    [TestMethod]
    [DynamicData(nameof(Failures))]
    public void A_monitor_that_fails_itself_or_hangs_is_said_and_changes_nothing(string shell, string monitor, string failure)
    {
        var run = new ScriptRun(_folder);
        _folder.Write("tasks/t@2/work/not-executable", "");

        // The command ends when the failure is written.
        var ended = Run(run, shell, $"until [ -e ../{AttemptLayout.MonitorFailedFile} ]; do sleep 0.05; done; echo done; exit 6", monitor);

        Assert.AreEqual(6, ended, run.Errors);
        Assert.AreEqual("done\n", run.Output);
        Assert.AreEqual("", run.Read(AttemptLayout.MonitorStopFile));
        Assert.Contains(failure, run.Read(AttemptLayout.MonitorFailedFile));
        Assert.Contains(failure, run.Read(AttemptLayout.MonitorLogFile));
        AssertNothingIsLeft(run);
    }

    [TestMethod]
    [DynamicData(nameof(AllShells))]
    public void A_command_sees_nothing_of_a_content_monitor(string shell)
    {
        var run = new ScriptRun(_folder);
        // Its own traps, background programs, input and 'wait' are as without a monitor.
        const string command = """
            trap 'echo trapped' USR1
            kill -s USR1 "$(exec sh -c 'echo $PPID')"
            until [ -e ../monitor.log ]; do sleep 0.05; done
            (exit 4) & wait; echo waited; read -r line || echo no input; exit 7
            """;

        var ended = Run(run, shell, command, "echo fine; echo 'and a warning' >&2");

        Assert.AreEqual(7, ended, run.Errors);
        Assert.AreEqual("trapped\nwaited\nno input\n", run.Output);
        Assert.AreEqual("", run.Errors);
        Assert.AreEqual("", run.Read(AttemptLayout.MonitorStopFile));
        Assert.EndsWith("Z exit code 0: fine", run.Read(AttemptLayout.MonitorLogFile).Split('\n')[0]);
        AssertNothingIsLeft(run);
    }

    [TestMethod]
    [DynamicData(nameof(AllShells))]
    public void A_command_that_ends_before_the_first_round_leaves_no_monitor(string shell)
    {
        var run = new ScriptRun(_folder);

        // The run returns when its output is closed, and the monitor would wait for 9999 s.
        var ended = Run(run, shell, "set -e; exit 3", "false", task => task with { MonitorEvery = TimeSpan.FromSeconds(9999) });

        Assert.AreEqual(3, ended, run.Errors);
        Assert.AreEqual("", run.Read(AttemptLayout.MonitorStopFile));
        AssertNothingIsLeft(run);
    }

    [TestMethod]
    [DynamicData(nameof(AllShells))]
    public void A_stop_signal_comes_first_and_gives_its_seconds(string shell)
    {
        var run = new ScriptRun(_folder);
        const string command = "trap 'sleep 0.5; echo saved > checkpoint; exit 5' USR2; trap 'exit 99' TERM; " + Endless;

        var ended = Run(run, shell, command, "echo enough; exit 1", task => task with { StopSignal = new StopSignal("USR2", 100) });

        Assert.AreEqual(5, ended, run.Errors);
        Assert.AreEqual("saved", run.Read("work/checkpoint"));
        Assert.AreEqual("1 enough", run.Read(AttemptLayout.MonitorStopFile));
        Assert.AreEqual("", run.Read(AttemptLayout.StopSignalFile), "it did not end before its time limit");
        AssertNothingIsLeft(run);
    }

    [TestMethod]
    [DynamicData(nameof(AllShells))]
    public void After_a_stop_signal_of_the_time_limit_a_monitor_says_nothing(string shell)
    {
        var run = new ScriptRun(_folder);
        const string command = "trap 'sleep 2; exit 5' USR1; " + Endless;

        var ended = Run(
            run,
            shell,
            command,
            $"! [ -e ../{AttemptLayout.StopSignalFile} ]",
            task => task with { StopSignal = new StopSignal("USR1", 100) },
            limit: TimeSpan.FromSeconds(101)
        );

        Assert.AreEqual(5, ended, run.Errors);
        Assert.AreEqual("limit", run.Read(AttemptLayout.StopSignalFile));
        Assert.AreEqual("", run.Read(AttemptLayout.MonitorStopFile));
        AssertNothingIsLeft(run);
    }

    [TestMethod]
    public void A_command_that_ignores_signals_is_killed()
    {
        var run = new ScriptRun(_folder);
        var ended = Run(run, "dash", "trap '' TERM; sleep 1000; sleep 1000", "false", task =>
            task with
            {
                StopSignal = new StopSignal("TERM", 1),
            }
        );

        Assert.AreEqual(137, ended, run.Errors);
        AssertNothingIsLeft(run);
    }

    [TestMethod]
    public void A_monitor_that_writes_without_end_fills_no_disk()
    {
        var run = new ScriptRun(_folder);

        var ended = Run(run, "dash", $"until [ -e ../{AttemptLayout.MonitorFailedFile} ]; do sleep 0.05; done", "yes & yes >&2");

        Assert.AreEqual(0, ended, run.Errors);
        Assert.Contains("no end within 1 s", run.Read(AttemptLayout.MonitorFailedFile));
        Assert.IsLessThan(
            20_000L,
            Directory.GetFiles(run.Folder, "*", SearchOption.AllDirectories).Sum(static file => new FileInfo(file).Length)
        );
        AssertNothingIsLeft(run);
    }

    [TestMethod]
    public void A_script_that_is_killed_leaves_no_monitor_for_long()
    {
        var run = new ScriptRun(_folder);

        // The monitor has no end of the output, so the run returns although it lives on.
        var ended = Run(run, "dash", "kill -s KILL $$", "true", task => task with { MonitorEvery = TimeSpan.FromHours(9) });

        Assert.AreNotEqual(0, ended);
        Wait(() => CountProcesses(run) == 0);
    }

    [TestMethod]
    public void A_person_who_runs_the_script_gets_no_monitor_and_a_second_start_forgets_the_first()
    {
        var run = new ScriptRun(_folder);
        _folder.Write($"tasks/t@2/{AttemptLayout.MonitorStopFile}", "1 of an earlier start\n");

        Assert.AreEqual(3, Run(run, "dash", "sleep 1.5; exit 3", "false", byHand: true));
        Assert.AreEqual("1 of an earlier start", run.Read(AttemptLayout.MonitorStopFile));
        Assert.AreEqual("", run.Read(AttemptLayout.MonitorLogFile));

        Assert.AreEqual(3, Run(run, "dash", "exit 3", "false"));
        Assert.AreEqual("", run.Read(AttemptLayout.MonitorStopFile));
    }

    [TestMethod]
    public void Slurm_itself_ends_the_steps_in_place_of_srun()
    {
        var run = new ScriptRun(_folder) { Reach = "export PATH=$PWD/work:$PATH SLURM_JOB_ID=17\n" + SlurmStopSignal.ReachFunction };
        _folder.Write(
            "tasks/t@2/work/srun",
            "#!/bin/sh\ntrap 'echo TERM > srun-got; exit 1' TERM\nuntil [ -e told ]; do sleep 0.05; done; exit 8\n"
        );
        _folder.Write("tasks/t@2/work/scancel", "#!/bin/sh\necho \"$@\" > told\n");
        if (!OperatingSystem.IsWindows())
        {
            foreach (var program in new[] { "srun", "scancel" })
            {
                File.SetUnixFileMode(
                    Path.Combine(run.Folder, "work", program),
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                );
            }
        }

        var ended = Run(run, "dash", "trap : TERM; srun; exit $?", "false");

        Assert.AreEqual("--signal=TERM 17", run.Read("work/told").Replace("-Q ", "", StringComparison.Ordinal));
        Assert.AreEqual("", run.Read("work/srun-got"));
        Assert.AreEqual(8, ended, run.Errors);
    }

    private static int Run(
        ScriptRun run,
        string shell,
        string command,
        string monitor,
        Func<CampaignTask, CampaignTask>? with = null,
        TimeSpan? limit = null,
        bool byHand = false
    )
    {
        var task = new CampaignTask
        {
            Id = TaskId.FromTrusted("t"),
            OperatorKey = OperatorKey.FromTrusted("local.default"),
            Command = command,
            Monitor = monitor,
            MonitorEvery = TimeSpan.FromSeconds(1),
        };
        return run.Run(shell, with?.Invoke(task) ?? task, new CommandTexts(command, null, null, monitor), limit: limit, byHand: byHand);
    }

    private static void AssertNothingIsLeft(ScriptRun run)
    {
        // 'timeout' of busybox has a watcher that ends a moment later.
        Wait(() => CountProcesses(run) == 0);
        Assert.IsEmpty(Directory.GetFiles(run.Folder, ".monitor*"));
    }

    private static void Wait(Func<bool> condition) => Assert.IsTrue(SpinWait.SpinUntil(condition, TimeSpan.FromMinutes(1)));

    // Processes in the folder of the attempt.
    private static int CountProcesses(ScriptRun run) =>
        Directory
            .GetDirectories("/proc")
            .Count(process =>
            {
                try
                {
                    return new FileInfo(process + "/cwd").LinkTarget is { } place && place.StartsWith(run.Folder, StringComparison.Ordinal);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return false;
                }
            });
}
