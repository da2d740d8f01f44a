using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Every target hands every setting over; a setting that a target keeps to itself would be taken for its default.</summary>
[TestClass]
public sealed partial class SettingsOfTargetsTests
{
    private static readonly Dictionary<string, string> Handed = new()
    {
        ["ProjectFile"] = "$(MSBuildProjectFullPath)",
        ["Workspace"] = "$(MatterStackWorkspace)",
        ["RunsDirectory"] = "$(MatterStackRunsDirectory)",
        ["OperatorsFile"] = "$(MatterStackOperatorsFile)",
        ["CacheDirectory"] = "$(MatterStackCacheDirectory)",
        ["CacheMode"] = "$(MatterStackCacheMode)",
        ["PollInterval"] = "$(MatterStackPollInterval)",
        ["GroupAccess"] = "$(MatterStackGroupAccess)",
        ["TrustLocks"] = "$(MatterStackTrustLocks)",
        ["StartupDirectory"] = "$(MSBuildStartupDirectory)",
        ["CampaignAssembly"] = "$(_MatterStackCampaignAssembly)",
        ["EnvironmentConfig"] = "$(_MatterStackEnvironmentConfig)",
        ["Warnings"] = "$(_MatterStackWarnings)",
        ["CampaignTasks"] = "@(CampaignTask)",
        ["CampaignProgram"] = "$(_MatterStackProgram)",
        ["CampaignClass"] = "$(MatterStackCampaignClass)",
    };

    public static IEnumerable<object[]> Tasks() =>
        Targets().SelectMany(target => target.Elements().Where(e => Properties(e.Name.LocalName).Count > 0).Select(task => new object[] { target.Attribute("Name")!.Value, task.Name.LocalName }));

    [TestMethod]
    [DynamicData(nameof(Tasks))]
    public void A_target_hands_over_all_that_its_task_can_take(string target, string task)
    {
        var element = Targets().Single(t => t.Attribute("Name")!.Value == target).Element(task)!;

        foreach (var property in Properties(task))
        {
            Assert.AreEqual(Handed.GetValueOrDefault(property, "a property that no setting is known for"), element.Attribute(property)?.Value, $"{target}: {property}");
        }
    }

    [TestMethod]
    public void Most_targets_are_looked_at() => Assert.IsGreaterThan(25, Tasks().Count());

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
        workspace.Declare($"""
              <PropertyGroup>{settings}</PropertyGroup>
              <ItemGroup>
                <CampaignTask Include="a" Command="until [ -e {workspace.Folder}/go ]; do sleep 0.02; done; echo 1 > n.txt" Outputs="n.txt" />
                <CampaignTask Include="g" Kind="Gate" />
              </ItemGroup>
            """);
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

    private static IEnumerable<XElement> Targets() => XDocument.Load(Path.Combine(Repository.Folder, "build", "MatterStack.Build.targets")).Root!.Elements("Target");

    // Read as text: MSBuild loads the assembly into a context of its own.
    private static List<string> Properties(string task)
    {
        var properties = new List<string>();
        for (var name = task; name is not null; name = Source(name) is { } text && Base().Match(text) is { Success: true } found ? found.Groups[1].Value : null)
        {
            properties.AddRange(Source(name) is { } own ? Property().Matches(own).Select(m => m.Groups[1].Value) : []);
        }

        return properties.Contains("ProjectFile") ? [.. properties.Where(p => p != "Request")] : [];
    }

    private static string? Source(string type) =>
        Path.Combine(Repository.Folder, "src", "MatterStack.Build", type + ".cs") is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    [GeneratedRegex(@"class \w+ : (\w+)")]
    private static partial Regex Base();

    [GeneratedRegex(@"public [\w\[\]]+ (\w+) \{ get; set; \}")]
    private static partial Regex Property();
}
