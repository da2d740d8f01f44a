using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A fact that the engine cannot apply.</summary>
[TestClass]
public sealed class WrongFactTests
{
    [TestMethod]
    public void It_ends_its_attempt_once_and_no_other_attempt()
    {
        using var world = new CommandWorld().WithoutRetries().Task("a", "true").Task("b", "true");
        world.Host = world.Host with { Operators = (_, report) => new WrongOperator(report) };

        Assert.IsFalse(world.Loop());

        Assert.AreEqual("a=FAILED b=COMPLETED", world.States());
        StringAssert.StartsWith(
            world.Query("SELECT reason FROM tasks WHERE task_id = 'a'").Single(),
            "MATTER9001: Processing a fact of attempt "
        );
        Assert.AreEqual("FAILED", world.Query("SELECT state FROM attempts WHERE task_id = 'a'").Single());
    }

    private sealed class WrongOperator(Action<Observation> report) : AttemptOperator
    {
        public override void Observe(IReadOnlyList<AttemptRequest> live) { }

        public override void Start(AttemptRequest order)
        {
            var isWrong = order.TaskId.Value == "a";
            var end = new Observation.Exited(
                order.Attempt,
                DateTimeOffset.UtcNow,
                new AttemptEnd { ExitCode = 0, MissingOutputs = isWrong ? null! : [] }
            );
            report(end);
            report(end);
        }

        public override void Cancel(AttemptRequest order, string reason) { }
    }
}
