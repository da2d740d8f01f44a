using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Tests.Operators.Own;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>An attempt that a later command may have to prepare anew is known to its operator with all that it needs.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class PreparedAnewTests
{
    [TestMethod]
    [DataRow("nothing", true)]
    [DataRow("ms-name", true)]
    [DataRow("people", true)]
    [DataRow("7", false)]
    public void An_attempt_that_may_be_prepared_again_after_a_restart_has_what_its_dependencies_left(string known, bool needed)
    {
        using var own = new OwnWorld();
        using var dies = new CancellationTokenSource();
        AttemptRequest? seen = null;
        own.World.Task("first", "echo one > a.txt; mkdir d; echo two > d/b.txt", ("Outputs", "a.txt;d/b.txt"));
        own.Task("heat", ("DependsOn", "first"));
        own.Start = (context, request) =>
        {
            CollectionAssert.AreEqual((string[])["a.txt", "d/b.txt"], Files(request));
            Action says = known switch
            {
                // Before it could say that it has it.
                "nothing" => dies.Cancel,
                "people" => () =>
                    context.Report(new Observation.WaitingExternally(request.Attempt, context.Clock.GetUtcNow(), "ada", null)),
                _ => () => context.Report(new Observation.Submitted(request.Attempt, context.Clock.GetUtcNow(), known, "waits")),
            };
            says();
        };
        own.World.Step();
        own.World.UntilExited("first@1");
        TickCommand.Step(own.World.Context(), own.World.Source(), dies.Token);
        using var again = new CancellationTokenSource();
        own.Observe = (_, live) => seen = live.Single();
        own.Start = (_, _) => again.Cancel();

        TickCommand.Step(own.World.Context(), own.World.Source(), again.Token);

        CollectionAssert.AreEqual(needed ? ["a.txt", "d/b.txt"] : Array.Empty<string>(), Files(seen!));
    }

    private static string[] Files(AttemptRequest request) =>
        [.. request.Dependencies.SelectMany(d => d.Outputs).Select(o => o.Path).Order(StringComparer.Ordinal)];
}
