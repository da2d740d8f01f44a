using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A tick knows a campaign class again by the stamps of its program and of what it has staged, and does not look for it
/// then.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class UnchangedClassTests : IDisposable
{
    private readonly CommandWorld _world = new();
    private readonly Later _clock = new();
    private readonly CampaignInMemory _campaign;

    public UnchangedClassTests()
    {
        var gate = _world.In("gate");
        _campaign = new CampaignInMemory(() => new Staging(CommandWorld.WaitFor(gate)));
        _world.Host = _world.Host with { Clock = _clock };
        _world.Write("campaign/staged.txt", "aaa");
        _world.Write("campaign/late.txt", "bbb");
        _world.Class(_campaign);
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(0, DisplayName = "a program that had just been compiled")]
    [DataRow(60, DisplayName = "a program that was old")]
    public void A_step_with_nothing_to_do_looks_for_no_class_and_writes_nothing(int clockAhead)
    {
        _clock.By = TimeSpan.FromSeconds(clockAhead);
        Begin();

        Assert.IsTrue(NothingIsWritten());

        Assert.AreEqual(1, _campaign.Found, "for the run that was made");
        Assert.AreEqual(1, _campaign.Asked);
    }

    [TestMethod]
    public void A_program_that_had_just_been_compiled_is_read_for_its_hash_only_until_it_is_known_by_its_stamps()
    {
        Begin();
        var (before, at) = (Marked(), _clock.GetUtcNow());

        _clock.By = TimeSpan.FromMinutes(1);
        Assert.IsTrue(_world.Step());

        Assert.AreNotEqual(before, Marked());
        Assert.IsGreaterThan(at, DeclarationCheckpoint.Parse(Marked())!.ComputedAt);
        Assert.AreEqual(1, _campaign.Found);
        Assert.IsTrue(NothingIsWritten());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(60)]
    public void A_changed_program_is_noticed_although_size_and_time_of_writing_are_the_same(int clockAhead)
    {
        _clock.By = TimeSpan.FromSeconds(clockAhead);
        Begin();
        var written = File.GetLastWriteTimeUtc(_world.In("campaign/bin/c.dll"));

        _world.Write("campaign/bin/c.dll", "PROGRAM");
        File.SetLastWriteTimeUtc(_world.In("campaign/bin/c.dll"), written);
        Assert.IsTrue(_world.Step());

        Assert.AreEqual(RunCodes.DefinitionChanged, _world.Reported.Single().Code);
        Assert.IsTrue(NothingIsWritten());
        Assert.HasCount(1, _world.Reported);
    }

    [TestMethod]
    public void A_program_that_was_compiled_again_to_the_same_is_read_once_and_says_nothing()
    {
        _clock.By = TimeSpan.FromMinutes(1);
        Begin();
        var before = Marked();

        File.Delete(_world.In("campaign/bin/c.dll"));
        _world.Write("campaign/bin/c.dll", "program");
        _clock.By *= 2;
        Assert.IsTrue(_world.Step());

        Assert.AreNotEqual(before, Marked());
        Assert.IsEmpty(_world.Reported);
        Assert.AreEqual(2, _campaign.Found);
        Assert.IsTrue(NothingIsWritten());
        Assert.AreEqual(2, _campaign.Found);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(60)]
    public void A_file_that_only_the_class_has_staged_is_noticed_when_it_changes_and_reported_once(int clockAhead)
    {
        _clock.By = TimeSpan.FromSeconds(clockAhead);
        Begin();

        _world.Write("campaign/staged.txt", "xxx");
        Assert.IsTrue(_world.Step());
        Assert.IsTrue(_world.Step());

        Assert.AreEqual(RunCodes.DefinitionChanged, _world.Reported.Single().Code);
        Assert.Contains("staged.txt", _world.Reported.Single().Message);
    }

    [TestMethod]
    public void Files_that_a_later_iteration_stages_are_covered_from_the_next_step_on()
    {
        _clock.By = TimeSpan.FromMinutes(1);
        Begin();
        _world.Write("gate", "");
        CommandWorld.Until(() => _world.Step() && _world.States().Contains("t1=RUNNING", StringComparison.Ordinal), "the second iteration");
        Assert.IsTrue(_world.Step());
        var found = _campaign.Found;
        Assert.IsTrue(NothingIsWritten());
        Assert.AreEqual(found, _campaign.Found);
        Assert.IsEmpty(_world.Reported);

        _world.Write("campaign/late.txt", "yyy");
        Assert.IsTrue(_world.Step());

        Assert.Contains("late.txt", _world.Reported.Single().Message);
    }

    // The first task is under way and waits for the gate.
    private void Begin()
    {
        Assert.IsTrue(_world.Init());
        CommandWorld.Until(() => _world.Step() && _world.States() == "t0=RUNNING", "the task to run");
    }

    private string? Marked() => _world.Query("SELECT declaration FROM runs").Single();

    private bool NothingIsWritten()
    {
        var before = File.ReadAllBytes(_world.Run.StoreFile);
        Assert.IsTrue(_world.Step());
        return before.AsSpan().SequenceEqual(File.ReadAllBytes(_world.Run.StoreFile));
    }

    private sealed class Staging(string waits) : Campaign<List<string>>
    {
        public override Workflow? Plan(List<string>? state) =>
            state?.Count switch
            {
                null =>
                [
                    new()
                    {
                        Id = "t0",
                        Command = waits,
                        Files = ["staged.txt"],
                    },
                ],
                1 =>
                [
                    new()
                    {
                        Id = "t1",
                        Command = waits.Replace("gate", "gate2", StringComparison.Ordinal),
                        Files = ["late.txt"],
                    },
                ],
                _ => null,
            };

        public override List<string> Analyze(List<string>? state, TaskResults results) => [.. state ?? [], "seen"];
    }

    private sealed class Later : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
