using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Files that a job has written and that are not seen yet where its attempt is collected.</summary>
[TestClass]
public sealed class LatencyTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_output_that_is_seen_in_time_is_one(bool staged)
    {
        using var world = new ClusterWorld(staged) { Latency = TimeSpan.FromSeconds(10) };
        var request = RunOne(world);
        world.Pass(15);
        world.NothingEnded();
        StringAssert.Contains(
            world.Last<Observation.StatusNote>(request)!.Text,
            "its output 'out' is not there, and may be seen later than it was written"
        );

        File.WriteAllText(Path.Combine(WorkOf(world, staged), "out"), "1");
        world.Pass(15);

        Assert.AreEqual("out", world.Ended(request).Outputs.Single().Path);
        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(world.Ended(request)).Outcome);
    }

    [TestMethod]
    public void An_output_that_is_not_seen_in_time_is_missing_also_where_commands_come_now_and_then()
    {
        using var world = new ClusterWorld(staged: false) { Latency = TimeSpan.FromSeconds(10) };
        var request = RunOne(world);
        world.Pass(15);
        world.NothingEnded();
        world.Clock.Advance(TimeSpan.FromSeconds(20));
        world.Start().Observe([request]);

        StringAssert.Contains(AttemptOutcomes.Classify(world.Ended(request)).Reason, "declared outputs were not produced: out");
    }

    [TestMethod]
    public void Without_latency_nothing_is_waited_for()
    {
        using var world = new ClusterWorld(staged: false) { Latency = TimeSpan.Zero };
        var request = RunOne(world);
        world.Pass(15);

        Assert.AreEqual(AttemptOutcome.Failed, AttemptOutcomes.Classify(world.Ended(request)).Outcome);
    }

    [TestMethod]
    [DataRow("results.json", "{ \"a\": ")]
    [DataRow("../exit_code", "")]
    public void What_is_seen_in_part_is_looked_at_again(string file, string part)
    {
        using var world = new ClusterWorld(staged: false) { Latency = TimeSpan.FromSeconds(10) };
        var request = RunOne(world, "echo 1 > out; echo {} > results.json");
        var path = Path.Combine(WorkOf(world, staged: false), file);
        var whole = File.ReadAllText(path);
        File.WriteAllText(path, part);
        world.Pass(15);
        world.NothingEnded();

        File.WriteAllText(path, whole);
        world.Pass(15);

        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(world.Ended(request)).Outcome);
        Assert.AreEqual("{}", world.Ended(request).ResultsJson);
    }

    private static AttemptRequest RunOne(ClusterWorld world, string command = "true")
    {
        world.Start();
        var request = world.Order(command: command, with: t => t with { Outputs = ["out"] });
        world.Submit(request);
        world.Run(world.Jobs.Single());
        return request;
    }

    private static string WorkOf(ClusterWorld world, bool staged) =>
        Directory.GetDirectories(world.In(staged ? "far" : "run"), "work", SearchOption.AllDirectories).First();
}
