using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Settings are properties of the project.</summary>
[TestClass]
public sealed class SettingTests
{
    private const string OneTask = """<ItemGroup><CampaignTask Include="a" Command="true" /></ItemGroup>""";
    private const string OtherWiring = "operators:\n  local.default: { kind: local, backend: { type: local }, max_concurrent: 1 }\n";

    [TestMethod]
    public void The_workspace_is_named_after_the_project_unless_a_setting_says_otherwise()
    {
        using var workspace = new TestWorkspace(OneTask);
        Assert.AreEqual("probe", workspace.Build("Init").Succeeded().Item.GetMetadata("workspace_slug"));

        workspace.Declare("<PropertyGroup><MatterStackWorkspace>alloys</MatterStackWorkspace></PropertyGroup>" + OneTask);
        Assert.AreEqual("alloys", workspace.Build("Init").Succeeded().Item.GetMetadata("workspace_slug"));
    }

    [TestMethod]
    public void A_name_that_cannot_be_a_folder_is_refused()
    {
        using var workspace = new TestWorkspace(
            "<PropertyGroup><MatterStackWorkspace>a/b</MatterStackWorkspace></PropertyGroup>" + OneTask
        );

        var error = workspace.Build("Init").Failed().Error;

        Assert.AreEqual("MATTER2014", error.Code);
        Assert.AreEqual(workspace.Project, error.File);
        Assert.IsFalse(Directory.Exists(workspace.Runs));
    }

    [TestMethod]
    public void Runs_go_where_the_setting_says_relative_to_the_project()
    {
        using var workspace = new TestWorkspace(
            "<PropertyGroup><MatterStackRunsDirectory>deep/er/</MatterStackRunsDirectory></PropertyGroup>" + OneTask
        );

        var run = workspace.Build("Loop").Succeeded().Item;

        Assert.AreEqual(Path.Combine(workspace.Folder, "deep", "er", run.ItemSpec), run.GetMetadata("path"));
        Assert.IsTrue(File.Exists(Path.Combine(workspace.Folder, "deep", "er", run.ItemSpec, "state.sqlite")));
        Assert.IsFalse(Directory.Exists(workspace.Runs));
    }

    [TestMethod]
    public void A_setting_may_also_be_given_on_the_command_line()
    {
        using var workspace = new TestWorkspace(OneTask);

        workspace.Build("Loop", ("MatterStackRunsDirectory", "elsewhere")).Succeeded();

        Assert.HasCount(1, Directory.GetDirectories(Path.Combine(workspace.Folder, "elsewhere")));
    }

    [TestMethod]
    public void The_default_wiring_is_taken_from_operators_yaml_beside_the_project()
    {
        using var workspace = new TestWorkspace(OneTask);
        workspace.Write("operators.yaml", OtherWiring);

        Assert.AreEqual("workspace_default", workspace.Build("Init").Succeeded().Item.GetMetadata("wiring_source"));
    }

    [TestMethod]
    public void The_default_wiring_can_live_elsewhere()
    {
        using var workspace = new TestWorkspace(
            "<PropertyGroup><MatterStackOperatorsFile>site/here.yaml</MatterStackOperatorsFile></PropertyGroup>" + OneTask
        );
        workspace.Write("site/here.yaml", OtherWiring);

        var run = workspace.Build("Init").Succeeded().Item;

        Assert.AreEqual("workspace_default", run.GetMetadata("wiring_source"));
        Assert.AreEqual(OtherWiring, File.ReadAllText(Path.Combine(run.GetMetadata("path"), "operators_snapshot", "operators.yaml")));
    }

    [TestMethod]
    public void Environment_variables_named_like_settings_are_ignored()
    {
        using var workspace = new TestWorkspace(OneTask);
        workspace.Write("nope.yaml", OtherWiring);
        using var environment = new EnvironmentVariables(
            ("MATTERSTACKRUNSDIRECTORY", "stray"),
            ("MatterStackWorkspace", "stray"),
            ("MATTERSTACKOPERATORSFILE", "nope.yaml")
        );

        var run = workspace.Build("Loop").Succeeded().Item;

        Assert.AreEqual("probe", run.GetMetadata("workspace_slug"));
        Assert.AreEqual(Path.Combine(workspace.Runs, run.ItemSpec), run.GetMetadata("path"));
        Assert.AreEqual("builtin_default", run.GetMetadata("wiring_source"));
        Assert.IsFalse(Directory.Exists(Path.Combine(workspace.Folder, "stray")));
    }

    [TestMethod]
    public void The_one_variable_that_names_a_wiring_counts_last()
    {
        using var workspace = new TestWorkspace(OneTask);
        using var environment = new EnvironmentVariables(
            ("MATTERSTACK_OPERATORS_CONFIG", workspace.Write("by-variable.yaml", OtherWiring))
        );
        Assert.AreEqual("env_var", workspace.Build("Init").Succeeded().Item.GetMetadata("wiring_source"));

        workspace.Write("operators.yaml", OtherWiring);
        Assert.AreEqual("workspace_default", workspace.Build("Init").Succeeded().Item.GetMetadata("wiring_source"));
    }
}
