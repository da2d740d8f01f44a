using System.Text.RegularExpressions;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests;

/// <summary>The rooms of the engine and which of them may know which; a using that points back is found here.</summary>
[TestClass]
public sealed class ArchitectureTests
{
    private static readonly string[] Ground = ["Problems", "Identity", "Files"];

    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Problems"] = [],
        ["Identity"] = [],
        ["Files"] = ["Identity", "Problems"],
        ["Campaigns"] = Ground,
        ["Wiring"] = Ground,
        ["Lifecycle"] = [.. Ground, "Campaigns", "Wiring"],
        ["Transports"] = Ground,
        ["Operators"] = [.. Ground, "Campaigns", "Lifecycle", "Transports", "Wiring"],
        ["Runs"] = [.. Ground, "Campaigns", "Lifecycle", "Wiring", "Operators", "Caching"],
        ["Caching"] = Ground,
        ["Evidence"] = [.. Ground, "Campaigns", "Lifecycle", "Wiring", "Caching", "Runs"],
        ["Commands"] = [.. Ground, "Campaigns", "Lifecycle", "Wiring", "Transports", "Operators", "Caching", "Runs", "Evidence"],
    };

    [TestMethod]
    public void Every_room_knows_only_those_it_may()
    {
        var wrong = Sources().SelectMany(source => Uses(source.Text)
                .Where(used => used != source.Room && !MayKnow[source.Room].Contains(used))
                .Select(used => $"{source.Room}/{source.Name} uses {used}"))
            .ToList();
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void The_planner_and_the_wiring_resolver_touch_nothing_outside()
    {
        var outside = new Regex(@"\b(File|Directory|Environment|Process)\.\w|UtcNow|Sqlite|IDisk|TimeProvider|\basync\b");
        var pure = Sources().Where(s => s.Room == "Lifecycle" || s.Name == "WiringResolver.cs").ToList();
        Assert.IsNotEmpty(pure);
        foreach (var source in pure)
        {
            var code = Regex.Replace(source.Text, @"^\s*//.*$", "", RegexOptions.Multiline);
            Assert.IsFalse(outside.IsMatch(code), $"{source.Name}: {outside.Match(code).Value}");
        }
    }

    [TestMethod]
    public void The_engine_does_not_know_MSBuild() =>
        Assert.IsFalse(typeof(MatterStack.Engine.Runs.RunFolder).Assembly.GetReferencedAssemblies().Any(a => a.Name!.StartsWith("Microsoft.Build", StringComparison.Ordinal)));

    [TestMethod]
    public void A_scheduler_family_is_one_folder_and_one_registration()
    {
        Assert.IsNotEmpty(Schedulers.All);
        foreach (var family in Schedulers.All)
        {
            var room = family.Create(Settings.Empty, text => text).GetType().Namespace!;
            var folder = room[(room.LastIndexOf('.') + 1)..];
            var named = new Regex($@"\b({family.Type}\b|{folder})", RegexOptions.IgnoreCase);
            var strangers = Sources()
                .Where(source => source.Folder != $"Operators/Hpc/{folder}" && source.Name != "Schedulers.cs" && !IsLegacy(family, source.Folder) && named.IsMatch(source.Text))
                .Select(source => $"{source.Folder}/{source.Name} names {family.Type}: {named.Match(source.Text).Value}").ToList();
            Assert.IsEmpty(strangers, string.Join(Environment.NewLine, strangers));
        }
    }

    [TestMethod]
    public void Files_stay_small()
    {
        var large = Sources().Where(s => s.Text.Count(c => c == '\n') > 400).Select(s => s.Name).ToList();
        Assert.IsEmpty(large, string.Join(", ", large));
    }

    // .NET locks what it opens by path, if only to read, and fails where somebody else holds a lock: a submission under way its script, a program its output.
    [TestMethod]
    public void What_others_may_hold_locked_is_read_without_a_lock()
    {
        var own = new[] { "RealDisk.cs", "RegularFile.cs", "FileSystem.cs", "SharedFileSystems.cs", "BeeGfsLocks.cs" };
        // What the kernel tells, and assemblies, which nobody locks.
        var free = new[] { "Operators/Processes/Native", "Campaigns/Loading" };
        var found = Sources().Where(s => !own.Contains(s.Name) && !free.Contains(s.Folder))
            .SelectMany(s => Regex.Matches(s.Text, @"\bFile\.(ReadAll\w+|ReadLines|OpenRead|OpenText|Copy|Open)\([^)]*").Select(m => $"{s.Folder}/{s.Name}: {m.Value}"))
            .Where(use => !use.Contains("OutOfMemoryDetector", StringComparison.Ordinal) && !use.Contains("PluginScanner", StringComparison.Ordinal) && !use.Contains("SecretReference", StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(found, string.Join("\n", found));
    }

    // The formats of old knew one scheduler only, and were made of its words.
    private static bool IsLegacy(SchedulerFamily family, string folder) => family.Type == "slurm" && folder == "Wiring/Legacy";

    private static IEnumerable<string> Uses(string text) =>
        Regex.Matches(text, @"^using MatterStack\.Engine\.(\w+)|MatterStack\.Engine\.(\w+)\.\w+", RegexOptions.Multiline)
            .Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value)
            .Where(MayKnow.ContainsKey)
            .Distinct();

    private static IEnumerable<(string Room, string Folder, string Name, string Text)> Sources()
    {
        var engine = Path.Combine(Repository.Folder, "src", "MatterStack.Engine");
        return Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Relative: Path.GetRelativePath(engine, file), File: file))
            .Where(f => !f.Relative.StartsWith("obj", StringComparison.Ordinal) && !f.Relative.StartsWith("bin", StringComparison.Ordinal))
            .Select(f => (f.Relative.Split(Path.DirectorySeparatorChar)[0], Path.GetDirectoryName(f.Relative)!.Replace(Path.DirectorySeparatorChar, '/'), Path.GetFileName(f.File), File.ReadAllText(f.File)));
    }
}
