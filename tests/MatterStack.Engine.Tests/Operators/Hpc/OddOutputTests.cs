using MatterStack.Acceptance.Support;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Odd outputs on a cluster that shares this machine's files, and on one with a folder of its own: the same becomes of them. Real
/// clusters and this machine alone: the acceptance tests, with the same table.</summary>
[TestClass]
[Slow]
public sealed class OddOutputTests
{
    public static IEnumerable<object[]> Cases =>
        OddOutputs.All.Where(o => !o.NeedsModes).SelectMany(o => new[] { new object[] { o.Name, false }, [o.Name, true] });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void What_becomes_of_it_does_not_depend_on_where_it_was_left(string name, bool staged)
    {
        var odd = OddOutputs.All.Single(o => o.Name == name);
        using var world = new ClusterWorld(staged);
        var order = world.Order(command: odd.Script, with: t => t with { Outputs = odd.Outputs });
        var plain = world.Order("plain", command: "echo 1 > out", with: t => t with { Outputs = ["out"] });
        world.Submit(order, plain);
        foreach (var job in world.Jobs)
        {
            world.Run(job);
        }

        world.Pass(15);

        Assert.AreEqual("out", world.Ended(plain).Outputs.Single().Path, "what comes of one does not depend on another");
        var ending = world.Ended(order);
        var verdict = AttemptOutcomes.Classify(ending);
        if (odd.Fails is { } why)
        {
            Assert.AreEqual(AttemptOutcome.Failed, verdict.Outcome);
            StringAssert.Contains(verdict.Reason, why);
        }
        else
        {
            Assert.AreEqual(AttemptOutcome.Completed, verdict.Outcome, verdict.Reason);
            CollectionAssert.AreEqual(odd.Found.ToArray(), ending.Outputs.Select(o => o.Path).Order(StringComparer.Ordinal).ToArray());
            Assert.AreEqual(odd.Results, ending.ResultsJson);
            foreach (var output in ending.Outputs)
            {
                using var file = File.OpenRead(Path.Combine(order.WorkFolder, output.Path));
                Assert.AreEqual(file.Length, output.Size, output.Path);
            }
        }
    }

    public static IEnumerable<object[]> CasesOfModes => OddOutputs.All.Where(o => o.NeedsModes).Select(o => new object[] { o.Name });

    [TestMethod]
    [DynamicData(nameof(CasesOfModes))]
    public void What_modes_keep_from_a_user_fails_only_what_declares_it(string name)
    {
        var odd = OddOutputs.All.Single(o => o.Name == name);
        using var folder = new TempFolder();
        using (
            var made = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo(
                    "/bin/sh",
                    ["-c", $"chmod 755 '{folder.Path}'; mkdir -m 755 work; cd work; {odd.Script}"]
                )
                {
                    WorkingDirectory = folder.Path,
                }
            )!
        )
        {
            made.WaitForExit();
        }

        using var world = new ClusterWorld();
        var task = world.Order(with: t => t with { Outputs = odd.Outputs }).Task;
        AttemptEnd? ending = null;
        Unprivileged.Run(() =>
            ending = MatterStack.Engine.Operators.Attempts.OutputCollector.Collect(task, folder.In("work"), new AttemptEnd { ExitCode = 0 })
        );

        var verdict = AttemptOutcomes.Classify(ending!);
        Assert.AreEqual(odd.Fails is null ? AttemptOutcome.Completed : AttemptOutcome.Failed, verdict.Outcome, verdict.Reason);
        StringAssert.Contains(verdict.Reason ?? "", odd.Fails ?? "");
    }
}
