using MatterStack.Build.Tests.Support;
using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests;

/// <summary>What the targets do and return.</summary>
[TestClass]
public sealed partial class TargetTests
{
    private const string TwoTasks = """
          <ItemGroup>
            <CampaignTask Include="a" Command="echo hello > greeting.txt" Outputs="greeting.txt" />
            <CampaignTask Include="b" DependsOn="a" Command="cat deps/a/greeting.txt" />
          </ItemGroup>
        """;

    private const string FailingTask = """
          <ItemGroup>
            <CampaignTask Include="a" Command="echo broken >&amp;2; exit 3" />
            <CampaignTask Include="b" DependsOn="a" Command="true" />
          </ItemGroup>
        """;

    private static readonly string[] RunColumns = ["run_id", "workspace_slug", "state", "created_at_utc", "definition_sha256"];
    private static readonly string[] AttemptColumns =
    [
        "attempt_id",
        "task_id",
        "attempt_index",
        "state",
        "operator_key",
        "wiring_sha256",
        "operator_sha256",
        "external_id",
        "exit_code",
        "created_at_utc",
        "submitted_at_utc",
        "ended_at_utc",
        "relative_path",
    ];

    [TestMethod]
    public void Plain_build_validates_and_leaves_nothing_behind()
    {
        using var workspace = new TestWorkspace(TwoTasks);

        var answer = workspace.Build("Build").Succeeded();

        StringAssert.Contains(answer.Said, "2 tasks are valid");
        Assert.HasCount(1, Directory.GetFileSystemEntries(workspace.Folder));
    }

    [TestMethod]
    [DataRow("Init")]
    [DataRow("Step")]
    [DataRow("Loop")]
    [DataRow("Status")]
    [DataRow("ExportEvidence")]
    [DataRow("SelfTest")]
    public void A_design_time_build_does_not_touch_runs(string target)
    {
        using var workspace = new TestWorkspace(TwoTasks);

        Assert.AreEqual("MATTER2015", workspace.Build(target, ("DesignTimeBuild", "true")).Failed().Error.Code);

        Assert.HasCount(1, Directory.GetFileSystemEntries(workspace.Folder));
    }

    [TestMethod]
    public void A_design_time_build_of_an_invalid_campaign_is_silent()
    {
        using var workspace = new TestWorkspace("""<ItemGroup><CampaignTask Include="a b" /></ItemGroup>""");

        workspace.Build("Build", ("DesignTimeBuild", "true")).Succeeded();
    }

    [TestMethod]
    [DataRow("Clean")]
    [DataRow("Rebuild")]
    [DataRow("Restore")]
    public void What_every_tool_calls_deletes_no_runs_and_starts_none(string target)
    {
        using var workspace = new TestWorkspace(TwoTasks);
        var run = workspace.Build("Init").Succeeded().Item;
        var before = Snapshot(workspace.Runs);

        workspace.Build(target).Succeeded();

        CollectionAssert.AreEqual(before, Snapshot(workspace.Runs));
        Assert.AreEqual("PENDING", workspace.Build("Status").Succeeded().Item.GetMetadata("state"));
        Assert.IsTrue(Directory.Exists(run.GetMetadata("path")));
    }

    [TestMethod]
    public void Init_makes_a_run_with_its_wiring_and_starts_nothing()
    {
        using var workspace = new TestWorkspace(TwoTasks);

        var run = workspace.Build("Init").Succeeded().Item;

        Has(run, RunColumns);
        Assert.AreEqual("PENDING", run.GetMetadata("state"));
        Assert.AreEqual("2", run.GetMetadata("tasks"));
        var path = run.GetMetadata("path");
        foreach (
            var file in (string[])
                [
                    "state.sqlite",
                    "config.json",
                    "operators_snapshot/operators.yaml",
                    "operators_snapshot/metadata.json",
                    "operators_snapshot/history.jsonl",
                    $"operators_snapshot/by-sha256/{run.GetMetadata("wiring_sha256")}.yaml",
                ]
        )
        {
            Assert.IsTrue(File.Exists(Path.Combine(path, file)), file);
        }

        Assert.HasCount(0, Directory.GetDirectories(Path.Combine(path, "tasks")));
        Assert.HasCount(0, workspace.Build("Attempts").Succeeded().Items);
    }

    [TestMethod]
    public void Loop_returns_the_run_it_has_completed()
    {
        using var workspace = new TestWorkspace(TwoTasks);

        var run = workspace.Build("Loop").Succeeded().Item;

        Has(run, RunColumns);
        Assert.AreEqual("COMPLETED", run.GetMetadata("state"));
        Assert.AreEqual("2", run.GetMetadata("completed"));
        Assert.AreEqual("hello\n", File.ReadAllText(Path.Combine(run.GetMetadata("path"), "tasks", "b@1", "stdout.log")));
    }

    [TestMethod]
    public void Step_returns_the_run_it_has_moved()
    {
        using var workspace = new TestWorkspace(TwoTasks);

        var run = workspace.Build("Step").Succeeded().Item;

        Has(run, RunColumns);
        Assert.AreEqual("RUNNING", run.GetMetadata("state"));
        workspace.Build("Loop").Succeeded();
    }

    [TestMethod]
    public void A_failed_run_fails_the_build_with_task_reason_and_log_and_returns_its_item()
    {
        using var workspace = new TestWorkspace(FailingTask);

        var answer = workspace.Build("Loop").Failed();

        var task = answer.Errors.Single(e => e.Code == "MATTER3008");
        StringAssert.Contains(task.Message, "'a'");
        StringAssert.Contains(task.Message, "exit code 3");
        StringAssert.Contains(task.Message, "broken");
        StringAssert.EndsWith(task.File, Path.Combine("tasks", "a@1", "stderr.log"));
        StringAssert.Contains(answer.Errors.Single(e => e.Code == "MATTER3007").Message, "FAILED");
        var run = workspace.Build("Status").Succeeded().Item;
        Assert.AreEqual("1", run.GetMetadata("failed"));
        Assert.AreEqual("1", run.GetMetadata("skipped"));
        StringAssert.Contains(run.GetMetadata("reason"), "a");
    }

    [TestMethod]
    public void Loop_on_a_failed_run_fails_again_and_names_the_way_out()
    {
        using var workspace = new TestWorkspace(FailingTask);
        workspace.Build("Loop").Failed();

        var again = workspace.Build("Loop").Failed();

        StringAssert.Contains(again.Errors.Single(e => e.Code == "MATTER3007").Message, "-t:Loop");
        Assert.HasCount(1, workspace.Build("ListRuns").Succeeded().Items);
    }

    [TestMethod]
    public void Loop_on_a_completed_run_says_so_and_NewRun_makes_another()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        var first = workspace.Build("Loop").Succeeded().Item.ItemSpec;

        var second = workspace.Build("Loop").Succeeded();
        var third = workspace.Build("Loop", ("NewRun", "true")).Succeeded();

        Assert.AreEqual(first, second.Item.ItemSpec);
        StringAssert.Contains(second.Said, "nothing is left to do");
        Assert.AreNotEqual(first, third.Item.ItemSpec);
        Assert.AreEqual("COMPLETED", third.Item.GetMetadata("state"));
    }

    [TestMethod]
    public void A_trivial_attempt_costs_six_inodes()
    {
        using var workspace = new TestWorkspace("""<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""");

        var run = workspace.Build("Loop").Succeeded().Item;

        CollectionAssert.AreEquivalent(
            (string[])["exit_code", "run.sh", "stderr.log", "stdout.log", "work"],
            Directory
                .GetFileSystemEntries(Path.Combine(run.GetMetadata("path"), "tasks", "a@1"), "*", SearchOption.AllDirectories)
                .Select(Path.GetFileName)
                .ToArray()
        );
    }

    [TestMethod]
    [DataRow("Local")]
    [DataRow("LOCAL.Default")]
    [DataRow(" local.default ")]
    public void An_operator_key_is_trimmed_lowered_and_its_old_names_are_known(string key)
    {
        using var workspace = new TestWorkspace(
            $"""<ItemGroup><CampaignTask Include="a" Command="true" OperatorKey="{key}" /></ItemGroup>"""
        );

        workspace.Build("Loop").Succeeded();

        Assert.AreEqual("local.default", workspace.Build("Attempts").Succeeded().Item.GetMetadata("operator_key"));
    }

    [TestMethod]
    public void ListRuns_lists_all_and_says_so_when_there_is_none()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        StringAssert.Contains(workspace.Build("ListRuns").Succeeded().Said, "-t:Loop starts one");
        workspace.Build("Init").Succeeded();
        workspace.Build("Init").Succeeded();

        var runs = workspace.Build("ListRuns").Succeeded().Items;

        Assert.HasCount(2, runs);
        Has(runs[0], RunColumns);
    }

    [TestMethod]
    [DataRow("Status")]
    [DataRow("Explain")]
    [DataRow("Attempts")]
    [DataRow("ExportEvidence")]
    public void What_needs_a_run_says_that_there_is_none_yet(string target)
    {
        using var workspace = new TestWorkspace(TwoTasks);

        var error = workspace.Build(target).Failed().Error;

        Assert.AreEqual("MATTER3001", error.Code);
        StringAssert.Contains(error.Message, "-t:Loop");
        Assert.IsFalse(Directory.Exists(workspace.Runs));
    }

    [TestMethod]
    public void ExportEvidence_returns_the_bundle_and_is_up_to_date_the_second_time()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        var run = workspace.Build("Loop").Succeeded().Item;

        var first = workspace.Build("ExportEvidence").Succeeded().Item;
        var second = workspace.Build("ExportEvidence").Succeeded();

        Assert.AreEqual(Path.Combine(run.GetMetadata("path"), "evidence"), first.ItemSpec);
        Assert.AreEqual("true", first.GetMetadata("written"));
        Assert.AreEqual("false", second.Item.GetMetadata("written"));
        StringAssert.Contains(second.Said, "up to date");
        CollectionAssert.Contains(second.UpToDate.ToList(), "ExportEvidence");
    }

    [TestMethod]
    public void ExportEvidence_is_not_skipped_where_the_run_has_moved_or_the_bundle_was_touched()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        workspace.Build("Loop").Succeeded();
        var bundle = workspace.Build("ExportEvidence").Succeeded().Item.ItemSpec;

        File.Delete(Path.Combine(bundle, "workflow.json"));
        Written(workspace.Build("ExportEvidence"));
        workspace.Build("Rerun", ("TaskId", "b")).Succeeded();
        Written(workspace.Build("ExportEvidence"));

        static void Written(BuildAnswer exported)
        {
            Assert.AreEqual("true", exported.Succeeded().Item.GetMetadata("written"));
            CollectionAssert.DoesNotContain(exported.UpToDate.ToList(), "ExportEvidence");
        }
    }

    [TestMethod]
    public void A_damaged_store_is_one_clear_error_and_does_not_hide_other_runs()
    {
        using var workspace = new TestWorkspace(TwoTasks);
        var good = workspace.Build("Init").Succeeded().Item.ItemSpec;
        var bad = workspace.Build("Init").Succeeded().Item;
        File.WriteAllText(Path.Combine(bad.GetMetadata("path"), "state.sqlite"), new string('x', 5000));

        foreach (var target in (string[])["Status", "Step", "Loop", "ExportEvidence"])
        {
            Assert.AreEqual("MATTER3005", workspace.Build(target, ("RunId", bad.ItemSpec)).Failed().Error.Code, target);
        }

        var listed = workspace.Build("ListRuns").Succeeded();
        CollectionAssert.AreEqual(
            new[] { (good, "PENDING"), (bad.ItemSpec, "UNREADABLE") },
            listed.Items.Select(i => (i.ItemSpec, i.GetMetadata("state"))).ToArray()
        );
        Assert.AreEqual("MATTER3005", listed.Warnings.Single().Code);
    }

    [TestMethod]
    public void Text_that_MSBuild_could_take_for_its_own_syntax_comes_back_as_it_was()
    {
        using var workspace = new TestWorkspace(
            """
            <ItemGroup><CampaignTask Include="a" Command="echo '100%25 of %24(x) %3B %2A ? %40(y)' >&amp;2; exit 7" /></ItemGroup>
            """
        );
        workspace.Build("Loop").Failed();

        Assert.AreEqual(
            "100% of $(x) ; * ? @(y)\n",
            File.ReadAllText(Path.Combine(workspace.Build("Status").Item.GetMetadata("path"), "tasks", "a@1", "stderr.log"))
        );
    }

    private static void Has(ITaskItem item, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Assert.AreNotEqual("", item.GetMetadata(name), name);
        }
    }

    private static string[] Snapshot(string folder) =>
        [
            .. Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(f => $"{f} {new FileInfo(f).Length}"),
        ];
}
