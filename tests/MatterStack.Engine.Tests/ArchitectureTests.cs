using System.Text.RegularExpressions;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests;

/// <summary>The folders of the engine, and which of them may use which.</summary>
[TestClass]
public sealed partial class ArchitectureTests
{
    [TestMethod]
    public void Every_folder_uses_only_those_it_may()
    {
        var wrong = EngineSources
            .FindArrows()
            .Where(arrow =>
                FindRow(arrow.Source.Folder) is var user
                && FindRow(arrow.Folder) is var used
                && user.Folder != used.Folder
                && !MayUse(user, used.Folder)
            )
            .Select(arrow => $"{arrow.Source.Folder}/{arrow.Source.Name} uses {arrow.Folder}: {arrow.Type}")
            .ToList();
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    [DataRow("Runs/Store", "Runs", "RunFolder", DisplayName = "a type of the folder around it, without a using")]
    [DataRow("Runs/Conducting", "Runs/Store", "RunStore", DisplayName = "a type behind a using")]
    [DataRow("Evidence/Bundle", "Reports/Html", "HtmlReport", DisplayName = "a type by its full name")]
    public void An_arrow_is_found_however_a_type_is_named(string user, string used, string type) =>
        Assert.IsTrue(EngineSources.FindArrows().Any(arrow => arrow.Source.Folder == user && arrow.Folder == used && arrow.Type == type));

    // So there are no cycles: neither between the rooms nor between the folders of one room.
    [TestMethod]
    public void A_row_names_only_folders_of_rows_above_it()
    {
        for (var i = 0; i < Rows.Length; i++)
        {
            var below = Rows[i..].Select(row => row.Folder).Where(folder => MayUse(Rows[i], folder)).ToList();
            Assert.IsEmpty(below, $"{Rows[i].Folder} may use {string.Join(", ", below)}");
        }
    }

    [TestMethod]
    public void The_rooms_are_in_the_order_of_their_arrows()
    {
        string[] order =
        [
            "Problems",
            "Identity",
            "Files",
            "Campaigns",
            "Wiring",
            "Lifecycle",
            "Transports",
            "Operators",
            "Caching",
            "Runs",
            "Reports",
            "Evidence",
            "Driving",
            "Commands",
        ];
        CollectionAssert.AreEqual(order, Rows.Select(row => row.Folder.Split('/')[0]).Distinct().ToList());
        CollectionAssert.AreEquivalent(order, EngineSources.All.Select(source => source.Room).Distinct().ToList());
    }

    // Kinds are composed by the commands alone.
    [TestMethod]
    public void A_kind_of_operator_knows_no_other_kind_and_no_lower_folder_knows_a_kind()
    {
        string[] shared =
        [
            "Operators",
            "Operators/Processes",
            "Operators/Processes/Native",
            "Operators/Attempts",
            "Operators/Scripts",
            "Operators/Exchange",
        ];
        bool IsKind(string folder) => folder.StartsWith("Operators/", StringComparison.Ordinal) && !shared.Contains(folder);
        string GetKind(string folder) => folder.Split('/')[1];
        var kinds = Rows.Select(row => row.Folder).Where(IsKind).ToList();
        Assert.IsNotEmpty(kinds);
        var wrong = Rows.Where(row => !row.Folder.StartsWith("Commands", StringComparison.Ordinal))
            .SelectMany(row =>
                kinds
                    .Where(kind => MayUse(row, kind) && !(IsKind(row.Folder) && GetKind(row.Folder) == GetKind(kind)))
                    .Select(kind => $"{row.Folder} -> {kind}")
            )
            .ToList();
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void The_table_of_the_documentation_has_the_same_rows()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "architecture.md")).ReplaceLineEndings("\n");
        var start = page.IndexOf("| folder | contains | may use |", StringComparison.Ordinal);
        var table = page[start..page.IndexOf("\n\n", start, StringComparison.Ordinal)].Split('\n')[2..];
        var documented = table
            .Select(line => line.Split('|'))
            .Select(cells => $"{cells[1].Trim().Trim('`')}: {cells[3].Trim().Replace("`", "", StringComparison.Ordinal)}")
            .ToList();
        var expected = Rows.Select(row => $"{row.Folder}: {(row.MayUse.Length == 0 ? "nothing" : string.Join(", ", row.MayUse))}").ToList();
        Assert.AreEqual(string.Join("\n", expected), string.Join("\n", documented));
        Assert.IsTrue(table.All(line => line.Split('|')[2].Trim().Length > 0));
    }

    [TestMethod]
    public void The_planner_and_the_wiring_resolver_touch_nothing_outside()
    {
        var outside = new Regex(@"\b(File|Directory|Environment|Process)\.\w|UtcNow|Sqlite|IDisk|TimeProvider|\basync\b");
        var pure = EngineSources.All.Where(s => s.Room == "Lifecycle" || s.Name == "WiringResolver.cs").ToList();
        Assert.IsNotEmpty(pure);
        foreach (var source in pure)
        {
            var code = Regex.Replace(source.Text, @"^\s*//.*$", "", RegexOptions.Multiline);
            Assert.IsFalse(outside.IsMatch(code), $"{source.Name}: {outside.Match(code).Value}");
        }
    }

    [TestMethod]
    public void The_engine_does_not_know_MSBuild() =>
        Assert.IsFalse(
            typeof(MatterStack.Engine.Runs.RunFolder)
                .Assembly.GetReferencedAssemblies()
                .Any(a => a.Name!.StartsWith("Microsoft.Build", StringComparison.Ordinal))
        );

    [TestMethod]
    public void A_scheduler_family_is_one_folder_and_one_registration()
    {
        Assert.IsNotEmpty(Schedulers.All);
        foreach (var family in Schedulers.All)
        {
            var room = family.Create(Settings.Empty, text => text).GetType().Namespace!;
            var folder = room[(room.LastIndexOf('.') + 1)..];
            var named = new Regex($@"\b({family.Type}\b|{folder})", RegexOptions.IgnoreCase);
            var strangers = EngineSources
                .All.Where(source =>
                    source.Folder != $"Operators/Hpc/{folder}"
                    && source.Name != "Schedulers.cs"
                    // A driver may be a job of that scheduler, whatever schedules the tasks.
                    && source.Folder != "Driving"
                    && !source.Name.StartsWith("Drive", StringComparison.Ordinal)
                    && !IsLegacy(family, source.Folder)
                    && named.IsMatch(source.Text)
                )
                .Select(source => $"{source.Folder}/{source.Name} names {family.Type}: {named.Match(source.Text).Value}")
                .ToList();
            Assert.IsEmpty(strangers, string.Join(Environment.NewLine, strangers));
        }
    }

    // .NET locks what it opens by path, if only to read, and fails where somebody else holds a lock: a submission under way its script, a
    // program its output.
    [TestMethod]
    public void What_others_may_hold_locked_is_read_without_a_lock()
    {
        var own = new[] { "RealDisk.cs", "RegularFile.cs", "FileSystem.cs", "SharedFileSystems.cs", "BeeGfsLocks.cs" };
        // What the kernel tells, and assemblies, which nobody locks.
        var free = new[] { "Operators/Processes/Native", "Campaigns/Loading" };
        var found = EngineSources
            .All.Where(s => !own.Contains(s.Name) && !free.Contains(s.Folder))
            .SelectMany(s =>
                Regex
                    .Matches(s.Text, @"\bFile\.(ReadAll\w+|ReadLines|OpenRead|OpenText|Copy|Open)\([^)]*")
                    .Select(m => $"{s.Folder}/{s.Name}: {m.Value}")
            )
            .Where(use =>
                !use.Contains("OutOfMemoryDetector", StringComparison.Ordinal)
                && !use.Contains("PluginScanner", StringComparison.Ordinal)
                && !use.Contains("SecretReference", StringComparison.Ordinal)
            )
            .ToList();
        Assert.IsEmpty(found, string.Join("\n", found));
    }

    // The formats of old knew one scheduler only, and were made of its words.
    private static bool IsLegacy(SchedulerFamily family, string folder) => family.Type == "slurm" && folder == "Wiring/Legacy";

    private static (string Folder, string[] MayUse) FindRow(string folder)
    {
        var row = Rows.FirstOrDefault(r => r.Folder == folder);
        return row.Folder is not null ? row
            : folder.LastIndexOf('/') is > 0 and var end ? FindRow(folder[..end])
            : throw new InvalidOperationException($"'{folder}' has no row");
    }

    private static bool MayUse((string Folder, string[] MayUse) row, string folder) => row.MayUse.Any(name => Covers(name, folder));

    private static bool Covers(string name, string folder) =>
        name == Ground ? GroundFolders.Contains(folder)
        : name.EndsWith("/*", StringComparison.Ordinal) ? folder == name[..^2] || folder.StartsWith(name[..^1], StringComparison.Ordinal)
        : name == folder;
}
