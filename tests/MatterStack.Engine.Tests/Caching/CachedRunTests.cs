using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Caching;

/// <summary>What is known is not computed again; what has changed is, with all that depends on it.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CachedRunTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public CachedRunTests()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        _world.Write("campaign/a.txt", "1\n");
        Declare(_world);
    }

    private string Log => _world.In("executed");

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_second_run_executes_nothing_and_has_the_same_outputs()
    {
        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));
        var outputs = Outputs();
        Assert.AreEqual("a b c d", Executed());

        Assert.IsTrue(Again(), string.Join("; ", _world.Reported));

        Assert.AreEqual("d", Executed(), "it declares no outputs");
        Assert.AreEqual("a=COMPLETED b=COMPLETED c=COMPLETED d=COMPLETED", _world.States());
        CollectionAssert.AreEqual(outputs, Outputs());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run), string.Join("; ", RunChecker.CheckFolder(_world.Run)));
        Assert.IsEmpty(_world.Reported);
        Assert.AreEqual("1\n", File.ReadAllText(_world.Attempt("b@1/work/b.txt")));
        Assert.AreEqual("""{"n": 1}""", _world.Query("SELECT results FROM attempts WHERE task_id = 'c'").Single());
    }

    [TestMethod]
    public void A_hit_names_run_attempt_and_fingerprint_and_was_never_submitted()
    {
        Assert.IsTrue(_world.Loop());
        var (run, attempt) = (_world.Run.Id, _world.Query("SELECT attempt_id FROM attempts WHERE task_id = 'b'").Single());

        Assert.IsTrue(Again());

        var fingerprint = _world
            .Query("SELECT fingerprint FROM fingerprints f JOIN attempts a ON a.attempt_id = f.attempt_id WHERE task_id = 'b'")
            .Single();
        Assert.AreEqual($"{run}/{attempt}/{fingerprint}", _world.Query("SELECT cached_from FROM attempts WHERE task_id = 'b'").Single());
        Assert.IsNull(_world.Query("SELECT submitted_at_utc FROM attempts WHERE task_id = 'b'").Single());
        Assert.IsFalse(File.Exists(_world.Attempt("b@1/run.sh")));
        Assert.AreEqual("said by b\n", File.ReadAllText(_world.Attempt("b@1/original.stdout.log")));
    }

    [TestMethod]
    public void A_change_of_one_input_executes_its_cone_and_no_more()
    {
        Assert.IsTrue(_world.Loop());
        Executed();
        _world.Write("campaign/a.txt", "2\n");

        Assert.IsTrue(Again());
        Assert.AreEqual("a b d", Executed());

        // Its content was computed before.
        _world.Write("campaign/a.txt", "1\n");
        Assert.IsTrue(Again());
        Assert.AreEqual("d", Executed());
    }

    [TestMethod]
    public void An_ended_run_whose_campaign_has_changed_is_followed_by_one_with_hits()
    {
        Assert.IsTrue(_world.Loop());
        Executed();
        _world.Task("e", $"echo e >> '{Log}'; cat deps/c/results.json > e.txt", ("DependsOn", "c"), ("Outputs", "e.txt"));

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("d e", Executed());
        Assert.AreEqual("3", _world.Query("SELECT CAST(count(*) AS TEXT) FROM attempts WHERE cached_from IS NOT NULL").Single());
    }

    [TestMethod]
    public void A_rerun_computes_again_and_what_it_gives_takes_the_place_of_what_is_known()
    {
        _world.Write("outside", "1");
        _world.Task(
            "c",
            $$"""echo c >> '{{Log}}'; printf '{"n": %s}' $(cat '{{_world.In("outside")}}') > results.json""",
            ("Outputs", "results.json")
        );
        Assert.IsTrue(_world.Loop());
        _world.Write("outside", "2");
        Executed();

        Assert.IsTrue(
            RequestCommand
                .Execute(_world.Context(new RunArguments { TaskId = "c", Downstream = true }), RequestKind.Rerun, CancellationToken.None)
                .Success
        );
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("c d", Executed());
        Assert.AreEqual(CacheCodes.NotReproducible, _world.Reported.Single().Code);
        StringAssert.Contains(Explained("c"), "ran because: it was asked for again");

        Assert.IsTrue(Again());
        Assert.AreEqual("""{"n": 2}""", _world.Query("SELECT results FROM attempts WHERE task_id = 'c'").Single());
        Assert.AreEqual("d", Executed());
    }

    [TestMethod]
    public void A_failure_is_not_kept_and_a_revived_run_may_have_hits()
    {
        _world.Task(
            "b",
            $"echo b >> '{Log}'; cat deps/a/a.out > b.txt; [ -e '{_world.In("mended")}' ]",
            ("DependsOn", "a"),
            ("Outputs", "b.txt")
        );
        Assert.IsFalse(_world.Loop());
        Assert.IsFalse(Again());
        Assert.AreEqual("a b b c", Executed());
        var failed = _world.Run;
        _world.Write("mended", "");
        Assert.IsTrue(Again());
        Assert.AreEqual("b d", Executed());

        Assert.IsTrue(
            RequestCommand
                .Execute(_world.Context(new RunArguments { RunId = failed.Id.Value }), RequestKind.Revive, CancellationToken.None)
                .Success
        );
        Assert.IsTrue(_world.Loop(new RunArguments { RunId = failed.Id.Value }));
        Assert.AreEqual("d", Executed());
    }

    [TestMethod]
    public void What_may_only_be_read_is_not_changed_and_what_is_off_is_not_looked_at()
    {
        _world.Cache = _world.Cache! with { Mode = CacheMode.Read };
        Assert.IsTrue(_world.Loop());
        Assert.IsFalse(Directory.Exists(_world.In("cache")));
        _world.Cache = _world.Cache with { Mode = CacheMode.ReadWrite };
        Assert.IsTrue(Again());
        Executed();
        var before = Listed();

        _world.Cache = _world.Cache with { Mode = CacheMode.Read };
        _world.Write("campaign/a.txt", "2\n");
        Assert.IsTrue(Again());
        Assert.AreEqual("a b d", Executed());
        _world.Cache = _world.Cache with { Mode = CacheMode.Off };
        _world.Write("campaign/a.txt", "1\n");
        Assert.IsTrue(Again());
        Assert.AreEqual("a b c d", Executed());
        Assert.IsEmpty(_world.Query("SELECT attempt_id FROM fingerprints"));
        StringAssert.Contains(Explained("a"), "ran because: the cache is off");

        CollectionAssert.AreEqual(before, Listed());
    }

    [TestMethod]
    public void A_task_says_why_it_ran()
    {
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("ran because: no earlier result of it is known", Explained("a"));
        Assert.AreEqual("ran because: it declares no Outputs, so there is no result to keep", Explained("d"));
        var first = _world.Run.Id;
        _world.Write("campaign/a.txt", "2\n");
        _world.Task("c", $$"""echo c >> '{{Log}}'; printf '{"n": 2}' > results.json""", ("Outputs", "results.json"), ("Env", "SEED=1"));
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual($"ran because: file a.txt changed ({Short("1\n")} -> {Short("2\n")}), compared with run {first}", Explained("a"));
        Assert.AreEqual(
            $"ran because: output a.out of a changed ({Short("1\n")} -> {Short("2\n")}), compared with run {first}",
            Explained("b")
        );
        StringAssert.Matches(
            Explained("c"),
            new($"^ran because: command changed \\([0-9a-f]{{8}} -> [0-9a-f]{{8}}\\); environment SEED is new, compared with run {first}$")
        );

        Directory.Delete(_world.In("cache"), recursive: true);
        var second = _world.Run.Id;
        Assert.IsTrue(Again());
        Assert.AreEqual($"ran because: its result was not in the cache; nothing has changed since run {second}", Explained("a"));

        // As in a clone that has no runs: the cache itself is asked.
        Directory.Delete(_world.Workspace.RunsDirectory, recursive: true);
        _world.Write("campaign/a.txt", "3\n");
        Assert.IsTrue(_world.Loop());
        StringAssert.StartsWith(Explained("a"), $"ran because: file a.txt changed ({Short("2\n")} -> {Short("3\n")}), compared with run ");
        StringAssert.StartsWith(Explained("c"), "not executed: it has the result of attempt ");

        string Short(string content) => Engine.Identity.Sha256.ComputeTextHash(content).Hex[..8];
    }

    [TestMethod]
    public void A_result_that_was_taken_from_the_cache_names_the_attempt_that_computed_it_however_often_it_is_taken()
    {
        Assert.IsTrue(_world.Loop());
        var computed = $"{_world.Run.Id}/{_world.Query("SELECT attempt_id FROM attempts WHERE task_id = 'b'").Single()}/";
        Assert.IsTrue(Again());
        Directory.Delete(new RunsFolder(_world.Workspace.RunsDirectory).ListRuns()[0].Path, recursive: true);
        Assert.IsTrue(Again());

        Assert.StartsWith(computed, _world.Query("SELECT cached_from FROM attempts WHERE task_id = 'b'").Single());
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(VerifyEvidenceCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
        Assert.Contains("not executed: cached result of attempt", File.ReadAllText(Path.Combine(_world.Run.EvidenceFolder, "report.md")));
        Assert.Contains("said by b", File.ReadAllText(Path.Combine(_world.Run.EvidenceFolder, "tasks", "b@1", "original.stdout.log")));
    }

    [TestMethod]
    [DataRow("UPDATE attempts SET cached_from = replace(cached_from, '/', '/x') WHERE task_id = 'b'", "names")]
    [DataRow(
        "UPDATE fingerprints SET origin = replace(origin, '\"operator_sha256\":\"', '\"operator_sha256\":\"x')",
        "has the operator hash"
    )]
    [DataRow("UPDATE fingerprints SET parts = parts || parts", "names")]
    [DataRow("UPDATE tasks SET command = 'true' WHERE task_id = 'b'", "has another command")]
    [DataRow("UPDATE fingerprints SET origin = NULL", "its origin is not recorded")]
    public void Records_that_lead_to_another_attempt_are_found(string forgery, string what)
    {
        Assert.IsTrue(_world.Loop() && Again());
        _world.Execute(forgery);

        StringAssert.Contains(string.Join("; ", RunChecker.CheckFolder(_world.Run)), what);
    }

    [TestMethod]
    public void Hits_take_no_capacity_on_their_operator()
    {
        _world.Write(
            "campaign/operators.yaml",
            "defaults: { max_concurrent_global: 1 }\noperators:\n  local.default: { kind: local, max_concurrent: 1 }\n"
        );
        Assert.IsTrue(_world.Loop());
        Executed();
        var gate = _world.In("gate");
        _world.Task("first", CommandWorld.WaitFor(gate));
        Assert.IsTrue(_world.Init());

        Assert.IsTrue(_world.Step());
        Assert.IsTrue(_world.Step());
        Assert.AreEqual("b=COMPLETED", _world.States().Split(' ')[1], "while the only place is taken");
        File.WriteAllText(gate, "");
        Assert.IsTrue(_world.Loop());
    }

    [TestMethod]
    public void Tasks_that_a_class_plans_are_hits_too_and_the_program_counts_only_where_it_is_used()
    {
        var log = Log;
        CommandWorld Classed(string program) =>
            _world.Class(new CampaignInMemory(() => new Planner($"echo u >> '{log}'; echo 1 > out.txt")), program);
        Assert.IsTrue(Classed("one").Loop(), string.Join("; ", _world.Reported));
        Assert.AreEqual("a b c d u", Executed());

        Assert.IsTrue(Again());
        Assert.AreEqual("d", Executed());
        Assert.IsTrue(Classed("two").Loop());
        Assert.AreEqual("d", Executed(), "no command uses {campaign}");
    }

    [TestMethod]
    public void Where_only_some_is_kept_nothing_is_known_of_the_rest()
    {
        _world.Task("c", $$"""echo c >> '{{Log}}'; printf '{"n": 1}' > results.json""", ("Outputs", "results.json"), ("Cache", "false"));
        Assert.IsTrue(_world.Loop());
        Assert.IsTrue(Again());

        Assert.AreEqual("a b c c d d", Executed());
        Assert.AreEqual(
            "a b",
            string.Join(' ', _world.Query("SELECT a.task_id FROM fingerprints f JOIN attempts a ON a.attempt_id = f.attempt_id ORDER BY 1"))
        );
        Assert.AreEqual("ran because: it is kept out of the cache (Cache=\"false\")", Explained("c"));
    }

    [TestMethod]
    public void Two_clones_that_share_a_cache_at_once_both_end_right()
    {
        for (var round = 0; round < 10; round++)
        {
            using var other = new CommandWorld(inMemory: true);
            other.Cache = _world.Cache;
            other.Write("campaign/a.txt", $"{round}\n");
            _world.Write("campaign/a.txt", $"{round}\n");
            Declare(other);
            Parallel.Invoke(() => Assert.IsTrue(Again()), () => Assert.IsTrue(other.Loop()));

            Assert.AreEqual(string.Join('\n', Outputs(_world)), string.Join('\n', Outputs(other)));
            Assert.IsEmpty(_world.Reported.Concat(other.Reported));
            Assert.IsEmpty(RunChecker.CheckFolder(other.Run));
        }
    }

    private bool Again() => _world.Loop(new RunArguments { NewRun = true });

    private string Executed()
    {
        var executed = File.Exists(Log) ? string.Join(' ', File.ReadAllLines(Log).Order()) : "";
        File.Delete(Log);
        return executed;
    }

    private string Explained(string task)
    {
        var explained = ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = task }));
        Assert.IsTrue(explained.Success);
        return explained.Items.Single().Metadata["cause"];
    }

    private List<string> Listed() =>
        [
            .. Directory
                .EnumerateFiles(_world.In("cache"), "*", SearchOption.AllDirectories)
                .Order()
                .Select(f => $"{f} {File.GetLastWriteTimeUtc(f).Ticks}"),
        ];

    private List<string?> Outputs() => Outputs(_world);

    private static List<string?> Outputs(CommandWorld world) =>
        world.Query(
            "SELECT t.task_id || ' ' || path || ' ' || sha256 FROM outputs o JOIN attempts a ON a.attempt_id = o.attempt_id JOIN tasks t "
                + "ON t.task_id = a.task_id ORDER BY t.seq, path"
        );

    private sealed class Planner(string command) : Campaign<int[]>
    {
        public override Workflow? Plan(int[]? state) =>
            state is null
                ?
                [
                    new()
                    {
                        Id = "u",
                        Command = command,
                        Outputs = ["out.txt"],
                        DependsOn = ["c"],
                    },
                ]
                : null;

        public override int[] Analyze(int[]? state, TaskResults results) => [1];
    }

    private void Declare(CommandWorld world) =>
        world
            .Task("a", $"echo a >> '{Log}'; cat a.txt > a.out", ("Files", "a.txt"), ("Outputs", "a.out"))
            .Task("b", $"echo b >> '{Log}'; cat deps/a/a.out > b.txt; echo said by b", ("DependsOn", "a"), ("Outputs", "b.txt"))
            .Task("c", $$"""echo c >> '{{Log}}'; printf '{"n": 1}' > results.json""", ("Outputs", "results.json"))
            .Task("d", $"echo d >> '{Log}'", ("DependsOn", "b;c"));
}
