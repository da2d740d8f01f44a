using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>The node of an attempt is known from what the queue says anyway, and a node that failed is avoided as long as there are
/// others.</summary>
[TestClass]
public sealed class FailedNodeTests : IDisposable
{
    private readonly ClusterWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(false, DisplayName = "from the queue")]
    [DataRow(true, DisplayName = "from the accounting")]
    public void The_end_of_an_attempt_names_its_node_without_a_query_of_its_own(bool isForgotten)
    {
        var request = _world.Order();
        _world.Submit(request);
        _world.Set("1", "NODE_FAIL", "NodeDown", node: "n[1-2]");
        if (isForgotten)
        {
            _world.Forget("1");
        }

        _world.Pass(20);

        var end = _world.Ended(request);
        Assert.AreEqual(EndCause.NodeFailure, end.Cause);
        Assert.AreEqual("n[1-2]", end.Node);
        Assert.IsLessThanOrEqualTo(isForgotten ? 2 : 1, _world.Calls("squeue"));
        Assert.AreEqual(isForgotten ? 1 : 0, _world.Calls("sacct"));
    }

    [TestMethod]
    public void Failed_nodes_are_excluded_in_the_job_that_really_runs_alone_and_in_an_array_and_it_is_said()
    {
        AttemptRequest[] members = [Order("a", "n2", "n[7-8]"), Order("b", "n2", "n[7-8]")];
        _world.Submit([.. members, Order("c", "n2"), _world.Order("d")]);

        CollectionAssert.AreEqual((string[])["1_0", "1_1", "2", "3"], _world.Jobs);
        Assert.Contains("#SBATCH --exclude=n2,n[7-8]\n", File.ReadAllText(_world.In("twin/scripts/1")));
        Assert.Contains("#SBATCH --exclude=n2\n", File.ReadAllText(_world.In("twin/scripts/2")));
        Assert.DoesNotContain("--exclude", File.ReadAllText(_world.In("twin/scripts/3")));
        var placed = _world.Last<Observation.Placed>(members[1])!;
        Assert.AreEqual("""{"excluded_nodes":["n2","n[7-8]"]}""", placed.Given.ToJson());
        Assert.AreEqual("not on n2, n[7-8]: attempts of this run ended there with NODE_FAIL (avoid_failed_nodes)", placed.Reason);
        Assert.AreEqual("not on n2 and n[7-8]", placed.Given.Describe());
    }

    [TestMethod]
    [DataRow("Batch job submission failed: Requested node configuration is not available", DisplayName = "no node is left")]
    [DataRow("Batch job submission failed: Invalid node name specified", DisplayName = "the node is not known any more")]
    public void Without_another_node_the_exclusion_is_dropped_at_once_and_it_is_said(string refusal)
    {
        _world.Fault("sbatch", $"! grep -q -- '--exclude' \"$here/submit.sh\" - || {{ echo 'sbatch: error: {refusal}' >&2; exit 1; }}");
        AttemptRequest[] members = [Order("a", "n1"), Order("b", "n1")];

        _world.Submit(members);

        CollectionAssert.AreEqual((string[])["1_0", "1_1"], _world.Jobs);
        foreach (var request in members)
        {
            var placed = _world.Last<Observation.Placed>(request)!;
            Assert.AreEqual("""{"excluded_nodes":[]}""", placed.Given.ToJson());
            StringAssert.StartsWith(placed.Reason, "n1 is not avoided: the scheduler refuses the job on the other nodes (");
            StringAssert.Contains(placed.Reason, refusal.Split(": ")[1]);
            Assert.DoesNotContain("--exclude", File.ReadAllText(Path.Combine(request.Folder, "submit.sh")));
        }

        _world.NothingEnded();

        // A command that has to start it again does not try that again.
        var again = members[0] with { Given = new GivenResources { ExcludedNodes = [] } };
        Assert.AreEqual("", ShapeRows.Site("slurm", "").GetResources(again).ExcludedNodes);
    }

    [TestMethod]
    public void A_refused_submission_that_Slurm_lists_as_a_failed_job_is_not_taken_for_the_next_one_of_its_name()
    {
        var request = _world.Order("a");
        _world.Submit(request);
        var name = File.ReadAllText(_world.In("twin/jobs/1")).Split('|')[0];
        // Of the same second, and with a smaller number; the twin lists it last.
        File.Move(_world.In("twin/jobs/1"), _world.In("twin/jobs/10"));
        File.WriteAllText(_world.In("twin/jobs/9"), $"{name}|FAILED|BadConstraints|2026-01-01T00:00:01|0:0|\n");
        _world.Set("10", "TIMEOUT", "TimeLimit", node: "n1");
        _world.Pass(20);

        Assert.AreEqual(EndCause.TimeLimit, _world.Ended(request).Cause);
    }

    [TestMethod]
    public void A_refusal_that_has_another_cause_stays_one()
    {
        _world.Fault(
            "sbatch",
            "echo 'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified' >&2; exit 1"
        );
        var request = Order("a", "n1");
        _world.Submit(request);
        Assert.IsNotNull(_world.Last<Observation.NotStarted>(request));
        Assert.AreEqual(2, _world.Calls("sbatch"));
    }

    [TestMethod]
    public void Grid_Engine_excludes_hosts_and_refuses_what_no_queue_can_run()
    {
        var options = ShapeRows.GridEngineOptions(ShapeRows.Task(""), "", 0, "node1", "node2.site");
        CollectionAssert.AreEqual((string[])["-l h=!(node1|node2.site)", "-w e"], options.ToArray());
    }

    private AttemptRequest Order(string task, params string[] avoided) => _world.Order(task) with { AvoidedNodes = avoided };
}
