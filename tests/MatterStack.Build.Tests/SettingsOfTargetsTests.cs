using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Every target hands over every setting; for a setting that a target leaves out, the task would use the default.</summary>
[TestClass]
public sealed partial class SettingsOfTargetsTests
{
    private const string Item = "_MatterStackSettings";

    private static readonly Dictionary<string, string> Handed = new()
    {
        ["ProjectFile"] = "$(MSBuildProjectFullPath)",
        ["StartupDirectory"] = "$(MSBuildStartupDirectory)",
        ["Workspace"] = "$(MatterStackWorkspace)",
        ["RunsDirectory"] = "$(MatterStackRunsDirectory)",
        ["OperatorsFile"] = "$(MatterStackOperatorsFile)",
        ["CacheDirectory"] = "$(MatterStackCacheDirectory)",
        ["CacheMode"] = "$(MatterStackCacheMode)",
        ["PollInterval"] = "$(MatterStackPollInterval)",
        ["MaxFailures"] = "$(MatterStackMaxFailures)",
        ["Canary"] = "$(MatterStackCanary)",
        ["GroupAccess"] = "$(MatterStackGroupAccess)",
        ["TrustLocks"] = "$(MatterStackTrustLocks)",
        ["InfrastructureRetries"] = "$(MatterStackInfrastructureRetries)",
        ["CampaignClass"] = "$(MatterStackCampaignClass)",
        ["CampaignAssembly"] = "$(_MatterStackCampaignAssembly)",
        ["CampaignProgram"] = "$(_MatterStackCampaignProgram)",
        ["EnvironmentConfig"] = "$(_MatterStackEnvironmentConfig)",
        ["TreatWarningsAsErrors"] = "$(TreatWarningsAsErrors)",
        ["WarningsAsErrors"] = "$(WarningsAsErrors)",
        ["WarningsNotAsErrors"] = "$(WarningsNotAsErrors)",
    };

    public static IEnumerable<object[]> Tasks() =>
        Targets()
            .SelectMany(target =>
                target
                    .Elements()
                    .Where(e => IsEngineTask(e.Name.LocalName))
                    .Select(task => new object[] { target.Attribute("Name")!.Value, task.Name.LocalName })
            );

    [TestMethod]
    [DynamicData(nameof(Tasks))]
    public void A_target_hands_over_the_settings_and_the_campaign_if_it_compiles_one(string name, string task)
    {
        var target = Targets().Single(t => t.Attribute("Name")!.Value == name);
        var element = target.Element(task)!;

        Assert.AreEqual($"@({Item})", element.Attribute("Settings")?.Value);
        Assert.AreEqual(
            DependsOn(name).Contains("_MatterStackCampaign") && BasesOf(task).Contains("CampaignEngineTask") ? "@(CampaignTask)" : null,
            element.Attribute("CampaignTasks")?.Value
        );
        Assert.IsTrue(DependsOn(name).Contains("_MatterStackCollectSettings"), "the settings exist");
    }

    [TestMethod]
    public void The_item_holds_every_setting_that_a_task_reads_and_no_other()
    {
        var item = Targets().Descendants(Item).Single(e => e.Attribute("Include") is not null);
        var held = item.Attributes().Where(a => a.Name != "Include").ToDictionary(a => a.Name.LocalName, a => a.Value);
        var read = MetadataRead().Matches(Source("SettingsItem")!).Select(m => m.Groups[1].Value);

        CollectionAssert.AreEquivalent(Handed.ToList(), held.ToList());
        CollectionAssert.AreEquivalent(Handed.Keys.ToList(), read.ToList());
    }

    [TestMethod]
    public void Most_targets_are_looked_at() => Assert.IsGreaterThan(25, Tasks().Count());

    [TestMethod]
    public void Paths_with_characters_that_MSBuild_gives_a_meaning_come_through_unharmed()
    {
        const string odd = "a;b*c%41?$(x)@(y)'d e";
        using var workspace = new TestWorkspace();
        var campaign = Directory.CreateDirectory(Path.Combine(workspace.Folder, "camp;aign*%41 x")).FullName;
        var escaped = odd.Replace("%", "%25", StringComparison.Ordinal)
            .Replace(";", "%3B", StringComparison.Ordinal)
            .Replace("*", "%2A", StringComparison.Ordinal)
            .Replace("?", "%3F", StringComparison.Ordinal)
            .Replace("$", "%24", StringComparison.Ordinal)
            .Replace("@", "%40", StringComparison.Ordinal)
            .Replace("'", "%27", StringComparison.Ordinal);
        workspace.Declare(
            $"""
              <PropertyGroup><MatterStackRunsDirectory>{escaped}/runs</MatterStackRunsDirectory><MatterStackCacheDirectory>{escaped}/cache</MatterStackCacheDirectory></PropertyGroup>
              <ItemGroup><CampaignTask Include="a" Command="echo 1 > n.txt" Outputs="n.txt" /></ItemGroup>
            """
        );
        var project = Path.Combine(campaign, "probe.proj");
        File.Move(workspace.Project, project);

        var run = WorkspaceFolder.BuildProject(project, "Loop").Succeeded().Item.GetMetadata("path");
        var info = WorkspaceFolder.BuildProject(project, "CacheInfo").Succeeded().Item;

        Assert.AreEqual(Path.Combine(campaign, odd, "runs"), Path.GetDirectoryName(run));
        Assert.AreEqual(Path.Combine(campaign, odd, "cache"), info.GetMetadata("folder"));
        Assert.AreEqual("1", info.GetMetadata("entries"));
    }

    [TestMethod]
    public void Settings_are_in_the_detailed_log()
    {
        using var workspace = new TestWorkspace(
            "<PropertyGroup><MatterStackRunsDirectory>elsewhere</MatterStackRunsDirectory></PropertyGroup>"
        );

        var answer = workspace.Build("ListRuns").Succeeded();

        StringAssert.Contains(answer.Details, "[setting] RunsDirectory = elsewhere");
        StringAssert.Contains(answer.Details, $"[setting] ProjectFile = {workspace.Project}");
        Assert.IsFalse(answer.Said.Contains("[setting]", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("Pause")]
    [DataRow("CleanupOrphans")]
    public void A_request_that_collects_a_result_does_not_write_into_a_cache_that_is_only_read(string request)
    {
        using var workspace = new TestWorkspace();

        Collect(workspace, "<MatterStackCacheMode>read</MatterStackCacheMode>", request);

        Assert.IsFalse(Directory.Exists(Path.Combine(workspace.Folder, ".matterstack", "cache")), "the mode is read");
    }

    [TestMethod]
    public void A_request_that_collects_a_result_writes_it_into_the_cache_of_the_project()
    {
        using var workspace = new TestWorkspace();

        Collect(workspace, "<MatterStackCacheDirectory>elsewhere</MatterStackCacheDirectory>", "Pause");

        Assert.AreNotEqual(0, Directory.GetFiles(Path.Combine(workspace.Folder, "elsewhere"), "*", SearchOption.AllDirectories).Length);
        Assert.IsFalse(Directory.Exists(Path.Combine(workspace.Folder, ".matterstack", "cache")));
    }

    // The process ends between the step that starts it and the request, which is then the first to see its result.
    private static void Collect(TestWorkspace workspace, string settings, string request)
    {
        workspace.Declare(
            $"""
              <PropertyGroup>{settings}</PropertyGroup>
              <ItemGroup>
                <CampaignTask Include="a" Command="until [ -e {workspace.Folder}/go ]; do sleep 0.02; done; echo 1 > n.txt" Outputs="n.txt" />
                <CampaignTask Include="g" Kind="Gate" />
              </ItemGroup>
            """
        );
        var run = workspace.Build("Step").Succeeded().Item.GetMetadata("path");
        var external = workspace.Build("Attempts", ("TaskId", "a")).Succeeded().Item.GetMetadata("external_id");
        var process = int.Parse(external.Split('@')[0], CultureInfo.InvariantCulture);
        workspace.Write("go", "");
        var ended = Path.Combine(run, "tasks", "a@1", "exit_code");
        var since = Stopwatch.StartNew();
        while ((!File.Exists(ended) || IsRunning(process)) && since.Elapsed < TimeSpan.FromSeconds(60))
        {
            Thread.Yield();
        }

        Assert.IsTrue(File.Exists(ended), "the task does not end");
        workspace.Build(request).Succeeded();
        Assert.AreEqual("1", workspace.Build("Status").Succeeded().Items[0].GetMetadata("completed"), "the request collects it");
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static List<XElement> Targets() =>
        [
            .. Directory
                .GetFiles(Path.Combine(Repository.Folder, "build"), "*.targets")
                .SelectMany(file => XDocument.Load(file).Root!.Elements("Target")),
        ];

    private static HashSet<string> DependsOn(string target)
    {
        var own = (Targets().SingleOrDefault(t => t.Attribute("Name")!.Value == target)?.Attribute("DependsOnTargets")?.Value ?? "").Split(
            ';',
            StringSplitOptions.RemoveEmptyEntries
        );
        return [.. own, .. own.SelectMany(DependsOn)];
    }

    private static bool IsEngineTask(string task) => BasesOf(task).Contains("EngineTask");

    // Read as text: MSBuild loads the assembly into a context of its own.
    private static List<string> BasesOf(string task)
    {
        var bases = new List<string>();
        for (var name = task; Source(name) is { } text && Base().Match(text) is { Success: true } found; bases.Add(name))
        {
            name = found.Groups[1].Value;
        }

        return bases;
    }

    private static string? Source(string type) =>
        Path.Combine(Repository.Folder, "src", "MatterStack.Build", type + ".cs") is var path && File.Exists(path)
            ? File.ReadAllText(path)
            : null;

    [GeneratedRegex(@"class \w+ : (\w+)")]
    private static partial Regex Base();

    [GeneratedRegex(@"GetMetadata\(nameof\((\w+)\)\)")]
    private static partial Regex MetadataRead();
}
