using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>The campaign that is interrupted, with a cache that knows the results of every other task.</summary>
internal sealed class CachedRun : IDisposable
{
    private readonly CommandWorld _first = KillTests.World(new KillPoints(), new ScriptedProcesses());

    public CachedRun()
    {
        _first.Cache = Settings(_first);
        FaultCampaign.Move(_first);
        Outputs = OutputsOf(_first);
        foreach (
            var known in CacheInventory
                .ReadFolder(new CacheFolder(_first.Cache.Folder), RealDisk.Instance)
                .Entries.Where(e => (e.Entry.Origin.TaskId[^1] - '0') % 2 == 1)
        )
        {
            File.Delete(known.File.Path);
        }
    }

    /// <summary>What every run of it must leave.</summary>
    public string Outputs { get; }

    public static string OutputsOf(CommandWorld world) =>
        string.Join(
            '\n',
            world.Query(
                "SELECT DISTINCT a.task_id || ' ' || path || ' ' || sha256 FROM outputs o JOIN attempts a ON a.attempt_id "
                    + "= o.attempt_id ORDER BY 1"
            )
        );

    /// <summary>Gives a world a copy of that cache.</summary>
    public CommandWorld Give(CommandWorld world)
    {
        world.Cache = Settings(world);
        foreach (var file in Directory.EnumerateFiles(_first.Cache!.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(world.Cache.Folder, Path.GetRelativePath(_first.Cache.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return world;
    }

    /// <summary>Whatever lies in the cache after all that, a further run gets the right results from it.</summary>
    public void AssertServes(CommandWorld world, string when)
    {
        var before = world.Run.Id;
        world.Reported.Clear();
        Assert.IsTrue(
            world.Loop(new MatterStack.Engine.Commands.Hosting.RunArguments { NewRun = true }),
            $"{when}: {string.Join("; ", world.Reported)}"
        );
        Assert.AreNotEqual(before, world.Run.Id);
        Assert.AreEqual(Outputs, OutputsOf(world), when);
        Assert.IsEmpty(world.Reported.Where(p => p.Code != RunCodes.DefinitionChanged), when + ": " + string.Join("; ", world.Reported));
        Assert.IsGreaterThan(5, world.Query("SELECT attempt_id FROM attempts WHERE cached_from IS NOT NULL").Count, when);
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run), when);
    }

    public void Dispose() => _first.Dispose();

    private static CacheSettings Settings(CommandWorld world) => new(world.In("cache"), CacheMode.ReadWrite);
}
