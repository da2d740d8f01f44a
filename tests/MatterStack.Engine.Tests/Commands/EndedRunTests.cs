using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A step that finds an ended run with nothing to do reads as little as possible, and reports what it always reports.</summary>
[TestClass]
public sealed class EndedRunTests : IDisposable
{
    private readonly CommandWorld _world = new CommandWorld(inMemory: true).Task("a", "true");

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_step_of_an_ended_run_parses_no_wiring_and_reads_no_campaign()
    {
        Assert.IsTrue(_world.Loop());
        var usual = StepWithEverything();
        _world.Said.Clear();

        var quick = TickCommand.Step(
            WithoutSchema(),
            () => throw new AssertFailedException("the campaign was read"),
            CancellationToken.None
        );

        Assert.IsTrue(quick.Success);
        Assert.AreEqual(Describe(usual), Describe(quick));
        Assert.Contains("is COMPLETED; nothing is left to do", _world.Said.Single());
    }

    [TestMethod]
    public void A_step_of_an_ended_run_still_finds_an_edited_snapshot()
    {
        Assert.IsTrue(_world.Loop());
        File.AppendAllText(Path.Combine(_world.Run.WiringSnapshotFolder, "operators.yaml"), "# edited\n");

        Assert.IsFalse(_world.Step());

        Assert.AreEqual(WiringCodes.Tampered, _world.Reported.Single().Code);
        Assert.AreEqual("1", _world.Query("SELECT count(*) FROM events WHERE kind = 'WIRING_TAMPERED'").Single());
    }

    [TestMethod]
    public void A_step_of_an_ended_run_still_refuses_another_wiring()
    {
        Assert.IsTrue(_world.Loop());
        var other = _world.Write("other.yaml", "operators:\n  local.default: { kind: local, max_concurrent: 7 }\n");

        Assert.IsFalse(_world.Step(new RunArguments { OperatorsConfig = other, ForceWiringOverride = true }));

        Assert.AreEqual(WiringCodes.OverrideOfEndedRun, _world.Reported.Single().Code);
    }

    [TestMethod]
    public void A_step_of_an_ended_run_still_says_that_an_argument_has_no_effect()
    {
        Assert.IsTrue(_world.Loop());

        Assert.IsTrue(_world.Step(new RunArguments { Profile = "none" }));

        Assert.AreEqual(WiringCodes.ArgumentIgnored, _world.Reported.Single().Code);
    }

    [TestMethod]
    public void A_step_of_an_ended_run_still_copies_missing_events_of_the_wiring_into_the_store()
    {
        Assert.IsTrue(_world.Loop());
        _world.Execute("DELETE FROM events WHERE kind = 'WIRING_PERSISTED'");

        Assert.IsTrue(_world.Step());

        Assert.AreEqual("1", _world.Query("SELECT count(*) FROM events WHERE kind = 'WIRING_PERSISTED'").Single());
    }

    [TestMethod]
    public void The_wiring_of_a_run_is_located_without_its_operators_as_with_them()
    {
        Assert.IsTrue(_world.Loop());

        var with = ResolveWiringCommand.Execute(_world.Context(), listOperators: true, out var usual);
        var without = ResolveWiringCommand.Execute(WithoutSchema(), listOperators: false, out var quick);

        Assert.AreEqual(usual, quick);
        Assert.IsNotEmpty(with.Items);
        Assert.IsEmpty(without.Items);
    }

    private CommandContext WithoutSchema() =>
        _world.Context() with
        {
            Wirings = new WiringService(_world.Host.Disk, _world.Host.Clock, () =>
                throw new AssertFailedException("the wiring was parsed")
            ),
        };

    // Without events of its wiring in the store, the run is not settled.
    private CommandResult StepWithEverything()
    {
        _world.Execute("DELETE FROM events WHERE kind = 'WIRING_PERSISTED'");
        return TickCommand.Step(_world.Context(), _world.Source());
    }

    private static string Describe(CommandResult result) => string.Join('\n', result.Items.Select(DescribeItem));

    private static string DescribeItem(ReportItem item)
    {
        var metadata = item.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => m.Key + "=" + m.Value);
        return string.Join(", ", metadata.Prepend(item.Identity));
    }
}
