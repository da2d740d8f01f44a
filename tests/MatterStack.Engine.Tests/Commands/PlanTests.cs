using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A plan says what the next loop does.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class PlanTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public PlanTests()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        _world.Write("campaign/a.txt", "1\n");
        _world
            .Task("a", "cat a.txt > a.out", ("Files", "a.txt"), ("Outputs", "a.out"), ("TimeLimitMinutes", "30"), ("Cores", "2"))
            .Task("b", "cat deps/a/a.out > b.out", ("DependsOn", "a"), ("Outputs", "b.out"), ("TimeLimitMinutes", "60"))
            .Task("c", "cat deps/b/b.out", ("DependsOn", "b"));
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Without_a_run_the_first_task_runs_and_the_others_wait_for_its_outputs()
    {
        var plan = Plan();

        Assert.AreEqual("a=run/MISS b=unknown/WAITS c=unknown/WAITS", Actions(plan));
        Assert.AreEqual("never run: no earlier result of it is known", Item(plan, "a")["why"]);
        Assert.AreEqual("a", Item(plan, "b")["waits_for"]);
        Assert.AreEqual("waits for outputs of b; then it runs", Item(plan, "c")["why"]);
        Assert.AreEqual("1", Summary(plan)["core_hours"]);
        Assert.AreEqual("2", Summary(plan)["max_core_hours"]);
        Assert.AreEqual("1", Summary(plan)["without_time_limit"]);
        Assert.IsFalse(Directory.Exists(_world.Workspace.RunsDirectory));
        Assert.Contains("no run yet", _world.Said[0]);
    }

    [TestMethod]
    public void A_chain_of_known_results_is_followed_to_its_end()
    {
        Assert.IsTrue(_world.Loop());
        var run = _world.Run.Id;

        var plan = Plan(new() { NewRun = true });

        Assert.AreEqual("a=known/CACHED b=known/CACHED c=run/NOT_CACHEABLE", Actions(plan));
        Assert.Contains($"of run {run}", Item(plan, "b")["origin"]);
        Assert.AreEqual("not cacheable: no Outputs", Item(plan, "c")["why"]);
    }

    [TestMethod]
    public void The_new_part_of_the_fingerprint_is_named()
    {
        Assert.IsTrue(_world.Loop());
        _world.Write("campaign/a.txt", "2\n");

        var plan = Plan();

        Assert.AreEqual("a=run/MISS b=unknown/WAITS c=unknown/WAITS", Actions(plan));
        Assert.StartsWith("file a.txt changed (", Item(plan, "a")["why"]);
        Assert.EndsWith($"compared with run {_world.Run.Id}", Item(plan, "a")["why"]);
        Assert.IsTrue(_world.Said.Exists(line => line.Contains("the campaign has changed", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_fresh_clone_compares_with_the_cache()
    {
        Assert.IsTrue(_world.Loop());
        var run = _world.Run.Id;
        Directory.Delete(_world.Workspace.RunsDirectory, recursive: true);
        _world.Write("campaign/a.txt", "2\n");

        var plan = Plan();

        Assert.StartsWith("file a.txt changed (", Item(plan, "a")["why"]);
        Assert.EndsWith($"compared with run {run}", Item(plan, "a")["why"]);
    }

    [TestMethod]
    public void An_ended_run_of_the_same_campaign_has_nothing_to_do()
    {
        Assert.IsTrue(_world.Loop());

        var plan = Plan();

        Assert.AreEqual("a=known/RECORDED b=known/RECORDED c=known/RECORDED", Actions(plan));
        Assert.AreEqual("this run, attempt 1", Item(plan, "a")["origin"]);
        Assert.Contains("the next Loop does nothing", _world.Said[^5]);
    }

    [TestMethod]
    public void A_failed_run_says_what_failed_and_what_was_skipped()
    {
        _world.Task("a", "exit 3", ("Outputs", "a.out"));
        Assert.IsFalse(_world.Loop());

        var plan = Plan();

        Assert.AreEqual("b=none/ENDED c=none/ENDED a=none/ENDED", Actions(plan));
        Assert.Contains("it failed", Item(plan, "a")["why"]);
    }

    [TestMethod]
    public void A_selection_shows_the_selected_tasks_and_what_they_need()
    {
        var plan = Plan(new() { Select = TaskSelection.Parse("b").Value });

        Assert.AreEqual("a=run/MISS b=unknown/WAITS c=none/NOT_SELECTED", Actions(plan));
    }

    [TestMethod]
    public void A_selection_without_tasks_names_near_misses()
    {
        Assert.IsFalse(_world.Plan(new() { Select = TaskSelection.Parse("d").Value }).Success);
        Assert.AreEqual(SelectionCodes.NotUsable, _world.Reported.Single().Code);
    }

    [TestMethod]
    public void More_core_hours_than_allowed_are_an_error_and_tasks_without_a_limit_are_named()
    {
        Assert.IsFalse(_world.Plan(new() { MaxCoreHours = 1.9 }).Success);

        Assert.AreEqual(RunCodes.TooManyCoreHours, _world.Reported.Single().Code);
        Assert.Contains("at most 2 core-hours, and MaxCoreHours is 1.9", _world.Reported.Single().Message);
        Assert.IsTrue(_world.Said.Exists(line => line.Contains("1 task without a time limit is unknown", StringComparison.Ordinal)));
        Assert.IsTrue(_world.Plan(new() { MaxCoreHours = 2 }).Success);
    }

    [TestMethod]
    public void A_task_that_cannot_start_is_skipped_with_its_dependents_and_requests_nothing()
    {
        _world.Task("a", "true", ("Cores", "99"), ("Outputs", "a.out"), ("TimeLimitMinutes", "30"));

        var plan = Plan();

        Assert.AreEqual("b=none/DEPENDENCY_ENDS c=none/DEPENDENCY_ENDS a=none/CANNOT_START", Actions(plan));
        Assert.Contains("needs 99 cores, its operator has 8", Item(plan, "a")["why"]);
        Assert.AreEqual("0", Summary(plan)["max_core_hours"]);
    }

    [TestMethod]
    public void Errors_of_the_campaign_are_those_of_a_plain_build()
    {
        _world.Task("b", "true", ("DependsOn", "nobody"), ("OperatorKey", "local.none"));
        Assert.IsFalse(_world.Plan().Success);
        var planned = _world.Reported.Select(p => p.ToString()).ToList();
        _world.Reported.Clear();

        Assert.IsFalse(MatterStack.Engine.Commands.ValidateCommand.Execute(_world.Context(), _world.Source()).Success);

        CollectionAssert.AreEqual(_world.Reported.Select(p => p.ToString()).ToList(), planned);
        Assert.IsNotEmpty(planned);
    }

    [TestMethod]
    public void A_task_whose_files_are_missing_is_an_error_with_the_file()
    {
        File.Delete(_world.In("campaign/a.txt"));

        Assert.IsFalse(_world.Plan().Success);
        Assert.Contains("a.txt", _world.Reported.Single().Message);
    }

    [TestMethod]
    public void An_unreadable_or_incomplete_cache_entry_is_executed_and_stays()
    {
        Assert.IsTrue(_world.Loop());
        foreach (var entry in Directory.EnumerateFiles(_world.In("cache/entries"), "*", SearchOption.AllDirectories))
        {
            File.WriteAllText(entry, "x");
        }

        var before = FolderSnapshot.Read(_world.Folder);
        var plan = Plan(new() { NewRun = true });

        Assert.AreEqual("a=run/DAMAGED b=unknown/WAITS c=unknown/WAITS", Actions(plan));
        Assert.AreEqual(before, FolderSnapshot.Read(_world.Folder));
    }

    [TestMethod]
    public void A_result_whose_file_is_gone_from_the_cache_is_executed()
    {
        Assert.IsTrue(_world.Loop());
        Directory.Delete(_world.In("cache/blobs"), recursive: true);

        Assert.AreEqual("a=run/DAMAGED b=unknown/WAITS c=unknown/WAITS", Actions(Plan(new() { NewRun = true })));
    }

    [TestMethod]
    public void A_task_that_a_person_asked_for_again_runs_although_its_result_is_known()
    {
        Assert.IsTrue(_world.Loop());
        Assert.IsTrue(
            MatterStack
                .Engine.Commands.RequestCommand.Execute(
                    _world.Context(new() { TaskId = "b" }),
                    MatterStack.Engine.Lifecycle.Model.RequestKind.Rerun,
                    CancellationToken.None
                )
                .Success
        );

        var plan = Plan();

        Assert.AreEqual("run/FORCED", Actions(plan).Split(' ')[1][2..]);
        Assert.AreEqual("a=known/RECORDED", Actions(plan).Split(' ')[0]);
    }

    [TestMethod]
    public void Expected_hours_come_from_earlier_attempts_of_the_same_tasks()
    {
        Assert.IsTrue(_world.Loop());

        var plan = Plan(new() { NewRun = true });

        var row = plan.Items.Single(item => item.Metadata["item"] == "operator").Metadata;
        Assert.AreEqual("1", row["expected_tasks"]);
        Assert.IsTrue(_world.Said.Exists(line => line.Contains("from earlier attempts of the same tasks", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_task_that_was_never_executed_takes_as_long_as_tasks_that_are_like_it()
    {
        _world.Task("e_1", "sleep 0.01; echo 1 > out", ("Outputs", "out"), ("TimeLimitMinutes", "60"));
        Assert.IsTrue(_world.Loop());
        _world.Task("e_2", "sleep 0.01; echo 2 > out", ("Outputs", "out"), ("TimeLimitMinutes", "60"));

        var plan = Plan();

        var row = plan.Items.Single(item => item.Metadata["item"] == "operator").Metadata;
        Assert.AreEqual("2", row["expected_tasks"], "c, and e_2 like e_1");
        Assert.AreEqual("1", row["expected_from_others"]);
    }

    [TestMethod]
    public void A_campaign_class_plans_its_first_iteration_and_the_rest_is_said_to_be_unknown()
    {
        var loader = new CampaignInMemory(() => new Waves());
        _world.Class(loader);

        var plan = Plan();

        Assert.AreEqual("a=run/MISS b=unknown/WAITS c=unknown/WAITS w0=run/NOT_CACHEABLE", Actions(plan));
        Assert.IsTrue(_world.Said.Exists(line => line.Contains("not known until it has ended", StringComparison.Ordinal)));
        Assert.AreEqual(1, loader.Asked);
    }

    [TestMethod]
    public void Scripts_show_one_script_of_each_shape_and_no_value_of_a_secret()
    {
        var plan = Plan(new() { Scripts = true });

        var scripts = plan.Items.Where(item => item.Metadata["item"] == "script").ToList();
        Assert.AreEqual("a b c", string.Join(' ', scripts.Select(script => script.Identity)));
        Assert.Contains("cat a.txt > a.out", scripts[0].Metadata["script"]);
        Assert.AreEqual("run.sh", scripts[0].Metadata["file"]);
        Assert.IsTrue(_world.Said.Exists(line => line.Contains("| cat a.txt > a.out", StringComparison.Ordinal)));
    }

    private CommandResult Plan(RunArguments? arguments = null)
    {
        var plan = _world.Plan(arguments);
        Assert.IsTrue(plan.Success, string.Join("; ", _world.Reported));
        return plan;
    }

    private static IReadOnlyDictionary<string, string> Summary(CommandResult plan) => plan.Items[0].Metadata;

    private static IReadOnlyDictionary<string, string> Item(CommandResult plan, string task) =>
        plan.Items.Single(item => item.Metadata["item"] == "task" && item.Identity == task).Metadata;

    private static string Actions(CommandResult plan) =>
        string.Join(
            ' ',
            plan.Items.Where(item => item.Metadata["item"] == "task")
                .Select(item => $"{item.Identity}={item.Metadata["action"]}/{item.Metadata["cause"]}")
        );

    private sealed class Waves : Campaign<Waves.Counter>
    {
        public override Workflow? Plan(Counter? state) =>
            state?.Done >= 2 ? null : [new() { Id = $"w{state?.Done ?? 0}", Command = "true" }];

        public override Counter Analyze(Counter? state, TaskResults results) => new((state?.Done ?? 0) + 1);

        public sealed record Counter(int Done);
    }
}
