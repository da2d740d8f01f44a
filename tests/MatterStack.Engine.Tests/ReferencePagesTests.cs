using System.Text.RegularExpressions;
using System.Xml.Linq;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Arguments;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Tests;

/// <summary>What the reference says is what the code does. Set MATTERSTACK_WRITE_DOCS=1 to write the generated part anew.</summary>
[TestClass]
public sealed class ReferencePagesTests
{
    [TestMethod]
    public void The_page_of_task_metadata_lists_all_of_them()
    {
        var path = Path.Combine(Repository.Folder, "docs", "task-metadata.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        const string header = "|---|---|---|\n";
        var start = page.IndexOf(header, StringComparison.Ordinal) + header.Length;
        var table = string.Concat(
            TaskFields.All.Select(m =>
                $"| `{m.Name}` | {(m.IsList ? "yes" : "")} | {m.Description.Replace("<", "&lt;", StringComparison.Ordinal)} |\n"
            )
        );
        if (Environment.GetEnvironmentVariable("MATTERSTACK_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, page = page[..start] + table);
        }

        Assert.AreEqual(table, page[start..]);
    }

    [TestMethod]
    public void The_page_of_targets_has_the_table_of_arguments()
    {
        var path = Path.Combine(Repository.Folder, "docs", "targets.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        const string header = "| argument | takes |\n|---|---|\n";
        var start = page.IndexOf(header, StringComparison.Ordinal) + header.Length;
        var end = page.IndexOf("\n## Settings", StringComparison.Ordinal);
        var table = string.Concat(
            ArgumentFields.All.Select(field => $"| {string.Join(", ", field.Names.Select(name => $"`{name}`"))} | {field.Description} |\n")
        );
        if (Environment.GetEnvironmentVariable("MATTERSTACK_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, page = page[..start] + table + page[end..]);
            end = start + table.Length;
        }

        Assert.AreEqual(table, page[start..end]);
    }

    [TestMethod]
    public void The_page_of_targets_lists_every_public_target_and_no_other()
    {
        var page = Page("targets.md");
        var listed = page.Split("## Items for scripts")[0]
            .Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(l => l.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1))
            .Order()
            .ToList();
        // Those that every project has are MSBuild's own; the rest of what is left out is there to be depended on, not to be given.
        var targets = Directory
            .GetFiles(Path.Combine(Repository.Folder, "build"), "*.targets")
            .SelectMany(file => XDocument.Load(file).Root!.Elements("Target"))
            .Select(t => t.Attribute("Name")!.Value)
            .Where(n =>
                !n.StartsWith('_')
                && n
                    is not (
                        "MatterStackPrepare"
                        or "CollectCampaignTasks"
                        or "ValidateCampaign"
                        or "Restore"
                        or "Clean"
                        or "Rebuild"
                        or "Publish"
                        or "Pack"
                        or "Test"
                        or "VSTest"
                    )
            )
            .Order()
            .ToList();

        Assert.AreEqual(string.Join(' ', targets), string.Join(' ', listed));
    }

    [TestMethod]
    public void The_targets_run_every_command_of_the_table_and_no_other()
    {
        var targets = XDocument
            .Load(Path.Combine(Repository.Folder, "build", "MatterStack.Build.targets"))
            .Root!.Elements("Target")
            .ToList();
        var run = targets
            .SelectMany(target =>
                target
                    .Elements("RunCommand")
                    .Select(task => (Target: target.Attribute("Name")!.Value, Command: task.Attribute("Command")!.Value))
            )
            .ToList();

        Assert.AreEqual(
            Sorted(CommandTable.All.Where(row => row.Run is not null).Select(row => row.Name)),
            Sorted(run.Select(r => r.Command)),
            "commands that RunCommand runs"
        );
        foreach (var (target, command) in run)
        {
            Assert.AreEqual(command == "Build" ? "ValidateCampaign" : command, target);
        }

        foreach (var row in CommandTable.All.Where(row => row.Run is null))
        {
            Assert.IsTrue(
                targets.Exists(t => t.Attribute("Name")!.Value == row.Name && t.HasElements),
                $"{row.Name} has a task of its own"
            );
        }

        static string Sorted(IEnumerable<string> names) => string.Join(' ', names.Order());
    }

    [TestMethod]
    public void The_page_of_targets_says_what_the_table_says()
    {
        var shorthand = new Dictionary<string, string[]> { ["WIRING"] = ["OperatorsConfig", "HpcConfig", "Profile", "ProfilesConfig"] };
        shorthand["OVERRIDE"] = [.. shorthand["WIRING"], "ForceWiringOverride", "OverrideReason", "OverrideReasonFile"];
        var rows = Page("targets.md")
            .Split("## Items for scripts")[0]
            .Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .Select(l => l.Trim('|').Split('|').Select(c => c.Trim()).ToArray())
            .ToList();

        Assert.HasCount(CommandTable.All.Count, rows);
        foreach (var row in rows)
        {
            var target = CommandTable.Find(row[0].Split('`')[1])!;
            StringAssert.StartsWith(
                Regex.Replace(Regex.Replace(row[1], @"`|, see \[[^]]*\]\([^)]*\)", ""), @"\[([^]]*)\]\([^)]*\)", "$1"),
                target.Description,
                target.Name
            );
            var arguments = row[2]
                .Split('`')
                .Where((_, i) => i % 2 == 1)
                .Concat(shorthand.Where(s => row[2].Contains(s.Key, StringComparison.Ordinal)).SelectMany(s => s.Value));
            Assert.AreEqual(string.Join(' ', target.Arguments.Order()), string.Join(' ', arguments.Order()), target.Name);
        }
    }

    [TestMethod]
    public void The_page_of_a_run_lists_tables_columns_and_states_that_exist()
    {
        var page = Page("run-folder.md");
        foreach (
            var line in page.Split('\n')
                .Where(l =>
                    l.StartsWith("| `", StringComparison.Ordinal)
                    && l.Contains("_utc", StringComparison.Ordinal) | l.Contains("| `tasks` |", StringComparison.Ordinal)
                )
        )
        {
            var parts = line.Split('`');
            foreach (var column in parts[3].Split(' '))
            {
                StringAssert.Matches(
                    StoreSchema.CreateTablesSql,
                    new System.Text.RegularExpressions.Regex($@"CREATE TABLE {parts[1]} \([^;]*\b{column}\b")
                );
            }
        }

        foreach (
            var state in Enum.GetValues<RunState>()
                .Select(s => s.ToText())
                .Concat(Enum.GetValues<TaskState>().Select(s => s.ToText()))
                .Concat(Enum.GetValues<AttemptOutcome>().Select(o => o.ToText()))
        )
        {
            StringAssert.Contains(page, $"`{state}`");
        }
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(Repository.Folder, "docs", name)).ReplaceLineEndings("\n");
}
