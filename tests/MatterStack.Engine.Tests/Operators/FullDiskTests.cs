using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Faults;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>A disk that has no room for what is asked of people and instruments, and for what they answer: it is waited for, and
/// said.</summary>
[TestClass]
[Slow]
public sealed class FullDiskTests
{
    [TestMethod]
    [DataRow("human.default", "instructions.md")]
    [DataRow("experiment.coater", "experiment_request.json")]
    [DataRow("manual_hpc.default", "instructions.md")]
    public void A_request_for_which_there_is_no_space_is_postponed_and_uses_up_no_attempt(string key, string request)
    {
        using var people = World(key, request, out var disk);

        Assert.IsFalse(people.World.Step());

        Assert.AreEqual(OperatorCodes.AttemptBlocked, people.World.Reported.Single().Code);
        StringAssert.Contains(people.World.Reported.Single().Message, "Attempt 1 of task 'ask' is blocked: No space left on device");
        Assert.AreEqual("READY", people.State("ask"));
        disk.Heal();
        Assert.IsTrue(people.World.Step());
        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        Assert.AreEqual("1", people.World.Query("SELECT CAST(count(*) AS TEXT) FROM attempts").Single());
    }

    [TestMethod]
    [DataRow("human.default", "instructions.md")]
    [DataRow("experiment.coater", "experiment_request.json")]
    [DataRow("manual_hpc.default", "instructions.md")]
    public void A_removed_request_for_which_there_is_no_space_is_postponed_and_made_again_later(string key, string request)
    {
        using var people = World(key, request, out var disk);
        disk.Heal();
        people.World.Step();
        people.World.Host = people.World.Host with { Disk = disk = new FailingDisk(1, FailingDisk.NoSpace) { Only = request } };
        Directory.Delete(people.Folder("ask@1"), recursive: true);

        Assert.IsFalse(people.World.Step());

        Assert.AreEqual(OperatorCodes.AttemptBlocked, people.World.Reported.Single().Code);
        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        disk.Heal();
        Assert.IsTrue(people.World.Step());
        Assert.IsTrue(File.Exists(Path.Combine(people.Folder("ask@1"), request)));
    }

    [TestMethod]
    [DataRow("human.default", "response.json")]
    [DataRow("experiment.coater", "experiment_result.json")]
    public void An_answer_for_which_there_is_no_space_waits_for_space(string key, string answer)
    {
        using var people = World(key, "results.json", out var disk);
        people.World.Step();
        people.Answer("ask@1", answer, """{"status": "COMPLETED", "data": {"x": 1}}""");

        Assert.IsTrue(people.World.Step());

        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        StringAssert.Contains(people.Reason("ask"), "the answer cannot be stored: No space left on device");
        disk.Heal();
        people.World.Step();
        Assert.AreEqual("COMPLETED", people.State("ask"));
        Assert.IsEmpty(RunChecker.CheckFolder(people.World.Run));
    }

    [TestMethod]
    [DataRow("human.default")]
    [DataRow("experiment.coater")]
    [DataRow("manual_hpc.default")]
    public void An_end_of_which_nobody_can_be_told_for_want_of_space_stays_asked_for(string key)
    {
        using var people = World(key, "withdrawn.txt", out var disk);
        people.World.Step();

        Assert.IsFalse(Engine.Commands.RequestCommand.Execute(people.World.Context(), RequestKind.Cancel, default).Success);

        Assert.AreEqual(RunCodes.EndRequestFailed, people.World.Reported[^1].Code);
        StringAssert.Contains(people.World.Reported[^1].Message, "No space left on device");
        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        disk.Heal();
        people.World.Step();
        Assert.AreEqual("CANCELLED", people.State("ask"));
    }

    private static PeopleWorld World(string key, string full, out FailingDisk disk)
    {
        var people = new PeopleWorld();
        disk = new FailingDisk(1, FailingDisk.NoSpace) { Only = full };
        people.World.Host = people.World.Host with { Disk = disk };
        people.World.Task("ask", "true", ("OperatorKey", key));
        return people;
    }
}
