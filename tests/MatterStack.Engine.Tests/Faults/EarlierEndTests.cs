using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Operators;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>Stores of versions that recorded the cause of an end only as text.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class EarlierEndTests
{
    private const string RemoveVersion5 =
        EarlierStores.RemoveVersion6
        + "DROP TABLE attempt_codes; ALTER TABLE attempts DROP COLUMN given; ALTER TABLE tasks DROP COLUMN needs; ";

    [TestMethod]
    public void A_memory_shortage_of_an_earlier_version_counts()
    {
        using var world = new CommandWorld();
        world.Task("a", "false").Task("b", "false");
        world.Loop();
        CollectionAssert.AreEqual(new[] { "EXIT", "EXIT" }, world.Query("SELECT end_cause FROM attempts"));
        world.Execute(
            RemoveVersion5
                + "ALTER TABLE attempts DROP COLUMN waiting_for; ALTER TABLE attempts DROP COLUMN end_cause; "
                + "UPDATE attempts SET reason = 'OUT_OF_MEMORY: 2 GB' WHERE task_id = 'a'; PRAGMA user_version = 3;"
        );

        using (var reader = new RunReader(world.Run))
        {
            Assert.AreEqual(EndCause.OutOfMemory, reader.ReadAttemptsOf("a").Single().EndCause);
            Assert.IsNull(reader.ReadAttemptsOf("b").Single().EndCause);
        }

        RunStore.Open(world.Run, RealDisk.Instance).Dispose();
        CollectionAssert.AreEqual(new[] { "OUT_OF_MEMORY", null }, world.Query("SELECT end_cause FROM attempts ORDER BY task_id"));
    }

    [TestMethod]
    public void A_wait_of_an_earlier_version_continues_with_its_text()
    {
        using var people = new PeopleWorld();
        var world = people.World;
        world.Task("ask", "", ("OperatorKey", "human.default"), ("Message", "m"));
        CommandWorld.Until(() => world.Step() && world.States() == "ask=WAITING_EXTERNAL", "the request");
        var awaited = world.Query("SELECT waiting_for FROM attempts").Single();
        Assert.AreEqual($"waits for {awaited}", world.Query("SELECT reason FROM tasks").Single());
        var events = world.Query("SELECT kind FROM events").Count;
        world.Execute(
            RemoveVersion5
                + "ALTER TABLE attempts DROP COLUMN waiting_for; ALTER TABLE attempts DROP COLUMN end_cause; PRAGMA user_version = 3;"
        );

        Assert.IsTrue(world.Step());

        Assert.AreEqual(awaited, world.Query("SELECT waiting_for FROM attempts").Single());
        Assert.AreEqual(events, world.Query("SELECT kind FROM events").Count, "the same wait is not recorded again");
    }
}
