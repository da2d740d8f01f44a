using System.Globalization;
using System.Text.Json;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Package;

/// <summary>What <c>dotnet new</c> makes runs at once, and gives an editor what it needs.</summary>
[TestClass]
public sealed class TemplateTests
{
    // Once for all users of the feed, who have one home.
    private static readonly Lazy<BuildOutcome> Install = new(() =>
    {
        using var user = new User();
        return user.Type("dotnet new install MatterStack.Templates");
    });

    [TestMethod]
    public void A_campaign_made_by_the_template_runs_at_once_and_finds_the_order_of_the_midpoint_rule()
    {
        using var user = Installed();
        user.Type("dotnet new matterstack -n convergence").Succeeded();

        user.Build("convergence", "-t:Loop").Succeeded().Says("6 of 6 done", "COMPLETED").SaysNot("warning");

        var run = user.Run("convergence");
        using var result = JsonDocument.Parse(run.File("order", "work/results.json"));
        Assert.AreEqual(5, result.RootElement.GetProperty("grids").GetInt32());
        Assert.AreEqual(2.0, result.RootElement.GetProperty("order").GetDouble(), 0.001);
        user.Build("convergence", "-t:Report").Succeeded().SaysNot("warning");
        StringAssert.Contains(File.ReadAllText(Path.Combine(run.Folder, "report.html")), "\"title\":\"Convergence\"");
        var table = run.File("order", "work/convergence.txt").Split('\n');
        StringAssert.Contains(File.ReadAllText(Path.Combine(user.Folder, "convergence", "README.md")), string.Join('\n', table[..3]));
        foreach (var (line, intervals) in table[1..6].Zip([8, 16, 32, 64, 128]))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.AreEqual(intervals.ToString(CultureInfo.InvariantCulture), words[0]);
            Assert.AreEqual(
                Enumerable.Range(0, intervals).Sum(i => 4 / (1 + Math.Pow((i + 0.5) / intervals, 2))) / intervals,
                double.Parse(words[1], CultureInfo.InvariantCulture),
                1e-11
            );
        }
    }

    [TestMethod]
    public void A_campaign_in_CSharp_made_by_the_template_runs_at_once_and_finds_the_crystal_at_rest()
    {
        using var user = Installed();
        user.Type("dotnet new matterstack-csharp -n argon").Succeeded();

        user.Build("argon", "-t:Loop").Succeeded().Says("COMPLETED").SaysNot("warning");

        // From lattice sums over all neighbours: (2·A12/A6)^(1/6) and -A6²/(2·A12).
        using var minimum = JsonDocument.Parse(user.Run("argon").File("minimum", "work/results.json"));
        Assert.AreEqual(1.0902, minimum.RootElement.GetProperty("distance").GetDouble(), 0.0002);
        Assert.AreEqual(-8.610, minimum.RootElement.GetProperty("energy").GetDouble(), 0.002);
    }

    [TestMethod]
    [DataRow("matterstack")]
    [DataRow("matterstack-csharp")]
    public void The_schema_that_a_new_operators_file_names_is_there_and_is_that_of_the_version_in_use(string template)
    {
        using var user = Installed();
        user.Type($"dotnet new {template} -n new").Succeeded();
        var shipped = File.ReadAllText(Path.Combine(Repository.Folder, "build", "operators.schema.json"));
        var operators = Path.Combine(user.Folder, "new", "operators.yaml");
        var first = File.ReadLines(operators).First();
        StringAssert.StartsWith(first, "# yaml-language-server: $schema=");
        var named = Path.Combine(user.Folder, "new", first.Split('=')[1]);
        Assert.AreEqual(shipped, File.ReadAllText(named), "before anything was built");

        File.WriteAllText(named, "{}");
        // The example of a cluster in it is right as it stands.
        File.WriteAllText(
            operators,
            File.ReadAllText(operators)
                .Replace("  # hpc", "  hpc", StringComparison.Ordinal)
                .Replace("  #   ", "    ", StringComparison.Ordinal)
        );
        user.Build("new").Succeeded().SaysNot("warning");

        Assert.AreEqual(shipped, File.ReadAllText(named), "a plain build puts the version's own in place");
        StringAssert.Contains(File.ReadAllText(operators), "\n  hpc.default:\n    kind: hpc\n");
    }

    [TestMethod]
    public void Projects_name_the_version_of_the_templates_or_the_one_that_is_asked_for()
    {
        using var user = Installed();
        user.Type($"dotnet new matterstack -n a; dotnet new matterstack-csharp -n b --matterstack-version {PackageFeed.NextVersion}")
            .Succeeded();

        StringAssert.Contains(
            File.ReadAllText(Path.Combine(user.Folder, "a", "a.proj")),
            $"Sdk=\"MatterStack.Build/{PackageFeed.Shared.Version}\""
        );
        StringAssert.Contains(File.ReadAllText(Path.Combine(user.Folder, "b", "b.csproj")), $"Version=\"{PackageFeed.NextVersion}\"");
        foreach (var name in new[] { "a", "b" })
        {
            foreach (
                var file in new[]
                {
                    "Directory.Build.rsp",
                    ".gitignore",
                    "README.md",
                    "operators.yaml",
                    ".vscode/tasks.json",
                    ".vscode/extensions.json",
                }
            )
            {
                Assert.IsTrue(File.Exists(Path.Combine(user.Folder, name, file)), file);
            }

            // Each task of the editor calls a target that there is.
            using var tasks = JsonDocument.Parse(File.ReadAllText(Path.Combine(user.Folder, name, ".vscode", "tasks.json")));
            var targets = tasks
                .RootElement.GetProperty("tasks")
                .EnumerateArray()
                .SelectMany(t => t.GetProperty("args").EnumerateArray())
                .Select(a => a.GetString()!)
                .Where(a => a.StartsWith("-t:", StringComparison.Ordinal))
                .Select(a => a[3..])
                .ToList();
            Assert.HasCount(7, targets);
            var known = File.ReadAllText(Path.Combine(Repository.Folder, "build", "MatterStack.Build.targets"));
            Assert.IsTrue(targets.TrueForAll(t => known.Contains($"<Target Name=\"{t}\"", StringComparison.Ordinal)));
        }
    }

    private static User Installed()
    {
        Install.Value.Succeeded();
        return new User();
    }
}
