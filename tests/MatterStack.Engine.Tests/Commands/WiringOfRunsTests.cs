using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>Wiring as it drives runs: who runs what, what an override does to attempts under way, and what the store can say
/// afterwards.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class WiringOfRunsTests : IDisposable
{
    private const string First = "operators:\n  local.default: { kind: local, max_concurrent: 3 }\n  local.old: { kind: local }\n";
    private const string Second = "operators:\n  local.default: { kind: local, max_concurrent: 4 }\n";
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void An_attempt_keeps_the_wiring_that_submitted_it_also_when_its_key_is_gone_from_the_new_one()
    {
        var gate = _world.In("gate");
        _world.Write("campaign/operators.yaml", First);
        _world
            .Task("a", $"{CommandWorld.WaitFor(gate)}; echo 1 > o", ("OperatorKey", "local.old"), ("Outputs", "o"))
            .Task("b", "cat deps/a/o", ("DependsOn", "a"));
        Assert.IsTrue(_world.Step());

        Assert.IsTrue(_world.Step(Override(Second, "the old one is gone")));
        Assert.AreEqual("a=RUNNING b=PENDING", _world.States());
        File.WriteAllText(gate, "");
        _world.UntilExited("a@1");
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("a=COMPLETED b=COMPLETED", _world.States());
        Assert.AreEqual(
            $"a {Hash(First)} b {Hash(Second)}",
            string.Join(' ', _world.Query("SELECT task_id || ' ' || wiring_sha256 FROM attempts ORDER BY seq"))
        );
        Assert.AreEqual(
            $"{Hash(First)} {Hash(Second)}",
            string.Join(' ', _world.Query("SELECT sha256 FROM run_inputs WHERE kind = 'operators_config' ORDER BY rowid"))
        );
    }

    [TestMethod]
    public void Ready_tasks_whose_key_is_gone_fail_with_the_keys_there_are()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true", ("OperatorKey", "local.old")).Task("b", "true", ("DependsOn", "a"));
        Assert.IsTrue(_world.Init());

        Assert.IsFalse(_world.Loop(Override(Second, "why not")));

        Assert.AreEqual("a=FAILED b=SKIPPED", _world.States());
        StringAssert.Contains(
            _world.Query("SELECT reason FROM tasks WHERE task_id = 'a'").Single(),
            "no operator 'local.old'; it has local.default"
        );
    }

    [TestMethod]
    public void An_override_is_refused_unless_forced_and_leaves_the_run_as_it_was_and_a_trace()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        var snapshot = File.ReadAllBytes(Path.Combine(_world.Run.WiringSnapshotFolder, "operators.yaml"));

        Assert.IsFalse(_world.Step(Override(Second, "try", force: false)));

        Assert.AreEqual(WiringCodes.OverrideRefused, _world.Reported.Single().Code);
        StringAssert.Contains(_world.Reported.Single().Message, Hash(First));
        StringAssert.Contains(_world.Reported.Single().Message, Hash(Second));
        CollectionAssert.AreEqual(snapshot, File.ReadAllBytes(Path.Combine(_world.Run.WiringSnapshotFolder, "operators.yaml")));
        Assert.AreEqual("a=READY", _world.States());
        Assert.AreEqual("PENDING", _world.Query("SELECT state FROM runs").Single());
        Assert.AreEqual(
            "WIRING_PERSISTED WIRING_OVERRIDE_REFUSED",
            string.Join(' ', _world.Query("SELECT kind FROM events WHERE kind LIKE 'WIRING_%' ORDER BY seq"))
        );
    }

    [TestMethod]
    public void The_same_meaning_in_another_form_is_no_override()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());

        Assert.IsTrue(
            _world.Step(Override("# the same\noperators:\n  local.old: {}\n  local.default:\n    max_concurrent: 3\n", null, force: false))
        );
        Assert.AreEqual(Hash(First), _world.Query("SELECT wiring_sha256 FROM attempts").Single());
    }

    [TestMethod]
    public void The_wiring_of_an_ended_run_is_not_replaced_even_by_force()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());

        Assert.IsFalse(_world.Loop(Override(Second, "late")));
        Assert.AreEqual(WiringCodes.OverrideOfEndedRun, _world.Reported.Single().Code);
    }

    [TestMethod]
    public void A_snapshot_that_was_removed_is_not_taken_for_a_run_without_wiring()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        Directory.Delete(_world.Run.WiringSnapshotFolder, recursive: true);

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(WiringCodes.Tampered, _world.Reported.Single().Code);
        Assert.AreEqual("a=READY", _world.States());
    }

    [TestMethod]
    public void A_local_operator_with_a_root_of_its_own_works_there_and_brings_outputs_back()
    {
        _world.Write(
            "campaign/operators.yaml",
            $"operators:\n  local.default: {{ kind: local, backend: {{ type: local, workspace_root: '{_world.In("scratch a")}' }} }}\n"
                + $"  local.b: {{ kind: local, backend: {{ type: local, workspace_root: ../scratch-b }} }}\n"
        );
        _world.Write("campaign/in.txt", "7");
        _world
            .Task(
                "a",
                "pwd > where.txt; cp in.txt d.txt; mkdir sub; echo x > sub/x; echo junk > junk",
                ("Files", "in.txt"),
                ("Outputs", "where.txt;d.txt;sub")
            )
            .Task("b", "pwd > where.txt; cat deps/a/d.txt", ("OperatorKey", "local.b"), ("DependsOn", "a"), ("Outputs", "where.txt"))
            .Task("c", "false", ("AllowFailure", "true"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        StringAssert.StartsWith(File.ReadAllText(_world.Attempt("a@1/work/where.txt")), _world.In("scratch a"));
        StringAssert.StartsWith(File.ReadAllText(_world.Attempt("b@1/work/where.txt")), _world.In("scratch-b"));
        Assert.AreEqual("x\n", File.ReadAllText(_world.Attempt("a@1/work/sub/x")));
        Assert.IsFalse(File.Exists(_world.Attempt("a@1/work/junk")));
        Assert.AreEqual("7", File.ReadAllText(_world.Attempt("b@1/stdout.log")));
        Assert.AreEqual(
            "c@1",
            string.Join(' ', Directory.GetDirectories(Path.Combine(_world.In("scratch a"), _world.Run.Id.Value)).Select(Path.GetFileName))
        );
    }

    [TestMethod]
    public void Each_operator_has_a_limit_of_its_own()
    {
        _world.Write(
            "campaign/operators.yaml",
            "operators:\n  local.default: { kind: local, max_concurrent: 1 }\n  local.wide: { kind: local, max_concurrent: 2 }\n"
        );
        var open = _world.In("open");
        foreach (
            var (id, key) in new[]
            {
                ("n1", "local.default"),
                ("n2", "local.default"),
                ("w1", "local.wide"),
                ("w2", "local.wide"),
                ("w3", "local.wide"),
            }
        )
        {
            _world.Task(id, CommandWorld.WaitFor(open), ("OperatorKey", key));
        }

        Assert.IsTrue(_world.Step());
        Assert.AreEqual("n1=RUNNING n2=READY w1=RUNNING w2=RUNNING w3=READY", _world.States());
        File.WriteAllText(open, "");
        Assert.IsTrue(_world.Loop());
    }

    [TestMethod]
    public void A_changed_workspace_default_is_mentioned_once_and_changes_nothing()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true").Task("b", "true", ("DependsOn", "a"));
        Assert.IsTrue(_world.Step());
        _world.Write("campaign/operators.yaml", "not: [valid");
        _world.UntilExited("a@1");
        Assert.IsTrue(_world.Step());
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual(WiringCodes.Drifted, _world.Reported.Single().Code);
        Assert.AreEqual(Hash(First), _world.Query("SELECT DISTINCT wiring_sha256 FROM attempts").Single());
    }

    [TestMethod]
    public void Differences_are_reported_per_operator_and_field()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        _world.Write("campaign/operators.yaml", Second);

        var items = WiringDiffCommand.Execute(_world.Context()).Items;

        Assert.AreEqual("local.default max_concurrent|local.old (operator)", string.Join('|', items.Select(i => i.Identity)));
        Assert.AreEqual(
            ("3", "4", "false"),
            (items[0].Metadata["before"], items[0].Metadata["after"], items[0].Metadata["affects_results"])
        );
    }

    [TestMethod]
    public void Runs_are_found_by_the_wiring_they_ran_on()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        _world.Write("campaign/operators.yaml", Second);
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }));

        var found = ListRunsCommand.Execute(_world.Context(new RunArguments { WiringHash = Hash(First)[..10] })).Items;

        Assert.AreEqual(Hash(First), found.Single().Metadata["wiring_sha256"]);
        Assert.HasCount(2, ListRunsCommand.Execute(_world.Context()).Items);
    }

    [TestMethod]
    public void Explain_and_status_have_the_wiring_line()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        var line = $"Operator wiring: source=workspace_default, sha256={Hash(First)}, snapshot=operators_snapshot/operators.yaml";

        Assert.IsTrue(ExplainCommand.Execute(_world.Context()).Success);
        CollectionAssert.Contains(_world.Said, line);
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        CollectionAssert.Contains(_world.Said, "  " + line);
    }

    [TestMethod]
    public void A_run_wired_by_a_legacy_file_continues_after_that_file_is_gone()
    {
        var legacy = _world.Write(
            "site/hpc.yaml",
            "cluster:\n  ssh: { host: login, user: alice }\n  paths: { remote_workspace: /scratch/alice }\n  slurm: { partition: amilan }\n"
        );
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init(new RunArguments { HpcConfig = legacy }), string.Join("; ", _world.Reported));
        File.Delete(legacy);

        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("legacy_hpc_yaml", _world.Query("SELECT source FROM run_inputs WHERE kind = 'operators_config'").Single());
    }

    [TestMethod]
    public void The_variable_does_not_matter_once_a_run_is_wired_even_if_it_names_nothing()
    {
        _world.Write("campaign/operators.yaml", First);
        _world.Task("a", "true");
        Assert.IsTrue(_world.Init());
        File.Delete(_world.In("campaign/operators.yaml"));

        Assert.IsTrue(_world.Loop(new RunArguments { EnvironmentConfig = "/nowhere/operators.yaml" }));
    }

    private RunArguments Override(string yaml, string? reason, bool force = true) =>
        new()
        {
            OperatorsConfig = _world.Write("other/operators.yaml", yaml),
            ForceWiringOverride = force,
            OverrideReason = reason,
        };

    private static string Hash(string yaml) => Sha256.ComputeTextHash(yaml).Hex;
}
