using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>The outcome of an attempt and its reason, from the facts about its end.</summary>
[TestClass]
public sealed class AttemptOutcomesTests
{
    [TestMethod]
    [DataRow(1, "exit code 1", EndCause.Exited)]
    [DataRow(126, "exit code 126 (command not executable)", EndCause.Exited)]
    [DataRow(127, "exit code 127 (command not found)", EndCause.Exited)]
    [DataRow(128, "exit code 128", EndCause.Exited)]
    [DataRow(129, "exit code 129 (ended by signal 1)", EndCause.Signal)]
    [DataRow(137, "exit code 137 (ended by signal 9: killed; perhaps the machine ran out of memory)", EndCause.Signal)]
    [DataRow(192, "exit code 192 (ended by signal 64)", EndCause.Signal)]
    [DataRow(193, "exit code 193", EndCause.Exited)]
    public void An_exit_code_above_128_names_the_signal(int code, string reason, EndCause cause) =>
        Assert.AreEqual(new AttemptState.Ended(AttemptOutcome.Failed, reason, code, cause), Classify(new AttemptEnd { ExitCode = code }));

    [TestMethod]
    public void The_first_known_fact_is_the_reason()
    {
        var all = new AttemptEnd
        {
            EndedBy = "TIMEOUT",
            ExitCode = 3,
            FailureNote = "on node 7",
            MissingOutputs = ["a", "b"],
            CollectionProblem = "unreadable",
            Cause = EndCause.NodeFailure,
        };

        Assert.AreEqual("TIMEOUT", Classify(all).Reason);
        Assert.AreEqual("exit code 3 (on node 7)", Classify(all with { EndedBy = null }).Reason);
        Assert.AreEqual("exit code 3", Classify(all with { EndedBy = null, FailureNote = null }).Reason);
        var missing = all with { EndedBy = null, ExitCode = 0 };
        Assert.AreEqual("declared outputs were not produced: a, b (on node 7)", Classify(missing).Reason);
        Assert.AreEqual("declared outputs were not produced: a, b", Classify(missing with { FailureNote = null }).Reason);
        Assert.AreEqual("unreadable", Classify(missing with { MissingOutputs = [] }).Reason);
        Assert.AreEqual(EndCause.NodeFailure.ToText(), Classify(new AttemptEnd { ExitCode = 0, Cause = EndCause.NodeFailure }).Reason);
    }

    [TestMethod]
    public void A_cancellation_keeps_its_reason_and_its_exit_code()
    {
        Assert.AreEqual(
            new AttemptState.Ended(AttemptOutcome.Cancelled, "too hot", 143, EndCause.Cancelled),
            Classify(
                new AttemptEnd
                {
                    IsCancelled = true,
                    EndedBy = "too hot",
                    ExitCode = 143,
                }
            )
        );
        Assert.AreEqual("cancelled", Classify(new AttemptEnd { IsCancelled = true }).Reason);
    }

    [TestMethod]
    public void An_attempt_that_may_still_run_is_no_success_and_keeps_its_other_facts()
    {
        var left = new AttemptEnd { ExitCode = 0, StillRunning = "a process is left" };

        Assert.AreEqual(new AttemptState.Ended(AttemptOutcome.Failed, "a process is left", 0, EndCause.Lost), Classify(left));
        Assert.AreEqual(
            new AttemptState.Ended(AttemptOutcome.Failed, "exit code 2; a process is left", 2, EndCause.Exited),
            Classify(left with { ExitCode = 2 })
        );
        Assert.AreEqual(AttemptOutcome.Cancelled, Classify(left with { IsCancelled = true }).Outcome);
        Assert.AreEqual("exit code 2; no accounting", Classify(new AttemptEnd { ExitCode = 2, UnknownFacts = "no accounting" }).Reason);
    }

    private static AttemptState.Ended Classify(AttemptEnd end) => AttemptOutcomes.Classify(end);
}
