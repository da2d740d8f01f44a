using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.Slurm;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>Each end has a cause, and no decision reads the text of a reason.</summary>
[TestClass]
public sealed class EndCauseTests
{
    [TestMethod]
    public void The_cause_follows_from_what_the_operator_found()
    {
        Assert.IsNull(Classify(new AttemptEnd { ExitCode = 0 }));
        Assert.AreEqual(EndCause.Exited, Classify(new AttemptEnd { ExitCode = 3 }));
        Assert.AreEqual(EndCause.Signal, Classify(new AttemptEnd { ExitCode = 137 }));
        Assert.AreEqual(EndCause.OutputsMissing, Classify(new AttemptEnd { ExitCode = 0, MissingOutputs = ["a.txt"] }));
        Assert.AreEqual(EndCause.Cancelled, Classify(new AttemptEnd { IsCancelled = true, EndedBy = "ada" }));
        Assert.AreEqual(
            EndCause.OutOfMemory,
            Classify(
                new AttemptEnd
                {
                    ExitCode = 1,
                    Cause = EndCause.OutOfMemory,
                    EndedBy = "it ran out of memory",
                }
            )
        );
        Assert.IsNull(Classify(new AttemptEnd { EndedBy = "OUT_OF_MEMORY: a text decides nothing" }));
    }

    [TestMethod]
    public void An_end_with_a_cause_alone_is_no_success() =>
        Assert.AreEqual(
            new AttemptState.Ended(AttemptOutcome.Failed, "OUT_OF_MEMORY", null, EndCause.OutOfMemory),
            AttemptOutcomes.Classify(new AttemptEnd { Cause = EndCause.OutOfMemory })
        );

    [TestMethod]
    public void Every_cause_has_its_text()
    {
        const string Contract =
            "EXIT SIGNAL TIMEOUT OUT_OF_MEMORY OUTPUTS_MISSING NODE_FAIL BOOT_FAIL PREEMPTED DEADLINE NOT_STARTED LOST CANCELLED STOPPED "
            + "VERDICT NO_SUCCESS_MARK NO_PROGRESS AMENDED";
        Assert.AreEqual(Contract, string.Join(' ', Enum.GetValues<EndCause>().Select(c => c.ToText())));
        Assert.IsTrue(Enum.GetValues<EndCause>().All(c => EndCauseText.FindEndCause(c.ToText()) == c));
        Assert.IsNull(EndCauseText.FindEndCause("NOT_KNOWN_YET"));
    }

    [TestMethod]
    public void A_change_of_a_task_is_told_without_escapes() =>
        Assert.AreEqual(
            "Command from the default to \"echo 'ä' > a\"",
            new TaskChange("Command", null, "\"echo \\u0027\\u00e4\\u0027 \\u003E a\"").Describe()
        );

    [TestMethod]
    [DataRow("FAILED", EndCause.Exited)]
    [DataRow("TIMEOUT", EndCause.TimeLimit)]
    [DataRow("OUT_OF_ME+", EndCause.OutOfMemory)]
    [DataRow("NODE_FAIL", EndCause.NodeFailure)]
    [DataRow("BOOT_FAIL", EndCause.BootFailure)]
    [DataRow("DEADLINE", EndCause.Deadline)]
    [DataRow("PREEMPTED", EndCause.Preempted)]
    public void A_state_of_Slurm_is_a_cause(string state, EndCause cause) =>
        Assert.AreEqual(cause, ((JobState.Failed)SlurmParser.ParseState(state, null, 1)).Cause);

    [TestMethod]
    public void A_withdrawn_request_keeps_its_cause()
    {
        using var folder = new TempFolder();
        Assert.AreEqual(
            ("too late", EndCause.TimeLimit),
            Written(WithdrawalFile.FormatText("too late", new AttemptEnd { Cause = EndCause.TimeLimit }))
        );
        Assert.AreEqual(
            ("TIMEOUT of my patience", EndCause.Cancelled),
            Written(WithdrawalFile.FormatText("TIMEOUT of my patience", new AttemptEnd { IsCancelled = true }))
        );
        // Files of earlier versions.
        Assert.AreEqual(
            ("TIMEOUT: no answer within its time limit of 1 min", EndCause.TimeLimit),
            Written("TIMEOUT: no answer within its time limit of 1 min\n")
        );
        Assert.AreEqual(("cancelled by ada", EndCause.Cancelled), Written("cancelled by ada\n"));

        (string, EndCause) Written(string text)
        {
            folder.Write("run/withdrawn.txt", text);
            return WithdrawalFile.Read(folder.In("run"), "withdrawn.txt");
        }
    }

    private static EndCause? Classify(AttemptEnd end) => AttemptOutcomes.Classify(end).Cause;
}
