using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>What a loop says while it waits, and what it expects.</summary>
[TestClass]
public sealed class ProgressTests : IDisposable, ICommandLog
{
    private readonly TempFolder _folder = new();
    private readonly SettableClock _clock = new();
    private readonly AttemptIdGenerator _ids = new();
    private readonly List<string> _said = [];
    private readonly List<string> _details = [];
    private readonly ProgressReporter _progress;

    public ProgressTests() =>
        _progress = new ProgressReporter(
            "c",
            new RunFolder(RunId.Create(_clock.GetUtcNow()), _folder.Path),
            this,
            key => BuiltInOperators.Catalog.FindBuiltIn(key.Value)?.IsExternalWork == true,
            _clock
        );

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void What_a_person_takes_is_not_in_the_estimate()
    {
        var (work, next, gate) = (
            Task("work", 0, TaskState.Running),
            Task("next", 0, TaskState.Pending),
            Task("gate", 1, TaskState.Pending)
        );
        _progress.ReportStart(Model(work, next, gate));
        var attempt = Start(work);
        _clock.Pass(TimeSpan.FromMinutes(4));
        work.State = TaskState.Completed;
        gate.State = TaskState.WaitingExternal;
        End(attempt, work, next, gate);

        // The person is away for a day.
        _clock.Pass(TimeSpan.FromDays(1));
        _progress.ReportSummary(Model(work, next, gate));

        Assert.AreEqual(
            "c: 1 of 3 done, 1 waiting for people or instruments; goes on when they have answered, then about 4 min of machine work left",
            _said[^1]
        );
    }

    [TestMethod]
    public void What_keeps_many_from_starting_is_said_once_as_long_as_it_stays_the_same()
    {
        var (one, two) = (Task("one", 0, TaskState.Ready), Task("two", 0, TaskState.Ready));
        _progress.ReportStart(Model(one, two));
        Change.EventRecorded PutOff(TaskNode task, string why) =>
            new(EventKinds.AttemptPostponed, task.Id, null, null, why, _clock.GetUtcNow());
        _progress.ReportChanges(Model(one, two), [PutOff(one, "the disk is full"), PutOff(two, "the disk is full")]);
        _progress.ReportChanges(Model(one, two), [PutOff(one, "the disk is full")]);
        _progress.ReportChanges(Model(one, two), [PutOff(two, "the quota is used up")]);

        CollectionAssert.AreEqual(
            (string[])["  c [0/2] 2 tasks are put off: the disk is full", "  c [0/2] two is put off: the quota is used up"],
            _said
        );
    }

    [TestMethod]
    public void Where_only_a_person_is_missing_no_time_is_reported()
    {
        var (work, gate) = (Task("work", 0, TaskState.Running), Task("gate", 1, TaskState.WaitingExternal));
        _progress.ReportStart(Model(work, gate));
        var attempt = Start(work);
        _clock.Pass(TimeSpan.FromMilliseconds(100));
        work.State = TaskState.Completed;
        End(attempt, work, gate);

        _progress.ReportSummary(Model(work, gate));

        Assert.AreEqual("c: 1 of 2 done, 1 waiting for people or instruments; goes on when they have answered", _said[^1]);
    }

    [TestMethod]
    public void Machine_work_alone_has_an_estimate_by_what_was_done_so_far()
    {
        var (one, two, three) = (Task("one", 0, TaskState.Running), Task("two", 0, TaskState.Running), Task("three", 0, TaskState.Pending));
        _progress.ReportStart(Model(one, two, three));
        var attempt = Start(one);
        _clock.Pass(TimeSpan.FromMinutes(5));
        one.State = TaskState.Completed;
        End(attempt, one, two, three);

        _progress.ReportSummary(Model(one, two, three));

        Assert.AreEqual("c: 1 of 3 done, 1 under way; about 10 min left", _said[^1]);
    }

    [TestMethod]
    public void A_held_task_is_not_in_the_estimate()
    {
        var (work, next, held) = (
            Task("work", 0, TaskState.Running),
            Task("next", 0, TaskState.Ready),
            Task("held", 0, TaskState.WaitingExternal)
        );
        held.Hold = new TaskHold(_ids.CreateNext(_clock.GetUtcNow()), "exit code 1");
        _progress.ReportStart(Model(work, next, held));
        var attempt = Start(work);
        _clock.Pass(TimeSpan.FromMinutes(4));
        work.State = TaskState.Completed;
        End(attempt, work, next, held);

        _progress.ReportSummary(Model(work, next, held));

        Assert.AreEqual("c: 1 of 3 done, 1 held; about 4 min left", _said[^1]);
    }

    [TestMethod]
    public void A_pause_in_which_nothing_runs_is_not_in_the_estimate()
    {
        var (work, next) = (Task("work", 0, TaskState.Running), Task("next", 0, TaskState.Ready));
        _progress.ReportStart(Model(work, next));
        var attempt = Start(work);
        _clock.Pass(TimeSpan.FromMinutes(4));
        // The job goes back into the queue, where it is held.
        var paused = Model(work, next);
        paused.State = RunState.Paused;
        _progress.ReportChanges(paused, []);
        _clock.Pass(TimeSpan.FromDays(1));
        _progress.ReportChanges(Model(work, next), []);
        _clock.Pass(TimeSpan.FromMinutes(2));
        work.State = TaskState.Completed;
        End(attempt, work, next);

        _progress.ReportSummary(Model(work, next));

        Assert.AreEqual("c: 1 of 2 done; about 6 min left", _said[^1]);
    }

    [TestMethod]
    public void Every_line_names_the_campaign_also_those_of_detailed_logs()
    {
        var tasks = Enumerable.Range(0, 100).Select(i => Task(FormattableString.Invariant($"t{i}"), 0, TaskState.Running)).ToArray();
        foreach (var task in tasks)
        {
            End(Start(task, tasks), tasks);
        }

        Assert.IsNotEmpty(_details);
        Assert.IsTrue(_details.TrueForAll(static line => line.StartsWith("c: t", StringComparison.Ordinal)), _details[0]);
        Assert.IsTrue(_said.TrueForAll(static line => line.StartsWith("  c [", StringComparison.Ordinal)), _said[0]);
    }

    [TestMethod]
    public void A_line_is_repeated_only_when_something_has_changed_and_as_a_sign_of_life()
    {
        var task = Task("gate", 1, TaskState.WaitingExternal);
        _progress.ReportStart(Model(task));
        var times = new List<TimeSpan>();
        for (var time = TimeSpan.Zero; time < TimeSpan.FromMinutes(11); time += TimeSpan.FromSeconds(1))
        {
            _clock.Pass(TimeSpan.FromSeconds(1));
            var before = _said.Count;
            _progress.ReportRoundEnd(Model(task));
            times.AddRange(_said.Count > before ? [time] : Array.Empty<TimeSpan>());
        }

        Assert.HasCount(3, times, string.Join(' ', times));

        task.State = TaskState.Running;
        _clock.Pass(TimeSpan.FromSeconds(30));
        _progress.ReportRoundEnd(Model(task));
        Assert.HasCount(4, _said);
    }

    [TestMethod]
    public void A_clock_that_is_set_back_makes_no_negative_duration()
    {
        var task = Task("work", 0, TaskState.Running);
        _progress.ReportStart(Model(task));
        var attempt = Start(task);
        _clock.Pass(TimeSpan.FromSeconds(3));
        _clock.Set(TimeSpan.FromHours(-2));
        task.State = TaskState.Completed;
        End(attempt, task);

        StringAssert.Contains(_said[^1], "work completed (3.0 s)");
    }

    [TestMethod]
    public void A_log_is_named_only_where_there_is_one()
    {
        var task = Task("gate", 1, TaskState.Running);
        var attempt = Start(task);
        _progress.ReportChanges(
            Model(task),
            [new Change.AttemptMoved(attempt, new AttemptState.Ended(AttemptOutcome.Failed, "rejected by ada", null), _clock.GetUtcNow())]
        );
        Assert.AreEqual("  c [0/1] gate FAILED (0.0 s): rejected by ada", _said[^1]);

        var log = _folder.Write(attempt.RelativePath + "/stderr.log", "");
        Start(task);
        _progress.ReportChanges(
            Model(task),
            [new Change.AttemptMoved(attempt, new AttemptState.Ended(AttemptOutcome.Failed, "exit code 3", 3), _clock.GetUtcNow())]
        );
        StringAssert.EndsWith(_said[^1], "exit code 3; log: " + log);
    }

    [TestMethod]
    public void Failures_that_are_allowed_are_distinguished()
    {
        _progress.ReportSummary(
            Model(Task("a", 0, TaskState.Failed), Task("b", 0, TaskState.Failed, allowFailure: true), Task("c", 0, TaskState.Completed))
        );

        Assert.AreEqual("c: 3 of 3 done, 2 failed (1 allowed to)", _said[^1]);
    }

    private TaskNode Task(string id, int key, TaskState state, bool allowFailure = false) =>
        new()
        {
            Position = _seq++,
            Id = id,
            KeyIndex = key,
            Cores = 1,
            MaxAttempts = 1,
            AllowFailure = allowFailure,
            AllowDependencyFailure = false,
            State = state,
        };

    private int _seq;

    private static RunModel Model(params TaskNode[] tasks) => new(RunState.Running, [OperatorKey.LocalDefault, "human.default"], tasks, []);

    private LiveAttempt Start(TaskNode task, params TaskNode[] all)
    {
        var attempt = new LiveAttempt
        {
            Id = _ids.CreateNext(_clock.GetUtcNow()),
            Task = task,
            Index = 1,
            WiringHash = default,
            OperatorHash = default,
            CreatedAt = _clock.GetUtcNow(),
        };
        _progress.ReportChanges(
            Model(all is [] ? [task] : all),
            [new Change.AttemptMoved(attempt, new AttemptState.Running("process"), _clock.GetUtcNow())]
        );
        return attempt;
    }

    private void End(LiveAttempt attempt, params TaskNode[] all) =>
        _progress.ReportChanges(
            Model(all),
            [new Change.AttemptMoved(attempt, new AttemptState.Ended(AttemptOutcome.Completed, null, 0), _clock.GetUtcNow())]
        );

    void ICommandLog.Info(string line) => _said.Add(line);

    void ICommandLog.Detail(string line) => _details.Add(line);

    void ICommandLog.Report(Problem problem) => _said.Add(problem.ToString());

    // The time of day can be set, the time that passes cannot.
    private sealed class SettableClock : TimeProvider
    {
        private long _passed;
        private TimeSpan _set;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero).AddTicks(_passed) + _set;

        public override long GetTimestamp() => _passed;

        public void Pass(TimeSpan span) => _passed += span.Ticks;

        public void Set(TimeSpan by) => _set += by;
    }
}
