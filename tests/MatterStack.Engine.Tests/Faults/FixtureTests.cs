using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>Runs as earlier versions left them, one folder a version of the store. Set MATTERSTACK_WRITE_FIXTURES=1 to make the one of the
/// present version.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class FixtureTests
{
    private const string Wanted = "a=COMPLETED b=COMPLETED c=READY";

    private static string Fixtures => Path.Combine(Repository.Folder, "tests", "fixtures", "runs");

    public static IEnumerable<object[]> Versions => Enumerable.Range(1, StoreSchema.Version).Select(version => new object[] { version });

    [TestMethod]
    [DynamicData(nameof(Versions))]
    public void A_run_of_every_version_opens_is_exported_and_continues(int version)
    {
        var fixture = Path.Combine(Fixtures, $"v{version}");
        if (version == StoreSchema.Version && Environment.GetEnvironmentVariable("MATTERSTACK_WRITE_FIXTURES") == "1")
        {
            Make(fixture);
        }

        using var world = new CommandWorld();
        var processes = new ScriptedProcesses();
        Declare(world).Host = world.Host with { Processes = () => processes };
        foreach (var file in Directory.EnumerateFiles(fixture, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(world.Workspace.RunsDirectory, Path.GetRelativePath(fixture, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        Assert.IsTrue(StatusCommand.Execute(world.Context()).Success, string.Join("; ", world.Reported));
        Assert.IsTrue(ExportEvidenceCommand.Execute(world.Context()).Success, string.Join("; ", world.Reported));
        Assert.AreEqual(Wanted, world.States());
        Assert.AreEqual(version, VersionOf(world), "who only looks changes nothing");
        Assert.IsTrue(world.Loop(), string.Join("; ", world.Reported));
        Assert.AreEqual(StoreSchema.Version, VersionOf(world));

        Assert.AreEqual("a=COMPLETED b=COMPLETED c=COMPLETED", world.States());
        CollectionAssert.AreEqual(new[] { "c" }, processes.Executed.Keys.ToArray());
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run), string.Join("; ", RunChecker.CheckFolder(world.Run)));
    }

    private static int VersionOf(CommandWorld world) =>
        int.Parse(world.Query("SELECT CAST(user_version AS TEXT) FROM pragma_user_version")[0]!, CultureInfo.InvariantCulture);

    private static CommandWorld Declare(CommandWorld world) =>
        world
            .Task("a", "true", ("Outputs", "out.txt"))
            .Task("b", "true", ("DependsOn", "a"), ("MaxAttempts", "2"))
            .Task("c", "true", ("DependsOn", "b"));

    // As it is after b has been collected and c was only intended. Whether a step sees the end of b before it leaves is chance, so it is
    // tried until one does.
    private static void Make(string fixture)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            using var world = new CommandWorld();
            var processes = new ScriptedProcesses();
            Declare(world).Host = world.Host with { Processes = () => processes, User = "ada", Machine = "lab1" };
            for (var steps = 0; steps < 3 && (steps == 0 || world.States() != Wanted); steps++)
            {
                Assert.IsTrue(world.Step());
            }

            if (world.States() == Wanted)
            {
                Keep(world, fixture);
                return;
            }
        }

        Assert.Fail("no step ended between b and c");
    }

    private static void Keep(CommandWorld world, string fixture)
    {
        world.Execute(
            "UPDATE attempts SET external_id = replace(external_id, '@' || substr(external_id, instr(external_id, '@') + 1, "
                + "instr(external_id, '/') - instr(external_id, '@') - 1) || '/', '@lab1/'); PRAGMA journal_mode = DELETE; VACUUM; "
                + "PRAGMA journal_mode = WAL"
        );
        File.Delete(world.Run.LockFile);
        if (Directory.Exists(fixture))
        {
            Directory.Delete(fixture, recursive: true);
        }

        Directory.CreateDirectory(fixture);
        foreach (var file in Directory.EnumerateFiles(world.Run.Path, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(fixture, world.Run.Id.Value, Path.GetRelativePath(world.Run.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
