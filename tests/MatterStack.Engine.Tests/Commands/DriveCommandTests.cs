using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Driving;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Commands;

/// <summary><c>Drive</c> and <c>Status</c>; a program of the test's own keeps the table of cron in a file.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class DriveCommandTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public DriveCommandTests()
    {
        var table = _world.In("table");
        var crontab = _world.Write(
            "bin/crontab",
            "#!/bin/sh\ncase $1 in\n"
                + $"-l) [ -e '{table}' ] || {{ echo 'no crontab for ann' >&2; exit 1; }}; cat '{table}' ;;\n"
                + $"-r) rm '{table}' ;;\n*) cat > '{table}' ;;\nesac\n"
        );
        MakeExecutable(crontab);
        _world.Host = _world.Host with
        {
            HomeFolder = _world.In("home"),
            Machine = "login1",
            ReadVariables = () => new Dictionary<string, string> { ["PATH"] = _world.In("bin") + ":/usr/bin:/bin" },
        };
    }

    private DriverFiles Files => new(_world.Run, _world.Host.Disk);

    private string? Table => File.Exists(_world.In("table")) ? File.ReadAllText(_world.In("table")) : null;

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Without_Confirm_a_driver_is_shown_and_nothing_is_written()
    {
        Begin();
        var before = ListTree();

        Assert.IsTrue(Drive(With("cron")));
        Assert.IsTrue(Drive(new RunArguments()));

        Assert.AreEqual(before, ListTree());
        StringAssert.Contains(Said(), "* * * * * /bin/sh '" + _world.In("home"));
        StringAssert.Contains(Said(), $"-t:Drive -p:With=cron -p:RunId={_world.Run.Id} -p:Confirm=true");
        StringAssert.Contains(Said(), "recommended: -t:Drive -p:With=cron");
    }

    [TestMethod]
    public void An_installed_driver_is_recorded_once_and_goes_when_it_is_stopped()
    {
        _world.Write("table", "0 3 * * * backup");
        Begin();

        Assert.IsTrue(Drive(With("cron") with { Confirm = true }), string.Join(';', _world.Reported));
        Assert.IsTrue(Drive(With("CRON") with { Confirm = true, Every = TimeSpan.FromMinutes(5) }));

        Assert.HasCount(3, Table!.Split("matterstack-" + _world.Run.Id));
        StringAssert.StartsWith(Table, "0 3 * * * backup\n# matterstack-");
        StringAssert.Contains(Table, "*/5 * * * * ");
        Assert.AreEqual("cron@login1", Files.ReadCurrent());
        Assert.AreEqual("cron login1 60 1|cron login1 300 0", string.Join('|', Drivers()));
        Assert.HasCount(2, _world.Query("SELECT details FROM events WHERE kind = 'REQUEST_DRIVE'"));

        Assert.IsTrue(Drive(new RunArguments { Stop = true }));

        Assert.AreEqual("0 3 * * * backup\n", Table);
        Assert.IsNull(Files.ReadCurrent());
        Assert.AreEqual("cron login1 60 1|cron login1 300 1", string.Join('|', Drivers()));
        Assert.IsEmpty(Directory.GetFiles(_world.In("home/.matterstack/drivers")));
        Assert.IsTrue(Drive(new RunArguments { Stop = true }));
        StringAssert.Contains(Said(), "has no driver; nothing was removed");
    }

    [TestMethod]
    public void A_driver_of_another_machine_is_replaced_and_removes_itself_there()
    {
        Begin();
        Assert.IsTrue(Drive(With("cron") with { Confirm = true }));
        var left = Table;
        _world.Host = _world.Host with { Machine = "login2" };

        Assert.IsTrue(Drive(With("cron") with { Confirm = true }));

        StringAssert.Contains(Said(), "the entry of cron on login1 removes itself there at its next call");
        Assert.AreEqual("cron@login2", Files.ReadCurrent());
        Assert.AreEqual("cron login1 60 1|cron login2 60 0", string.Join('|', Drivers()));
        Assert.IsNotNull(left);
    }

    [TestMethod]
    public void Ticks_drive_a_run_to_its_end_without_its_declaration_and_then_end_the_driver()
    {
        _world.Task("a", "true").Task("b", "true", ("DependsOn", "a"));
        Assert.IsTrue(_world.Init());
        Assert.IsTrue(Drive(With("cron") with { Confirm = true }));

        // The project does not compile at the moment: what it declares cannot be read.
        Assert.IsTrue(Tick(), string.Join(';', _world.Reported));

        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
        Assert.IsNull(Files.ReadCurrent(), "the script removes the entry");
        Assert.AreEqual("cron login1 60 1", string.Join('|', Drivers()));
        Assert.IsTrue(Tick());
        StringAssert.Contains(Said(), "is not driven by cron@login1 any more");
    }

    [TestMethod]
    public void A_tick_of_a_run_that_another_command_drives_does_nothing_and_is_no_error()
    {
        Begin();
        Assert.IsTrue(Drive(With("cron") with { Confirm = true }));
        using var held = RunLock.Acquire(_world.Run, _world.Host.Clock).Value;

        Assert.IsTrue(Tick());

        Assert.AreEqual("a=READY", _world.States());
        StringAssert.Contains(Files.ReadTick()!.Result, "is locked by");
        Assert.IsEmpty(_world.Reported);
    }

    [TestMethod]
    public void While_only_people_are_waited_for_and_in_a_paused_run_ticks_are_rare()
    {
        _world.Task("ask", "", ("OperatorKey", "human.default"), ("Kind", "gate"));
        Assert.IsTrue(_world.Init(), string.Join(';', _world.Reported));
        Assert.IsTrue(Drive(With("cron") with { Confirm = true }));

        Assert.IsTrue(Tick(), string.Join(';', _world.Reported));

        var tick = Files.ReadTick()!;
        Assert.AreEqual(DriverPlan.SlowInterval, tick.NextAt - tick.At);
        Assert.IsTrue(RequestCommand.Execute(_world.Context(), RequestKind.Pause, CancellationToken.None).Success);
        Assert.IsTrue(Tick());
        tick = Files.ReadTick()!;
        Assert.AreEqual(DriverPlan.SlowInterval, tick.NextAt - tick.At);
    }

    [TestMethod]
    public void Status_says_who_drives_and_warns_when_nothing_has_ticked_for_long()
    {
        _world.Task("a", CommandWorld.WaitFor(_world.In("gate")));
        Assert.IsTrue(_world.Step());
        Assert.IsEmpty(Silence(TimeSpan.FromMinutes(10)));
        StringAssert.Contains(Silence(TimeSpan.FromHours(1)).Single(), "No command drives run");

        Assert.IsTrue(Drive(With("cron") with { Confirm = true }));
        Assert.IsEmpty(Silence(TimeSpan.FromMinutes(2)));
        StringAssert.Contains(Said(), "driven by cron on login1, every 60 s, installed by ");
        StringAssert.Contains(Silence(TimeSpan.FromMinutes(4)).Single(), "cron on login1 has not driven run");

        File.WriteAllText(_world.In("gate"), "");
        Assert.IsTrue(_world.Loop());
        Assert.IsEmpty(Silence(TimeSpan.FromDays(1)), "the run has ended");
    }

    // Such a job may wait for days. The program squeue of this test knows the job as long as its file exists.
    [TestMethod]
    public void Status_warns_about_a_chain_of_jobs_only_when_its_job_is_gone()
    {
        var job = _world.Write("job", "17");
        foreach (var (name, script) in new[] { ("squeue", $"[ ! -e '{job}' ] || cat '{job}'"), ("sbatch", "echo 17") })
        {
            MakeExecutable(_world.Write("bin/" + name, "#!/bin/sh\n" + script + "\n"));
        }

        _world.Write("campaign/operators.yaml", "operators: { hpc.default: { kind: hpc, backend: { type: slurm } } }\n");
        _world.Task("a", "true", ("OperatorKey", "hpc.default"));
        Assert.IsTrue(_world.Init(), string.Join(';', _world.Reported));
        Assert.IsTrue(Drive(With("slurm") with { Confirm = true }), string.Join(';', _world.Reported));
        var now = _world.Host.Clock.GetUtcNow();
        Files.WriteTick(new DriverTick(now, null, "RUNNING", "slurm@login1") { Awaited = "afterany:16" }, now);

        Assert.IsEmpty(Silence(TimeSpan.FromDays(3)));
        StringAssert.Contains(Said(), "next when one of the run's jobs ends");
        File.Delete(job);
        StringAssert.Contains(Silence(TimeSpan.FromDays(3)).Single(), "slurm on login1 has not driven run");
    }

    [TestMethod]
    [DataRow("crn", "With is 'crn'", "Perhaps 'cron'")]
    [DataRow("slurm", "slurm cannot drive run", "would end with the job of the tick")]
    [DataRow("scrontab", "scrontab cannot drive run", "would end with the job of the tick")]
    [DataRow("systemd", "systemd on login1 cannot drive run", "systemctl")]
    public void A_driver_that_cannot_work_is_refused_with_the_reason(string with, string message, string reason)
    {
        // Without systemctl on the path, whatever this machine has.
        var variables = new Dictionary<string, string> { ["PATH"] = _world.In("bin") };
        _world.Host = _world.Host with { ReadVariables = () => variables };
        Begin();

        Assert.IsFalse(Drive(With(with) with { Confirm = true }));

        var problem = _world.Reported.Single();
        StringAssert.Contains(problem.Message, message);
        StringAssert.Contains(problem.Text, reason);
        Assert.IsNull(Files.ReadCurrent());
    }

    [TestMethod]
    public void An_ended_run_needs_no_driver_and_contradicting_arguments_are_errors()
    {
        Begin();
        Assert.IsFalse(Drive(With("cron") with { Stop = true }));
        Assert.IsFalse(Drive(With("cron") with { Every = TimeSpan.FromSeconds(10) }));
        Assert.IsTrue(_world.Loop());
        Assert.IsFalse(Drive(With("cron")));

        Assert.AreEqual(
            $"{RunCodes.InvalidArgument} {RunCodes.InvalidArgument} {RunCodes.RunEnded}",
            string.Join(' ', _world.Reported.Select(problem => problem.Code))
        );
    }

    [TestMethod]
    public void A_wiring_that_takes_secrets_from_the_environment_is_refused()
    {
        _world.Write(
            "campaign/operators.yaml",
            "defaults: { hooks: { on_failed: { webhook: \"https://example.org/${env:HOOK_KEY}\" } } }\n"
                + "operators: { local.default: { kind: local, backend: { type: local } } }\n"
        );
        Begin();

        Assert.IsFalse(Drive(With("cron")));

        StringAssert.Contains(_world.Reported.Single().Message, "HOOK_KEY");
    }

    private static RunArguments With(string kind) => new() { With = kind };

    private void Begin()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init(), string.Join(';', _world.Reported));
        _world.Reported.Clear();
    }

    private bool Drive(RunArguments arguments) =>
        DriveCommand.Execute(_world.Context(arguments), _world.Source, CancellationToken.None).Success;

    private bool Tick() =>
        DriveCommand
            .Execute(
                _world.Context(new RunArguments { DriverTick = "cron@login1", RunId = _world.Run.Id.Value }),
                static () => new CampaignSource([], null),
                CancellationToken.None
            )
            .Success;

    private List<string?> Drivers() =>
        _world.Query(
            "SELECT kind || ' ' || machine || ' ' || every_seconds || ' ' || (removed_at_utc IS NOT NULL) FROM drivers ORDER BY seq"
        );

    private List<string> Silence(TimeSpan later)
    {
        var host = _world.Host;
        _world.Host = host with { Clock = new LaterClock(later) };
        _world.Reported.Clear();
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        _world.Host = host;
        return [.. _world.Reported.Where(problem => problem.Code == DrivingCodes.NoTicks).Select(problem => problem.Text)];
    }

    private string Said() => string.Join('\n', _world.Said);

    private string ListTree() =>
        string.Join('\n', Directory.GetFileSystemEntries(_world.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
