using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A tick knows a campaign again by its declaration and the stamps of its files; its content decides nevertheless.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class UnchangedDeclarationTests : IDisposable
{
    private readonly CommandWorld _world = new();
    private readonly Later _clock = new();

    public UnchangedDeclarationTests()
    {
        _world.Host = _world.Host with { Clock = _clock };
        _world.Write("campaign/in/a.txt", "aaa");
        _world.Write("campaign/in/b.txt", "bbb");
        Declare("true");
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(-60, DisplayName = "a file that had just been written when the mark was taken")]
    [DataRow(60, DisplayName = "a file that was old when the mark was taken")]
    public void A_change_that_keeps_size_and_time_of_writing_is_noticed(int clockAhead)
    {
        _clock.By = TimeSpan.FromSeconds(clockAhead);
        Assert.IsTrue(_world.Init());
        var file = _world.In("campaign/in/a.txt");
        var written = File.GetLastWriteTimeUtc(file);

        File.WriteAllText(file, "xxx");
        File.SetLastWriteTimeUtc(file, written);
        Assert.IsTrue(_world.Step());

        Assert.AreEqual(RunCodes.DefinitionChanged, _world.Reported.Single().Code);
    }

    [TestMethod]
    [DataRow(-60)]
    [DataRow(60)]
    public void A_file_that_was_touched_without_being_changed_is_remembered_once_and_says_nothing(int clockAhead)
    {
        Hold();
        _clock.By = TimeSpan.FromSeconds(clockAhead);
        Assert.IsTrue(_world.Step());
        Settle();
        var mark = Marked();
        _clock.By += TimeSpan.FromSeconds(clockAhead);

        File.WriteAllText(_world.In("campaign/in/a.txt"), "aaa");
        File.SetLastWriteTimeUtc(_world.In("campaign/in/b.txt"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.IsTrue(_world.Step());
        Assert.IsEmpty(_world.Reported);
        var after = Marked();
        Assert.AreEqual(clockAhead > 0, mark != after, "files that count by their content are the same as they were");

        Assert.IsTrue(NothingIsWritten());
    }

    [TestMethod]
    public void A_file_that_appears_under_a_pattern_is_noticed_and_reported_once()
    {
        Hold();
        _clock.By = TimeSpan.FromMinutes(1);
        Assert.IsTrue(_world.Step());
        Settle();

        _world.Write("campaign/in/c.txt", "new");
        Assert.IsTrue(_world.Step());
        Assert.AreEqual(RunCodes.DefinitionChanged, _world.Reported.Single().Code);

        Assert.IsTrue(NothingIsWritten());
        Assert.HasCount(1, _world.Reported);
        File.Delete(_world.In("campaign/in/c.txt"));
        Assert.IsTrue(_world.Step());
        Assert.HasCount(1, _world.Reported);
        Assert.IsTrue(NothingIsWritten());
    }

    [TestMethod]
    public void A_changed_item_is_noticed_whatever_the_files_say()
    {
        Hold();
        _clock.By = TimeSpan.FromMinutes(1);
        Assert.IsTrue(_world.Step());

        Declare("false");
        Assert.IsTrue(_world.Step());

        Assert.AreEqual(RunCodes.DefinitionChanged, _world.Reported.Single().Code);
    }

    [TestMethod]
    public void A_run_without_a_mark_gets_one_and_is_left_alone_from_then_on()
    {
        Hold();
        Assert.IsTrue(_world.Step());
        Settle();
        _world.Execute("UPDATE runs SET declaration = 'of another form'");

        Assert.IsTrue(_world.Step());

        Assert.IsNotNull(DeclarationCheckpoint.Parse(Marked()));
        Assert.IsTrue(NothingIsWritten());
    }

    [TestMethod]
    public void The_order_in_which_metadata_come_does_not_count()
    {
        var one = new DeclaredTask(
            "t",
            new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
            {
                ["Command"] = ["c"],
                ["Cores"] = ["2"],
                ["Odd"] = ["1"],
            }
        );
        var other = new DeclaredTask(
            "t",
            new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase) { ["Cores"] = ["2"], ["Command"] = ["c"] }
        );
        var shifted = new DeclaredTask(
            "t",
            new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase) { ["Cores"] = ["2c"], ["Command"] = [""] }
        );

        Assert.AreEqual(Print(one), Print(other));
        Assert.AreNotEqual(Print(one), Print(shifted));
        Assert.AreNotEqual(Print(one), Print(one, one));
    }

    private Engine.Identity.Sha256? Print(params DeclaredTask[] tasks) =>
        DeclarationHasher.ComputeHash(new Declaration(tasks, null, null, null, _world.Folder, []), DateTimeOffset.UnixEpoch)?.Value;

    private void Declare(string other) =>
        _world.Task("t", CommandWorld.WaitFor(_world.In("gate")), ("Files", "in/*.txt")).Task("u", other, ("DependsOn", "t"));

    // The first task stays under way until the test is over.
    private void Hold() => Assert.IsFalse(File.Exists(_world.In("gate")));

    private void Settle() => CommandWorld.Until(() => _world.Step() && _world.States() == "t=RUNNING u=PENDING", "the task to run");

    private string? Marked() => _world.Query("SELECT declaration FROM runs").Single();

    private bool NothingIsWritten()
    {
        var before = File.ReadAllBytes(_world.Run.StoreFile);
        Assert.IsTrue(_world.Step());
        return before.AsSpan().SequenceEqual(File.ReadAllBytes(_world.Run.StoreFile));
    }

    private sealed class Later : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
