namespace MatterStack.Engine.Tests.Operators;

/// <summary>The deadline of a request is one instant: the request, the store and every later command have the same.</summary>
[TestClass]
public sealed class DeadlineTests
{
    [TestMethod]
    [DataRow("human.default", "instructions.md")]
    [DataRow("experiment.coater", "experiment_request.json")]
    [DataRow("manual_hpc.default", "instructions.md")]
    public void A_deadline_counts_from_the_hand_over_however_long_a_command_takes(string key, string request)
    {
        using var people = new PeopleWorld();
        people.World.Host = people.World.Host with { Clock = new RunningClock() };
        people.World.Task("ask", "true", ("OperatorKey", key), ("TimeLimitMinutes", "600"));
        people.World.Step();
        var asked = File.ReadAllText(Path.Combine(people.Folder("ask@1"), request));
        var told = people.Reason("ask");

        people.World.Step();
        Assert.AreEqual(told, people.Reason("ask"));
        Directory.Delete(people.Folder("ask@1"), recursive: true);
        people.World.Step();

        Assert.AreEqual(asked, File.ReadAllText(Path.Combine(people.Folder("ask@1"), request)));
        StringAssert.StartsWith(people.Reason("ask"), told);
    }

    [TestMethod]
    [DataRow("human.default", "instructions.md")]
    [DataRow("experiment.coater", "experiment_request.json")]
    [DataRow("manual_hpc.default", "instructions.md")]
    public void A_deadline_stays_where_it_was_when_a_command_was_killed_before_it_recorded_the_request(string key, string request)
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "true", ("OperatorKey", key), ("TimeLimitMinutes", "600"));
        people.World.Step();
        var asked = people.Clock.GetUtcNow().UtcDateTime;
        var told = people.Reason("ask");
        File.SetLastWriteTimeUtc(Path.Combine(people.Folder("ask@1"), request), asked);
        people.World.Execute(
            "UPDATE attempts SET state = 'CREATED', submitted_at_utc = NULL; UPDATE tasks SET state = 'READY', reason = NULL"
        );
        people.Clock.Advance(TimeSpan.FromHours(7));

        people.World.Step();
        Assert.AreEqual(told, people.Reason("ask"));
        people.Clock.Advance(TimeSpan.FromHours(2));
        people.World.Step();
        Assert.AreEqual(told, people.Reason("ask"));
        people.Clock.Advance(TimeSpan.FromHours(1.1));
        people.World.Step();

        Assert.AreEqual("FAILED", people.State("ask"));
        StringAssert.Contains(people.Reason("ask"), "TIMEOUT");
    }

    [TestMethod]
    public void A_request_whose_file_is_older_than_its_attempt_was_submitted_no_earlier_than_that()
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "true", ("OperatorKey", "human.default"));
        people.World.Step();
        File.SetLastWriteTimeUtc(Path.Combine(people.Folder("ask@1"), "instructions.md"), people.Clock.GetUtcNow().UtcDateTime.AddDays(-1));
        people.World.Execute(
            "UPDATE attempts SET state = 'CREATED', submitted_at_utc = NULL; UPDATE tasks SET state = 'READY', reason = NULL"
        );

        people.World.Step();

        Assert.AreEqual("1", people.World.Query("SELECT submitted_at_utc >= created_at_utc FROM attempts").Single());
    }

    /// <summary>A clock that goes on by seven tenths of a second at every look.</summary>
    private sealed class RunningClock : TimeProvider
    {
        private long _ticks = DateTime.UtcNow.Ticks;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Add(ref _ticks, 7 * TimeSpan.TicksPerSecond / 10), TimeSpan.Zero);
    }
}
