using System.Diagnostics;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OneWriterTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Twenty_steps_at_once_start_each_task_exactly_once()
    {
        for (var i = 0; i < 6; i++)
        {
            _world.Task($"t{i}", $"echo t{i} >> '{_world.In("starts")}'");
        }

        var logs = Enumerable.Range(0, 20).Select(_ => new ListLog()).ToArray();
        var threads = logs.Select(log => new Thread(() => Step(log)) { IsBackground = true }).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.HasCount(1, new RunsFolder(_world.Workspace.RunsDirectory).ListRuns());
        Assert.IsTrue(logs.Any(l => l.Success));
        Assert.IsTrue(
            logs.Where(l => !l.Success)
                .All(l =>
                    l.Problems.Single().Code == RunCodes.Locked
                        && l.Problems.Single().Message.Contains($"process {Environment.ProcessId}", StringComparison.Ordinal)
                    || l.Problems.Single().Message.Contains("another process", StringComparison.Ordinal)
                ),
            string.Join("; ", logs.SelectMany(l => l.Problems))
        );
        Assert.IsTrue(_world.Loop());
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 6).Select(i => $"t{i}").ToArray(), File.ReadAllLines(_world.In("starts")));
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void A_lock_dies_with_its_holder_and_nothing_that_was_started_inherits_it()
    {
        var gate = _world.In("gate");
        _world.Task("a", $"ls -l /proc/self/fd > fds; ls -l /proc/$$/fd >> fds; while [ ! -e '{gate}' ]; do sleep 0.02; done");
        Assert.IsTrue(_world.Init());
        // The lock as another process holds it, which is then killed.
        using (
            var holder = Process.Start(
                new ProcessStartInfo("flock", [_world.Run.LockFile, "sleep", "1000"]) { RedirectStandardError = true }
            )!
        )
        {
            CommandWorld.Until(
                () => !RunLock.Acquire(_world.Run, TimeProvider.System).TryGet(out var free) || Freed(free),
                "the lock to be held"
            );
            Assert.IsFalse(_world.Step());
            Assert.AreEqual(RunCodes.Locked, _world.Reported.Single().Code);
            holder.Kill(entireProcessTree: true);
            holder.WaitForExit();
        }

        CommandWorld.Until(() => _world.Step(), "the lock to be free");
        // The attempt goes on and holds nothing.
        CommandWorld.Until(
            () => File.Exists(_world.Attempt("a@1/work/fds")) && File.ReadAllLines(_world.Attempt("a@1/work/fds")).Length > 5,
            "the list of its files"
        );
        Assert.IsTrue(_world.Step());
        var open = File.ReadAllText(_world.Attempt("a@1/work/fds"));
        Assert.DoesNotContain("run.lock", open);
        Assert.DoesNotContain("state.sqlite", open);
        File.WriteAllText(gate, "");
        Assert.IsTrue(_world.Loop());

        static bool Freed(RunLock held)
        {
            held.Dispose();
            return false;
        }
    }

    [TestMethod]
    public void Readers_never_wait_for_a_loop_and_never_write()
    {
        var gate = _world.In("gate");
        for (var i = 0; i < 5; i++)
        {
            _world.Task($"t{i}", $"while [ ! -e '{gate}{(i == 0 ? "0" : "")}' ]; do sleep 0.02; done");
        }

        Assert.IsTrue(_world.Step());
        var result = false;
        var loop = new Thread(() => result = _world.Loop()) { IsBackground = true };
        loop.Start();
        File.WriteAllText(gate + "0", "");
        CommandWorld.Until(() => _world.States().StartsWith("t0=COMPLETED", StringComparison.Ordinal), "the loop to have the run");
        var events = _world.Query("SELECT CAST(count(*) AS TEXT) FROM events").Single();

        for (var i = 0; i < 10; i++)
        {
            foreach (
                var command in new Func<CommandContext, CommandResult>[]
                {
                    StatusCommand.Execute,
                    ExplainCommand.Execute,
                    ListRunsCommand.Execute,
                    ExportEvidenceCommand.Execute,
                    AttemptsCommand.Execute,
                }
            )
            {
                var log = new ListLog();
                Assert.IsTrue(command(_world.Context() with { Log = log }).Success, string.Join("; ", log.Problems));
            }
        }

        Assert.AreEqual(events, _world.Query("SELECT CAST(count(*) AS TEXT) FROM events").Single());
        File.WriteAllText(gate, "");
        loop.Join();
        Assert.IsTrue(result);
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    [DataRow(95, "not supported")]
    [DataRow(0, "two handles hold the lock at once")]
    public void A_file_system_whose_locks_nobody_respects_is_refused(int answer, string why)
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());

        var taken = RunLock.Acquire(_world.Run, TimeProvider.System, flock: _ => answer);

        var problem = taken.Problems.Single();
        Assert.AreEqual(RunCodes.NoLocks, problem.Code);
        StringAssert.Contains(problem.Message, why);
        StringAssert.Contains(problem.Remedy, "MatterStackRunsDirectory");
        // Trust in locks takes none where there are none.
        Assert.DoesNotContain("MatterStackTrustLocks", problem.Remedy);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(37, "rpc.statd", DisplayName = "ENOLCK: the service of locks is down")]
    [DataRow(5, "Fix the cause", DisplayName = "EIO")]
    [DataRow(107, "Fix the cause", DisplayName = "ENOTCONN")]
    [DataRow(116, "Fix the cause", DisplayName = "ESTALE")]
    public void A_file_system_that_does_not_answer_for_a_lock_is_not_one_without_locks(int answer, string remedy)
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());

        var problem = RunLock.Acquire(_world.Run, TimeProvider.System, flock: _ => answer).Problems.Single();

        Assert.AreEqual(RunCodes.FolderNotWritable, problem.Code);
        StringAssert.Contains(problem.Message, new System.ComponentModel.Win32Exception(answer).Message);
        StringAssert.Contains(problem.Remedy, remedy);
        Assert.DoesNotContain("MatterStackTrustLocks", problem.Remedy);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_lock_whose_file_another_machine_has_replaced_is_taken_on_the_new_one()
    {
        const int stale = 116;
        const int held = 11;
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        var calls = 0;

        // Replaced; locked; refused to a second descriptor.
        using var taken = RunLock
            .Acquire(_world.Run, TimeProvider.System, flock: _ => ++calls switch
                {
                    1 => stale,
                    2 => 0,
                    _ => held,
                })
            .GetValueOrThrow();

        Assert.AreEqual(3, calls);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_lock_that_a_file_system_has_dropped_is_taken_again_and_not_from_one_who_has_it()
    {
        const int held = 11;
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        // Locked, and refused to a second descriptor; the same once more, since it was dropped; held.
        var answers = new Queue<int>([0, held, 0, held]);
        using var mine = RunLock
            .Acquire(_world.Run, TimeProvider.System, flock: _ => answers.TryDequeue(out var answer) ? answer : held)
            .GetValueOrThrow();

        mine.CheckHeld();
        mine.CheckHeld();
        Assert.IsEmpty(answers);
        File.WriteAllText(_world.Run.LockFile, """{ "pid": 7, "host": "elsewhere", "since": "2026-01-01T00:00:00.000Z" }""");

        var lost = Assert.ThrowsExactly<ProblemException>(mine.CheckHeld).Problems.Single();
        Assert.AreEqual(RunCodes.LockLost, lost.Code);
        StringAssert.Contains(lost.Message, "process 7 on elsewhere since 2026-01-01");
    }

    [TestMethod]
    public void Nothing_is_recorded_by_one_who_has_lost_the_run()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        using var store = RunStore.Open(_world.Run, RealDisk.Instance, () =>
            throw new ProblemException(Problem.Create(RunCodes.LockLost, "lost", new SourcePosition(_world.Run.LockFile)))
        );
        var model = store.LoadModel();

        Assert.ThrowsExactly<ProblemException>(() =>
            store.CommitChanges([new Change.RunMoved(RunState.Pending, RunState.Running, "begun", DateTimeOffset.UtcNow)], model)
        );

        Assert.AreEqual(0, store.CommitCount);
        Assert.AreEqual(RunState.Pending, store.ReadState());
    }

    [TestMethod]
    public void Store_and_lock_are_their_users_alone()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());

        foreach (var file in new[] { _world.Run.StoreFile, _world.Run.LockFile }.Where(_ => !OperatingSystem.IsWindows()))
        {
            Assert.IsTrue(
                OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite),
                file
            );
        }
    }

    private void Step(ListLog log) => log.Success = TickCommand.Step(_world.Context() with { Log = log }, _world.Source()).Success;

    private sealed class ListLog : ICommandLog
    {
        public bool Success { get; set; }

        public List<Problem> Problems { get; } = [];

        public void Info(string line) { }

        public void Detail(string line) { }

        public void Report(Problem problem) => Problems.Add(problem);
    }
}
