using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>Metadata about failures and restarts.</summary>
[TestClass]
public sealed class RestartMetadataTests
{
    /// <summary>Illegal values, each as metadata of an item and as a property of a C# task.</summary>
    public static IEnumerable<object[]> IllegalValues =>
        [
            ["RetryTimeFactor", "0", Plain with { RetryTimeFactor = 0 }],
            ["RetryDelay", "-00:00:01", Plain with { RetryDelay = TimeSpan.FromSeconds(-1) }],
            ["RetryOn", "EXIT:0", Plain with { RetryOn = ["EXIT:0"] }],
            ["RetryOn", "EXIT:9-1", Plain with { RetryOn = ["EXIT:9-1"] }],
            ["RetryOn", "EXIT:1-256", Plain with { RetryOn = ["EXIT:1-256"] }],
            ["RetryOn", "EXIT:a", Plain with { RetryOn = ["EXIT:a"] }],
            ["RetryOn", "TIMEOUT:1", Plain with { RetryOn = ["TIMEOUT:1"] }],
            ["RetryOn", "timeout", Plain with { RetryOn = ["timeout"] }],
            ["FailWhen", "no colon", Plain with { FailWhen = ["no colon"] }],
            ["FailWhen", "stdout: no name", Plain with { FailWhen = ["stdout: no name"] }],
            ["FailWhen", "stdout: => NAME", Plain with { FailWhen = ["stdout: => NAME"] }],
            ["FailWhen", "stdout: a => name", Plain with { FailWhen = ["stdout: a => name"] }],
            ["FailWhen", "stdout: a => LOST", Plain with { FailWhen = ["stdout: a => LOST"] }],
            ["FailWhen", "stdout: a => ANY", Plain with { FailWhen = ["stdout: a => ANY"] }],
            ["FailWhen", "stdout: (a => NAME", Plain with { FailWhen = ["stdout: (a => NAME"] }],
            ["FailWhen", "stdout: (a)\\1 => NAME", Plain with { FailWhen = ["stdout: (a)\\1 => NAME"] }],
            ["FailWhen", "../log: a => NAME", Plain with { FailWhen = ["../log: a => NAME"] }],
            ["FailWhen", "*.log: a => NAME", Plain with { FailWhen = ["*.log: a => NAME"] }],
            ["SucceedWhen", "OUTCAR:", Plain with { SucceedWhen = ["OUTCAR:"] }],
            ["SucceedWhen", "OUTCAR: (?=a)", Plain with { SucceedWhen = ["OUTCAR: (?=a)"] }],
            ["SucceedWhen", "/tmp/x: a", Plain with { SucceedWhen = ["/tmp/x: a"] }],
            ["Carry", "../x", Plain with { Carry = ["../x"] }],
            ["Carry", "x=>/y", Plain with { Carry = ["x=>/y"] }],
            ["Carry", "*.x=>y", Plain with { Carry = ["*.x=>y"] }],
            ["Carry", "x=>deps/y", Plain with { Carry = ["x=>deps/y"] }],
            ["StopSignal", "KILL@5", Plain with { StopSignal = "KILL@5" }],
            ["StopSignal", "TERM@0", Plain with { StopSignal = "TERM@0" }],
            ["StopSignal", "TERM@65536", Plain with { StopSignal = "TERM@65536" }],
            ["OnFailure", "7", Plain with { OnFailure = (FailureAction)7 }],
            ["Carry", "a\u007fb", Plain with { Carry = ["a\u007fb"] }],
            ["SucceedWhen", "a: \u007fb", Plain with { SucceedWhen = ["a: \u007fb"] }],
        ];

    private static CampaignTask Plain => new() { Id = "t", Command = "c" };

    public static IEnumerable<object[]> Contradictions =>
        [
            [Plain with { CarryIf = "test -s x" }, "CarryIf is set and Carry is empty"],
            [Plain with { RestartCommand = "again" }, "RestartCommand is set and Carry is empty"],
            [Plain with { MonitorEvery = TimeSpan.FromSeconds(9) }, "MonitorEvery is set and Monitor is empty"],
            [Plain with { StopSignal = "TERM@60", TimeLimitMinutes = 1 }, "StopSignal is TERM@60 and the time limit is 60 s"],
            [
                Plain with
                {
                    RetryOn = ["UNCONVERGED"],
                },
                "RetryOn names 'UNCONVERGED', which is no cause that is tried again and no name of FailWhen",
            ],
            [
                Plain with
                {
                    RetryOn = ["CANCELLED"],
                },
                "RetryOn names 'CANCELLED', which is no cause that is tried again and no name of FailWhen",
            ],
            [Plain with { Kind = TaskKind.Gate, Carry = ["x"] }, "Carry is set and Kind is Gate"],
            [Plain with { Kind = TaskKind.Experiment, StopSignal = "TERM@5" }, "StopSignal is set and Kind is Experiment"],
        ];

    [TestMethod]
    [DynamicData(nameof(Contradictions))]
    public void Metadata_about_failures_that_have_no_meaning_together_are_a_problem(CampaignTask task, string conflict)
    {
        var problems = new List<Problem>();
        TaskValidator.ValidateTask(task, null, problems);

        Assert.AreEqual($"Task 't': {conflict}", problems.Single().Message);
    }

    [TestMethod]
    public void Names_of_causes_in_metadata_are_those_of_the_store()
    {
        CollectionAssert.AreEquivalent(
            Enum.GetValues<EndCause>().Select(cause => cause.ToText()).ToArray(),
            CauseNames.Retried.Concat(CauseNames.Final).ToArray()
        );
        CollectionAssert.IsSubsetOf(CauseNames.Shared.ToArray(), CauseNames.Retried.ToArray());
    }

    [TestMethod]
    public void Names_of_FailWhen_may_be_tried_again()
    {
        var problems = new List<Problem>();
        TaskValidator.ValidateTask(
            Plain with
            {
                FailWhen = ["stdout: NOT CONVERGED => UNCONVERGED", "stdout: Maximum CPU time => TIMEOUT"],
                RetryOn = ["UNCONVERGED", "TIMEOUT", "EXIT:2-9"],
            },
            null,
            problems
        );

        Assert.IsEmpty(problems);
    }
}
