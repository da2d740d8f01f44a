using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>Memory, GPUs and named resources, with real processes. GPUs need no GPUs: what counts is the assignment and the
/// variable.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class BudgetTests : IDisposable
{
    private const string PrintDevices = "echo \"${CUDA_VISIBLE_DEVICES-unset} ${ROCR_VISIBLE_DEVICES-unset}\" > devices";

    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Each_command_sees_the_devices_that_it_was_given_and_none_if_it_asks_for_none()
    {
        Wire("gpus: 2");
        var gate = _world.In("gate");
        _world
            .Task("a", PrintDevices + "; " + CommandWorld.WaitFor(gate), ("Gpus", "1"))
            .Task("b", PrintDevices + "; touch " + gate, ("Gpus", "1"))
            .Task("both", PrintDevices, ("Gpus", "2"))
            .Task("none", PrintDevices)
            .Task("own", PrintDevices, ("Env", "CUDA_VISIBLE_DEVICES=7"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("0 0", Devices("a"));
        Assert.AreEqual("1 1", Devices("b"));
        Assert.AreEqual("0,1 0,1", Devices("both"));
        Assert.AreEqual(" ", Devices("none"));
        Assert.AreEqual("7 ", Devices("own"));
        CollectionAssert.AreEqual(
            new[] { """a {"gpus":["0"]}""", """b {"gpus":["1"]}""", """both {"gpus":["0","1"]}""", "none ", "own " },
            _world.Query("SELECT task_id || ' ' || coalesce(given, '') FROM attempts ORDER BY task_id")
        );
        Assert.AreEqual(
            "GPU 0, 1 of this machine",
            _world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_PLACED' AND task_id = 'both'").Single()
        );
        Assert.IsEmpty(Engine.Runs.Checks.RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void Devices_of_the_machine_are_looked_for_once_and_only_if_a_task_needs_some()
    {
        var asked = 0;
        _world.Host = _world.Host with
        {
            FindGpus = () =>
            {
                asked++;
                return ["GPU-a"];
            },
        };
        _world.Task("none", "true");
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual(0, asked);

        _world.Task("one", PrintDevices, ("Gpus", "1")).Task("two", "true", ("Gpus", "2"), ("AllowFailure", "true"));
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }), string.Join("; ", _world.Reported));

        Assert.AreEqual(1, asked);
        Assert.AreEqual("GPU-a GPU-a", Devices("one"));
        StringAssert.StartsWith(
            _world.Query("SELECT reason FROM tasks WHERE task_id = 'two'").Single(),
            "needs 2 GPUs, its operator has GPU-a: lower Gpus"
        );
    }

    [TestMethod]
    public void Memory_of_the_machine_is_a_budget()
    {
        _world.Host = _world.Host with { ReadMemoryMib = static () => 4096 };
        for (var i = 0; i < 4; i++)
        {
            _world.Task("t" + i, Alone, ("MemoryGb", "3"));
        }

        _world.Task("large", "true", ("MemoryGb", "4.5"), ("AllowFailure", "true"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("t0=COMPLETED t1=COMPLETED t2=COMPLETED t3=COMPLETED large=FAILED", _world.States());
        StringAssert.StartsWith(
            _world.Query("SELECT reason FROM tasks WHERE task_id = 'large'").Single(),
            "needs 4.5 GiB of memory, its operator has 4 GiB"
        );
    }

    [TestMethod]
    public void Operators_with_memory_of_their_own_have_their_own_budget()
    {
        _world.Host = _world.Host with { ReadMemoryMib = static () => 1024 };
        _world.Write(
            "campaign/operators.yaml",
            """
            operators:
              local.default: { kind: local }
              local.big: { kind: local, backend: { type: local, memory_gb: 64.5 } }
            """
        );
        _world.Task("a", "true", ("MemoryGb", "1")).Task("b", "true", ("MemoryGb", "64.5"), ("OperatorKey", "local.big"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));
    }

    [TestMethod]
    public void A_resource_of_the_run_is_counted_over_all_operators_and_one_of_an_operator_hides_it()
    {
        _world.Write(
            "campaign/operators.yaml",
            """
            defaults: { resources: { licence: 1 } }
            operators:
              local.default: { kind: local }
              local.other: { kind: local }
              local.own: { kind: local, resources: { licence: 2 } }
            """
        );
        var gate = _world.In("gate");
        _world
            .Task("a", CommandWorld.WaitFor(gate), ("Uses", "licence"))
            .Task("b", "true", ("Uses", "licence"), ("OperatorKey", "local.other"))
            .Task("c", CommandWorld.WaitFor(gate), ("Uses", "licence*2"), ("OperatorKey", "local.own"))
            .Task("d", "true", ("Uses", "licence"), ("OperatorKey", "local.own"));

        Assert.IsTrue(_world.Step());

        Assert.AreEqual("a=RUNNING b=READY c=RUNNING d=READY", _world.States());
        var told = ExplainCommand.Execute(_world.Context()).Items.ToDictionary(i => i.Identity, i => i.Metadata["reason"]);
        Assert.AreEqual("waits for 1 of the resource 'licence', and 0 of 1 are free; in use by a", told["b"]);
        Assert.AreEqual("waits for 1 of the resource 'licence', and 0 of 2 are free; in use by c", told["d"]);
        File.WriteAllText(gate, "");
        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));
    }

    [TestMethod]
    public void People_and_instruments_honour_resources_too()
    {
        _world.Write(
            "campaign/operators.yaml",
            "defaults: { resources: { glovebox: 1 } }\noperators: { human.default: , experiment.default: }\n"
        );
        _world
            .Task("ask", "weigh it", ("OperatorKey", "human.default"), ("Uses", "glovebox"))
            .Task("measure", "x", ("OperatorKey", "experiment.default"), ("Kind", "experiment"), ("Uses", "glovebox"));

        Assert.IsTrue(_world.Step(), string.Join("; ", _world.Reported));

        Assert.AreEqual("ask=WAITING_EXTERNAL measure=READY", _world.States());
    }

    [TestMethod]
    public void Explain_names_the_budget_of_this_machine_and_its_holders()
    {
        Wire("gpus: [x], memory_gb: 4, cores: 2");
        var gate = _world.In("gate");
        _world
            .Task("a", CommandWorld.WaitFor(gate), ("Gpus", "1"), ("MemoryGb", "3"))
            .Task("gpu", "true", ("Gpus", "1"))
            .Task("memory", "true", ("MemoryGb", "2"))
            .Task("cores", "true", ("Cores", "2"));

        Assert.IsTrue(_world.Step());

        var told = ExplainCommand.Execute(_world.Context()).Items.ToDictionary(i => i.Identity, i => i.Metadata["reason"]);
        Assert.AreEqual("waits for 1 GPU, and 0 of 1 are free; in use by a", told["gpu"]);
        Assert.AreEqual("waits for 2 GiB of memory, and 1 GiB of 4 GiB are free; in use by a", told["memory"]);
        Assert.AreEqual("waits for 2 cores, and 1 of 2 are free; in use by a", told["cores"]);
        File.WriteAllText(gate, "");
        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));
    }

    [TestMethod]
    [DataRow("Uses", "licens", "MATTER2060", "Did you mean 'licence'? Known resources: licence.")]
    [DataRow("Uses", "licence*3", "MATTER2061", "Lower Uses, or raise 'licence' in 'resources' of operators.yaml.")]
    [DataRow("Gpus", "3", "MATTER2061", "Lower Gpus, or change 'gpus' of the backend in operators.yaml.")]
    [DataRow("MemoryGb", "8.5", "MATTER2061", "Lower MemoryGb, or raise 'memory_gb' of the backend in operators.yaml.")]
    [DataRow("Cores", "5", "MATTER2061", "Lower Ranks or Cores, or raise 'cores' of the backend in operators.yaml.")]
    [DataRow("Uses", "licence*0", "MATTER2005", null)]
    [DataRow("Uses", "licence*-1", "MATTER2005", null)]
    [DataRow("Uses", "licence*", "MATTER2005", null)]
    [DataRow("Uses", "licence;licence*2", "MATTER2005", null)]
    public void Plain_build_refuses_a_task_that_can_never_start(string metadata, string value, string code, string? remedy)
    {
        Wire("gpus: 2, memory_gb: 8, cores: 4", "defaults: { resources: { licence: 2 } }\n");
        _world.Task("t", "true", (metadata, value));

        Assert.IsFalse(ValidateCommand.Execute(_world.Context(), _world.Source()).Success);

        var problem = _world.Reported.First();
        Assert.AreEqual(code, problem.Code.Code, problem.Message);
        if (remedy is not null)
        {
            Assert.AreEqual(remedy, problem.Remedy);
        }

        Assert.IsFalse(_world.Init(), "no run is created");
    }

    [TestMethod]
    public void A_budget_is_in_no_hash()
    {
        var hashes = new List<string?>();
        foreach (var (keys, defaults) in new[] { ("", ""), ("gpus: 2, memory_gb: 8", "defaults: { resources: { licence: 2 } }\n") })
        {
            Wire(keys, defaults);
            _world.Task("t", "true");
            Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }), string.Join("; ", _world.Reported));
            hashes.AddRange(_world.Query("SELECT operator_sha256 FROM attempts"));
        }

        Assert.AreEqual(hashes[0], hashes[1]);
    }

    // Fails if another such command runs at the same time.
    private string Alone => $"mkdir '{_world.In("one")}' && sleep 0.05 && rmdir '{_world.In("one")}'";

    private void Wire(string keys, string defaults = "") =>
        _world.Write(
            "campaign/operators.yaml",
            $"{defaults}operators:\n  local.default: {{ kind: local, backend: {{ type: local{(keys.Length > 0 ? ", " + keys : "")} }} }}\n"
        );

    private string Devices(string task) => File.ReadAllText(_world.Attempt(task + "@1/work/devices")).TrimEnd('\n');
}
