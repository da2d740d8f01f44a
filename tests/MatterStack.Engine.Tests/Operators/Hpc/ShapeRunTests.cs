using System.Text.Json.Nodes;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Evidence;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What commands, records and pages say about shapes and about what attempts were given.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ShapeRunTests
{
    // More than one rank needs a launcher.
    private const string Launcher = "launchers: { mpi: env A=1 }\n";

    [TestMethod]
    public void A_command_on_this_machine_sees_its_shape_and_nothing_that_is_not_known()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Write("campaign/operators.yaml", Launcher + "operators: { local.default: { kind: local } }");
        world
            .Task(
                "all",
                "{launch} env > seen",
                ("Ranks", "3"),
                ("Cores", "2"),
                ("MemoryGb", "1.5"),
                ("Gpus", "0"),
                ("TimeLimitMinutes", "2"),
                ("Env", "COLOUR=red")
            )
            .Task("none", "env > seen")
            .Task("own", "env > seen", ("Cores", "2"), ("Env", "OMP_NUM_THREADS=7"));

        Assert.IsTrue(world.Loop(), string.Join("; ", world.Reported));

        AssertSeen(
            world,
            "all",
            "MATTERSTACK_NODES=1",
            "MATTERSTACK_RANKS=3",
            "MATTERSTACK_CORES=2",
            "MATTERSTACK_MEMORY_GB=1.5",
            "MATTERSTACK_GPUS=0",
            "MATTERSTACK_TIME_LIMIT_SECONDS=120",
            "OMP_NUM_THREADS=2"
        );
        AssertSeen(
            world,
            "none",
            "MATTERSTACK_NODES=1",
            "MATTERSTACK_RANKS=1",
            "MATTERSTACK_CORES=1",
            "MATTERSTACK_GPUS=0",
            "OMP_NUM_THREADS=1"
        );
        CollectionAssert.Contains(File.ReadAllLines(world.Attempt("own@1/work/seen")), "OMP_NUM_THREADS=7");
        Assert.AreEqual("6", world.Query("SELECT CAST(cores AS TEXT) FROM tasks WHERE task_id = 'all'").Single());
    }

    [TestMethod]
    public void Ranks_times_cores_count_against_the_cores_of_this_machine()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Write("campaign/operators.yaml", Launcher + "operators: { local.default: { kind: local } }");
        world.Task("wide", "{launch} true", ("Ranks", "3"), ("Cores", "3"));

        Assert.IsFalse(world.Loop());

        StringAssert.Contains(world.Query("SELECT reason FROM tasks").Single(), "needs 9 cores, its operator has 8");
    }

    [TestMethod]
    public void More_than_one_node_is_refused_before_there_is_a_run()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Write("campaign/operators.yaml", Launcher + "operators: { local.default: { kind: local } }");
        world.Task("wide", "{launch} true", ("Nodes", "2"), ("Ranks", "2"));

        Assert.IsFalse(world.Init());

        Assert.Contains("it asks for 2 nodes, and 'local.default' has one machine", world.Reported.Single().Message);
    }

    [TestMethod]
    public void What_a_killed_script_leaves_in_the_place_for_temporary_files_is_removed()
    {
        using var world = new CommandWorld(inMemory: true);
        var place = Directory.CreateDirectory(world.In("scratch")).FullName;
        world.Write("campaign/operators.yaml", $"operators: {{ local.default: {{ backend: {{ type: local, tmpdir: {place} }} }} }}");
        world.Task("a", "touch \"$TMPDIR/x\"; kill -s KILL 0");

        Assert.IsFalse(world.Loop());

        Assert.AreEqual("SIGNAL", world.Query("SELECT end_cause FROM attempts").Single());
        StringAssert.StartsWith(File.ReadAllText(world.Attempt("a@1/tmpdir")), place + "/ms-");
        Assert.IsEmpty(Directory.GetFileSystemEntries(place));
    }

    [TestMethod]
    public void The_template_for_a_person_has_the_shape()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Write("campaign/operators.yaml", Launcher + "operators: { manual_hpc.default: { kind: manual_hpc } }");
        world.Task(
            "a",
            "{launch} run",
            ("OperatorKey", "manual_hpc.default"),
            ("Nodes", "2"),
            ("Ranks", "8"),
            ("Cores", "4"),
            ("MemoryGb", "16"),
            ("Gpus", "2"),
            ("GpuType", "a100"),
            ("TimeLimitMinutes", "90")
        );

        Assert.IsTrue(world.Step(), string.Join("; ", world.Reported));

        CommandWorld.Until(() => world.Step() && File.Exists(world.Attempt("a@1/job_template.sh")), "the template");
        var template = File.ReadAllText(world.Attempt("a@1/job_template.sh"));
        StringAssert.Contains(template, "# asks for 2 nodes, 8 ranks of 4 cores, 16 GiB per node, 2 GPUs (a100), 90 min\n");
        StringAssert.Contains(template, "export MATTERSTACK_NODES='2'\nexport MATTERSTACK_RANKS='8'\nexport MATTERSTACK_CORES='4'\n");
        StringAssert.Contains(template, ": \"${OMP_NUM_THREADS:=4}\"; export OMP_NUM_THREADS\n");
    }

    [TestMethod]
    public void What_an_attempt_was_given_is_recorded_once_with_its_reason_and_shown_everywhere()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Host = world.Host with { Operators = (_, report) => new Placing(report) };
        world.Write("campaign/operators.yaml", Launcher + "operators: { hpc.default: { kind: hpc, backend: { type: slurm } } }");
        world.Task(
            "a",
            "{launch} true",
            ("OperatorKey", "hpc.default"),
            ("Ranks", "4"),
            ("MemoryGb", "2"),
            ("Gpus", "1"),
            ("GpuType", "a100")
        );

        Assert.IsTrue(world.Loop(), string.Join("; ", world.Reported));

        Assert.AreEqual("""{"partition":"short","gpus":["0","1"]}""", world.Query("SELECT given FROM attempts").Single());
        CollectionAssert.AreEqual(
            (string[])["partition short: row 2 of 2 is the first that fits; not tiny (…)", "devices"],
            world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_PLACED' ORDER BY seq")
        );
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run));

        ExplainCommand.Execute(world.Context(new RunArguments { TaskId = "a" }));
        var said = string.Join('\n', world.Said);
        Assert.Contains("asks for 4 ranks of 1 core, 2 GiB, 1 GPU (a100)", said);
        Assert.Contains("partition short: row 2 of 2 is the first that fits; not tiny (…)", said);

        world.Said.Clear();
        var row = AttemptsCommand.Execute(world.Context()).Items.Single();
        Assert.Contains("partition short, GPUs 0 and 1", string.Join('\n', world.Said));
        Assert.AreEqual("short", row.Metadata["partition"]);

        Assert.IsTrue(ExportEvidenceCommand.Execute(world.Context()).Success, string.Join("; ", world.Reported));
        Assert.IsEmpty(EvidenceWorld.Verify(world.Run.EvidenceFolder));
        var crate = File.ReadAllText(Path.Combine(world.Run.EvidenceFolder, "ro-crate-metadata.json"));
        var values = JsonNode.Parse(crate)!["@graph"]!
            .AsArray()
            .Where(entity => entity!["@type"]!.ToJsonString() == "\"PropertyValue\"")
            .Select(entity => $"{entity!["name"]}={entity["value"]}{entity["unitText"]}");
        CollectionAssert.AreEqual(
            (string[])
                [
                    "nodes=1",
                    "ranks=4",
                    "cores per rank=1",
                    "memory per node=2GiB",
                    "GPUs=1",
                    "GPU type=a100",
                    "partition=short",
                    "devices=0, 1",
                ],
            values.ToList()
        );
        Assert.Contains("\"additionalProperty\"", crate);
        var report = File.ReadAllText(Path.Combine(world.Run.EvidenceFolder, "report.md"));
        Assert.Contains("| a | 1 | 4 ranks of 1 core, 2 GiB, 1 GPU (a100) |", report);
        Assert.Contains("(partition short, GPUs 0 and 1)", report);
        var page = File.ReadAllText(Path.Combine(world.Run.EvidenceFolder, "report.html"));
        Assert.Contains("4 ranks of 1 core, 2 GiB, 1 GPU (a100)", page);
        Assert.Contains("partition short, GPUs 0 and 1", page);
    }

    [TestMethod]
    [DataRow("""{"partition":"short"}""", "partition short")]
    [DataRow("""{"partition":"short","gpus":["1"],"later":{"x":[1]}}""", "partition short, GPU 1")]
    [DataRow("""{"gpus":[]}""", "no GPU")]
    [DataRow("{}", "")]
    public void What_was_given_is_read_as_it_was_written(string json, string words)
    {
        var given = GivenResources.Parse(json)!;
        Assert.AreEqual(json, given.ToJson());
        Assert.AreEqual(words, given.Describe());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("[]")]
    [DataRow("{")]
    [DataRow("""{"a":1,"a":2}""")]
    public void A_damaged_text_says_nothing(string json) => Assert.IsNull(GivenResources.Parse(json));

    private static void AssertSeen(CommandWorld world, string task, params string[] expected)
    {
        var seen = File.ReadAllLines(world.Attempt(task + "@1/work/seen"))
            .Where(line =>
                line.StartsWith("OMP_", StringComparison.Ordinal)
                || (
                    line.StartsWith("MATTERSTACK_", StringComparison.Ordinal)
                    && !line.Contains("_ID=", StringComparison.Ordinal)
                    && !line.Contains("_INDEX=", StringComparison.Ordinal)
                    && !line.Contains("OUTER", StringComparison.Ordinal)
                )
            )
            .Order(StringComparer.Ordinal);
        CollectionAssert.AreEqual(expected.Order(StringComparer.Ordinal).ToList(), seen.ToList());
    }

    // Reports each fact twice, as an operator does that finds an attempt again.
    private sealed class Placing(Action<Observation> report) : AttemptOperator
    {
        public override void Observe(IReadOnlyList<AttemptRequest> live) { }

        public override void Start(AttemptRequest request)
        {
            var now = DateTimeOffset.UtcNow;
            for (var i = 0; i < 2; i++)
            {
                report(
                    new Observation.Placed(
                        request.Attempt,
                        now,
                        new GivenResources { Partition = "short" },
                        "partition short: row 2 of 2 is the first that fits; not tiny (…)"
                    )
                );
                report(new Observation.Placed(request.Attempt, now, new GivenResources { Gpus = ["0", "1"] }, "devices"));
            }

            report(new Observation.Started(request.Attempt, now, "7"));
            report(new Observation.Exited(request.Attempt, now, new AttemptEnd { ExitCode = 0 }));
        }

        public override void Cancel(AttemptRequest request, string reason) { }
    }
}
