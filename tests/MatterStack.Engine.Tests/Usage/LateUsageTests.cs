using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Tests.Commands;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Tests.Usage;

/// <summary>An accounting that answers after the end: the row of the attempt is completed once, by this command or a later one, whatever
/// happens in between.</summary>
[TestClass]
public sealed class LateUsageTests : IDisposable
{
    private readonly CommandWorld _world = new();
    private readonly Accounting _accounting = new();

    public LateUsageTests()
    {
        _world.Host = _world.Host with { Operators = (_, report) => new Client(_accounting, report) };
        _world.Task("a", "true");
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void The_answer_at_the_end_of_a_loop_is_recorded_with_the_ended_run()
    {
        _accounting.Answers = true;

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("sacct 5", Usage());
    }

    [TestMethod]
    public void A_run_ends_without_the_answer_and_a_later_command_completes_it_once()
    {
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
        Assert.AreEqual("pending -", Usage());

        Assert.IsTrue(_world.Step(), "it does not know yet");
        Assert.AreEqual("pending -", Usage());
        _accounting.Answers = true;
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("sacct 5", Usage());

        var asked = _accounting.Asked;
        _accounting.Bytes = 6;
        Assert.IsTrue(_world.Step());
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("sacct 5", Usage(), "ended attempts do not change");
        Assert.AreEqual(asked, _accounting.Asked, "nothing is left to ask");
    }

    [TestMethod]
    public void An_answer_that_comes_twice_changes_nothing()
    {
        (_accounting.Answers, _accounting.Twice) = (true, true);

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("sacct 5", Usage());
        Assert.AreEqual("1", _world.Query("SELECT CAST(count(*) AS TEXT) FROM attempts").Single());
    }

    [TestMethod]
    public void An_operator_that_throws_leaves_the_question_for_the_next_command()
    {
        _accounting.Throws = true;
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("pending -", Usage());

        (_accounting.Throws, _accounting.Answers) = (false, true);
        Assert.IsTrue(_world.Step());

        Assert.AreEqual("sacct 5", Usage());
    }

    [TestMethod]
    public void The_question_for_pending_attempts_does_not_read_those_that_are_not()
    {
        Assert.IsTrue(_world.Loop());

        using var connection = new SqliteConnection($"Data Source={_world.Run.StoreFile};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN SELECT attempt_id FROM attempts WHERE usage_source = 'pending' ORDER BY seq";
        using var reader = command.ExecuteReader();
        var plan = "";
        while (reader.Read())
        {
            plan += reader.GetString(3) + "\n";
        }

        StringAssert.Contains(plan, "attempts_usage_pending");
        Assert.DoesNotContain("TEMP B-TREE", plan);
    }

    private string Usage() =>
        _world.Query("SELECT usage_source || ' ' || coalesce(CAST(peak_memory_bytes AS TEXT), '-') FROM attempts").Single()!;

    private sealed class Accounting
    {
        public bool Answers { get; set; }

        public bool Twice { get; set; }

        public bool Throws { get; set; }

        public long Bytes { get; set; } = 5;

        public int Asked { get; set; }
    }

    private sealed class Client(Accounting accounting, Action<Observation> report) : AttemptOperator
    {
        private readonly HashSet<AttemptId> _pending = [];

        public override void Observe(IReadOnlyList<AttemptRequest> live) { }

        public override void Start(AttemptRequest request)
        {
            var now = DateTimeOffset.UtcNow;
            report(new Observation.Started(request.Attempt, now, "7"));
            var usage = new AttemptUsage { Source = UsageSource.Pending };
            report(new Observation.Exited(request.Attempt, now, new AttemptEnd { ExitCode = 0, Usage = usage }));
            _pending.Add(request.Attempt);
        }

        public override void Cancel(AttemptRequest request, string reason) { }

        internal override void WatchUsage(IReadOnlyList<PendingUsage> ended) => _pending.UnionWith(ended.Select(one => one.Attempt));

        internal override void AskUsage(TimeSpan timeout)
        {
            if (_pending.Count > 0)
            {
                accounting.Asked++;
            }

            if (accounting.Throws)
            {
                throw new InvalidOperationException("for the test");
            }

            foreach (var attempt in accounting.Answers ? _pending.ToArray() : [])
            {
                for (var times = accounting.Twice ? 2 : 1; times > 0; times--)
                {
                    var usage = new AttemptUsage { Source = UsageSource.Sacct };
                    usage = usage with { PeakMemoryBytes = accounting.Bytes + (accounting.Twice && times == 1 ? 1 : 0) };
                    report(new Observation.UsageFound(attempt, DateTimeOffset.UtcNow, usage, null));
                }

                _pending.Remove(attempt);
            }
        }
    }
}
