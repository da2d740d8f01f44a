using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Arguments count as global properties only.</summary>
[TestClass]
public sealed class ArgumentTests
{
    private const string OneTask = """<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""";

    [TestMethod]
    public void A_run_is_chosen_by_the_global_property_RunId()
    {
        using var workspace = new TestWorkspace(OneTask);
        var first = workspace.Build("Init").Succeeded().Item.ItemSpec;
        var second = workspace.Build("Init").Succeeded().Item.ItemSpec;

        Assert.AreEqual(first, workspace.Build("Status", ("RunId", first)).Succeeded().Item.ItemSpec);
        Assert.AreEqual(second, workspace.Build("Status", ("RunId", second)).Succeeded().Item.ItemSpec);
        Assert.AreEqual(second, workspace.Build("Status").Succeeded().Item.ItemSpec, "the newest without RunId");
    }

    [TestMethod]
    public void A_unique_beginning_of_a_run_id_is_enough()
    {
        using var workspace = new TestWorkspace(OneTask);
        var id = workspace.Build("Init").Succeeded().Item.ItemSpec;
        Directory.CreateDirectory(Path.Combine(workspace.Runs, "20200101_000000_00000000"));

        Assert.AreEqual(id, workspace.Build("Status", ("RunId", id[..^3])).Succeeded().Item.ItemSpec);
    }

    [TestMethod]
    public void A_beginning_that_fits_two_runs_is_refused_and_names_them()
    {
        using var workspace = new TestWorkspace(OneTask);
        var first = workspace.Build("Init").Succeeded().Item.ItemSpec;
        var second = workspace.Build("Init").Succeeded().Item.ItemSpec;

        var error = workspace.Build("Status", ("RunId", "20")).Failed().Error;

        Assert.AreEqual("MATTER3002", error.Code);
        StringAssert.Contains(error.Message, first);
        StringAssert.Contains(error.Message, second);
        Assert.AreEqual(workspace.Project, error.File);
    }

    [TestMethod]
    [DataRow("Status")]
    [DataRow("Explain")]
    [DataRow("Attempts")]
    [DataRow("Step")]
    [DataRow("Loop")]
    [DataRow("ExportEvidence")]
    public void A_run_id_that_fits_no_run_is_refused_and_no_run_is_made(string target)
    {
        using var workspace = new TestWorkspace(OneTask);
        workspace.Build("Init").Succeeded();

        var error = workspace.Build(target, ("RunId", "19990101")).Failed().Error;

        Assert.AreEqual("MATTER3001", error.Code);
        StringAssert.Contains(error.Message, "19990101");
        Assert.HasCount(1, Directory.GetDirectories(workspace.Runs));
    }

    [TestMethod]
    public void Step_with_a_run_id_in_a_workspace_without_runs_makes_none()
    {
        using var workspace = new TestWorkspace(OneTask);

        Assert.AreEqual("MATTER3001", workspace.Build("Step", ("RunId", "2026")).Failed().Error.Code);

        Assert.IsFalse(Directory.Exists(workspace.Runs));
    }

    [TestMethod]
    public void Properties_of_the_project_named_like_arguments_are_not_arguments()
    {
        using var workspace = new TestWorkspace(
            """
              <PropertyGroup>
                <RunId>19990101</RunId> <Profile>x</Profile> <HpcConfig>/nope</HpcConfig> <ProfilesConfig>/nope</ProfilesConfig>
                <OperatorsConfig>/nope</OperatorsConfig> <ForceWiringOverride>true</ForceWiringOverride> <OverrideReason>because</OverrideReason>
                <NewRun>true</NewRun> <LoopTimeout>nonsense</LoopTimeout> <TaskId>nonsense</TaskId> <RunTags>nonsense</RunTags>
                <WiringHash>0000</WiringHash> <State>FAILED</State>
              </PropertyGroup>
            """ + OneTask
        );

        TheseChangeNothing(workspace);
    }

    [TestMethod]
    public void Environment_variables_named_like_arguments_are_not_arguments()
    {
        using var workspace = new TestWorkspace(OneTask);
        using var environment = new EnvironmentVariables(
            ("RUNID", "19990101"),
            ("PROFILE", "x"),
            ("HpcConfig", "/nope"),
            ("PROFILESCONFIG", "/nope"),
            ("OPERATORSCONFIG", "/nope"),
            ("FORCEWIRINGOVERRIDE", "true"),
            ("OverrideReason", "because"),
            ("NEWRUN", "true"),
            ("LoopTimeout", "nonsense"),
            ("TASKID", "nonsense"),
            ("RUNTAGS", "nonsense"),
            ("WIRINGHASH", "0000"),
            ("STATE", "FAILED")
        );

        TheseChangeNothing(workspace);
    }

    [TestMethod]
    [DataRow("Loop", "NewRun", "perhaps")]
    [DataRow("Loop", "LoopTimeout", "soon")]
    [DataRow("Loop", "LoopTimeout", "-00:00:01")]
    [DataRow("Loop", "LoopTimeout", "00:00:00")]
    [DataRow("Step", "ForceWiringOverride", "1")]
    public void An_illegal_value_of_an_argument_is_an_error_that_names_it(string target, string name, string value)
    {
        using var workspace = new TestWorkspace(OneTask);

        var error = workspace.Build(target, (name, value)).Failed().Error;

        Assert.AreEqual("MATTER3010", error.Code);
        Assert.AreEqual(workspace.Project, error.File);
        StringAssert.Contains(error.Message, name);
        StringAssert.Contains(error.Message, value);
        Assert.IsFalse(Directory.Exists(workspace.Runs), "no run is made");
    }

    [TestMethod]
    public void All_illegal_arguments_are_reported_at_once()
    {
        using var workspace = new TestWorkspace(OneTask);

        var answer = workspace.Build("Loop", ("NewRun", "perhaps"), ("LoopTimeout", "soon"), ("ForceWiringOverride", "2")).Failed();

        Assert.HasCount(3, answer.Errors);
    }

    [TestMethod]
    public void A_task_id_that_the_run_does_not_have_is_an_error()
    {
        using var workspace = new TestWorkspace(OneTask);
        workspace.Build("Init").Succeeded();

        foreach (var target in (string[])["Attempts", "Explain"])
        {
            var error = workspace.Build(target, ("TaskId", "b")).Failed().Error;
            Assert.AreEqual("MATTER3011", error.Code);
            StringAssert.Contains(error.Message, "'b'");
            StringAssert.Contains(error.Message, "Did you mean 'a'?");
        }
    }

    [TestMethod]
    public void Run_tags_are_kept_on_the_card_of_the_run()
    {
        using var workspace = new TestWorkspace(OneTask);

        var run = workspace.Build("Init", ("RunTags", "first;for the paper")).Succeeded().Item;

        var card = File.ReadAllText(Path.Combine(run.GetMetadata("path"), "config.json"));
        StringAssert.Contains(card, "for the paper");
        StringAssert.Contains(card, "first");
    }

    [TestMethod]
    public void ListRuns_filters_by_state_and_by_the_beginning_of_the_wiring_hash()
    {
        using var workspace = new TestWorkspace(OneTask);
        var first = workspace.Build("Loop").Succeeded().Item;
        var second = workspace.Build("Init").Succeeded().Item;

        Assert.AreEqual(first.ItemSpec, workspace.Build("ListRuns", ("State", "completed")).Succeeded().Item.ItemSpec);
        Assert.AreEqual(second.ItemSpec, workspace.Build("ListRuns", ("State", "PENDING")).Succeeded().Item.ItemSpec);
        Assert.HasCount(2, workspace.Build("ListRuns", ("WiringHash", first.GetMetadata("wiring_sha256")[..8])).Succeeded().Items);
        Assert.HasCount(0, workspace.Build("ListRuns", ("WiringHash", "ffffffffffff")).Succeeded().Items);
    }

    private static void TheseChangeNothing(TestWorkspace workspace)
    {
        var looped = workspace.Build("Loop").Succeeded();
        Assert.AreEqual("COMPLETED", looped.Item.GetMetadata("state"));
        Assert.AreEqual("builtin_default", looped.Item.GetMetadata("wiring_source"));
        Assert.AreEqual(looped.Item.ItemSpec, workspace.Build("Loop").Succeeded().Item.ItemSpec, "NewRun would have made another");
        Assert.AreEqual(looped.Item.ItemSpec, workspace.Build("Step").Succeeded().Item.ItemSpec);
        Assert.AreEqual(looped.Item.ItemSpec, workspace.Build("Status").Succeeded().Item.ItemSpec);
        Assert.HasCount(1, workspace.Build("Attempts").Succeeded().Items);
        Assert.HasCount(1, workspace.Build("ListRuns").Succeeded().Items);
        workspace.Build("Explain").Succeeded();
        workspace.Build("ExportEvidence").Succeeded();
        Assert.IsFalse(
            File.ReadAllText(Path.Combine(looped.Item.GetMetadata("path"), "config.json")).Contains("nonsense", StringComparison.Ordinal)
        );
        Assert.HasCount(1, File.ReadAllLines(Path.Combine(looped.Item.GetMetadata("path"), "operators_snapshot", "history.jsonl")));
    }
}
