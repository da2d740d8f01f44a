using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Checks;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>Order and canary over whole runs: each command loads the run anew.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class OrderRunTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_chain_that_is_declared_last_starts_first_within_the_capacity_of_the_operator(bool isCached)
    {
        _world.Write(
            "campaign/operators.yaml",
            "operators:\n  local.default: { kind: local, max_concurrent: 1, backend: { type: local } }\n"
        );
        if (isCached)
        {
            // With a result in the cache, each task is looked up before it starts.
            _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
            _world.Task("seed", "echo 1 > out", ("Outputs", "out"));
            Assert.IsTrue(_world.Loop());
        }

        for (var i = 0; i < 6; i++)
        {
            Add($"single{i}");
        }

        Add("chain0");
        for (var i = 1; i < 4; i++)
        {
            Add($"chain{i}", ("DependsOn", $"chain{i - 1}"));
        }

        Add("urgent", ("Priority", "1"));
        Add("late", ("Priority", "-1"));
        Assert.IsTrue(_world.Loop(), string.Join(';', _world.Reported));

        Assert.AreEqual(
            "urgent chain0 chain1 chain2 single0 single1 single2 single3 single4 single5 chain3 late",
            string.Join(' ', Started().Where(static id => id != "seed"))
        );

        void Add(string id, params (string, string)[] more) => _world.Task(id, $"echo {id} > out", [.. more, ("Outputs", "out")]);
    }

    [TestMethod]
    public void Each_command_knows_the_first_of_a_group()
    {
        var gate = _world.In("gate");
        _world.StartsCanaries = true;
        _world.Task("t1", CommandWorld.WaitFor(gate)).Task("t2", CommandWorld.WaitFor(gate)).Task("t3", CommandWorld.WaitFor(gate));

        Assert.IsTrue(_world.Step() && _world.Step());
        Assert.AreEqual("t1=RUNNING t2=READY t3=READY", _world.States());
        var explained = ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = "t3" }));
        StringAssert.StartsWith(explained.Items[0].Metadata["reason"], "waits until t1 has completed: it is the first of 3 tasks like it");

        File.WriteAllText(gate, "");
        _world.UntilExited("t1@1");
        Assert.IsTrue(_world.Step());
        Assert.HasCount(3, Started());
        Assert.IsTrue(_world.Loop());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void A_person_decides_after_the_first_has_failed_for_good()
    {
        _world.StartsCanaries = true;
        var command = $"[ -e '{_world.In("mended")}' ]";
        _world.Task("t1", command, ("MaxAttempts", "2")).Task("t2", command).Task("t3", command).Task("alone", "echo other");

        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("t1=FAILED t2=READY t3=READY alone=COMPLETED", _world.States());
        Assert.AreEqual("PAUSED", _world.Query("SELECT state FROM runs").Single());
        StringAssert.StartsWith(
            _world.Query("SELECT reason FROM runs").Single(),
            "the first of 3 tasks like it failed: t1: exit code 1; 2 tasks wait, and -t:Resume lets them start"
        );
        Assert.AreEqual("t1 t1", string.Join(' ', Started().Where(static id => id != "alone")));

        Assert.IsTrue(RequestCommand.Execute(_world.Context(), RequestKind.Resume, CancellationToken.None).Success);
        File.WriteAllText(_world.In("mended"), "");
        Assert.IsFalse(_world.Loop());
        Assert.AreEqual("t1=FAILED t2=COMPLETED t3=COMPLETED alone=COMPLETED", _world.States());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void Results_of_the_cache_need_no_first_task()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        _world.Task("t1", "echo 1 > out", ("Outputs", "out")).Task("t2", "echo 2 > out", ("Outputs", "out"));
        Assert.IsTrue(_world.Loop());
        _world.StartsCanaries = true;
        _world.Task("t3", "echo 3 > out", ("Outputs", "out")).Task("t4", "echo 4 > out", ("Outputs", "out"));

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("t1=COMPLETED t2=COMPLETED t3=COMPLETED t4=COMPLETED", _world.States());
        Assert.HasCount(2, _world.Query("SELECT task_id FROM attempts WHERE cached_from IS NOT NULL"));
        // At most one of the new tasks went ahead, if the cached results were not restored yet.
        Assert.IsLessThanOrEqualTo(1, _world.Query("SELECT task_id FROM events WHERE kind = 'CANARY_STARTED'").Count);
    }

    [TestMethod]
    public void A_loop_returns_while_the_first_is_held()
    {
        _world.StartsCanaries = true;
        _world.Task("t1", "exit 1", ("OnFailure", "hold")).Task("t2", "exit 1", ("OnFailure", "hold"));

        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("t1=WAITING_EXTERNAL t2=READY", _world.States());
    }

    [TestMethod]
    public void Tasks_of_a_later_iteration_need_no_first_task_if_one_like_them_has_completed()
    {
        _world.StartsCanaries = true;
        _world.Class(new CampaignInMemory(static () => new Rounds()));

        Assert.IsTrue(_world.Loop(), string.Join(';', _world.Reported));

        Assert.AreEqual(9, _world.Query("SELECT task_id FROM tasks WHERE state = 'COMPLETED'").Count);
        Assert.AreEqual("r0_t0", _world.Query("SELECT task_id FROM events WHERE kind = 'CANARY_STARTED'").Single());
        Assert.AreEqual(1, _world.Query("SELECT DISTINCT CAST(pattern AS TEXT) FROM tasks").Count);
    }

    [TestMethod]
    public void A_run_of_an_earlier_version_has_no_groups()
    {
        _world.StartsCanaries = true;
        _world.Task("t1", "true").Task("t2", "true");
        Assert.IsTrue(_world.Init());
        _world.Execute(Faults.EarlierStores.RemoveVersion7);

        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("t1=COMPLETED t2=COMPLETED", _world.States());
        Assert.IsEmpty(_world.Query("SELECT kind FROM events WHERE kind LIKE 'CANARY%'"));
    }

    private List<string?> Started() => _world.Query("SELECT task_id FROM events WHERE kind = 'ATTEMPT_RUNNING' ORDER BY seq");

    private sealed class Rounds : Campaign<List<int>>
    {
        public override Workflow? Plan(List<int>? state) =>
            state?.Count == 3
                ? null
                : [.. Enumerable.Range(0, 3).Select(i => new CampaignTask { Id = $"r{state?.Count ?? 0}_t{i}", Command = $"echo {i}" })];

        public override List<int> Analyze(List<int>? state, TaskResults results) => [.. state ?? [], results.Count];
    }
}
