using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.ManualHpc;
using MatterStack.Engine.Tests.Operators.Hpc;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>What a person who runs jobs by hand cannot be asked for is refused when a campaign is built.</summary>
[TestClass]
public sealed class ManualHpcRefusalTests
{
    [TestMethod]
    public void A_stop_signal_and_carried_files_are_refused_with_what_to_do_instead()
    {
        var wired = OperatorsFile
            .Parse(
                Encoding.UTF8.GetBytes("operators: { manual_hpc.default: { kind: manual_hpc } }"),
                "operators.yaml",
                Schedulers.Schema,
                outside: null
            )
            .GetValueOrThrow()
            .Operators.Values.Single();
        var provider = new ManualHpcProvider();
        var task = ShapeRows.Task("") with { OperatorKey = OperatorKey.FromTrusted("manual_hpc.default") };

        Assert.IsNull(provider.FindRefusalReason(wired, task));
        Assert.AreEqual(
            "it has StopSignal TERM@60, and a person runs the jobs of 'manual_hpc.default'; remove it, and request the signal in the "
                + "scheduler's directives",
            provider.FindRefusalReason(wired, task with { StopSignal = "TERM@60" })
        );
        Assert.AreEqual(
            "it has Carry, and the files of a failed job of 'manual_hpc.default' stay with the person who runs it; remove Carry, and "
                + "let the person continue",
            provider.FindRefusalReason(wired, task with { Carry = [CarryRequest.FromString("restart.*")] })
        );
        Assert.AreEqual(
            "it has a Monitor, and a person runs the jobs of 'manual_hpc.default'; remove it, and let the person look",
            provider.FindRefusalReason(wired, task with { Monitor = "true" })
        );
        Assert.AreEqual(
            "it has a Monitor, which looks at a running command, and 'manual_hpc.default' runs none; remove it",
            new Engine.Operators.Human.HumanProvider().FindRefusalReason(wired, task with { Monitor = "true" })
        );
    }
}
