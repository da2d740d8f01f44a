using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Publishing;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Faults;

namespace MatterStack.Engine.Tests.Publishing;

/// <summary>Publishing that is stopped at any of its writes, or by a disk that fails.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class PublishKillTests
{
    [TestMethod]
    [Slow]
    public void Wherever_the_engine_is_killed_a_reader_sees_whole_files_and_the_next_command_publishes_the_rest()
    {
        var moments = Run(0);
        Assert.IsGreaterThan(20, moments);
        Parallel.For(1, moments + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, n => Run(n));
    }

    [TestMethod]
    [Slow]
    public void A_disk_that_fails_is_an_error_and_the_next_command_publishes_the_rest()
    {
        // Each write that concerns the folder for results.
        for (var at = 1; ; at++)
        {
            using var world = Complete();
            var disk = new FailingDisk(at, FailingDisk.NoSpace) { Only = "campaign/results" };
            world.Host = world.Host with { Disk = disk };
            var success = world.Loop();
            world.Host = world.Host with { Disk = RealDisk.Instance };
            if (!disk.Failed)
            {
                Assert.IsTrue(success);
                Assert.IsGreaterThan(4, at);
                return;
            }

            Assert.IsFalse(success, disk.Where);
            Assert.AreEqual(RunCodes.PublishFailed, world.Reported.Single().Code, disk.Where);
            Assert.IsTrue(world.Loop(), $"{disk.Where}: {string.Join('\n', world.Reported)}");
            AssertPublished(world, disk.Where);
        }
    }

    private static int Run(int at)
    {
        using var world = Complete();
        var seams = new KillPoints { At = at };
        world.Host = world.Host with { Disk = new InterruptingDisk(seams) };
        KillTests.Dies(() => world.Loop());
        world.Host = world.Host with { Disk = RealDisk.Instance };
        foreach (var file in new[] { "a", "b" })
        {
            var content = File.ReadAllText(world.In($"campaign/results/{file}.csv"));
            Assert.IsTrue(content == "old\n" || content == $"{file}\n", $"{seams.Where}: {content}");
        }

        Assert.IsTrue(world.Loop(), $"{seams.Where}: {string.Join('\n', world.Reported)}");
        AssertPublished(world, seams.Where);
        return seams.Count;
    }

    // A completed run that has published and has to publish other content of its own.
    private static CommandWorld Complete()
    {
        var world = new CommandWorld();
        world.Host = world.Host with { Conducting = new ConductorOptions { MaxCommitDelay = TimeSpan.FromMilliseconds(1) } };
        foreach (var id in new[] { "a", "b" })
        {
            world.Task(id, $"echo {id} > out.csv", ("Outputs", "out.csv"), ("Publish", $"results/{id}.csv"));
        }

        using (PublishLock.Acquire(CreateRuns(world), TimeProvider.System).GetValueOrThrow())
        {
            Assert.IsFalse(world.Loop(), "another command publishes");
        }

        world.Reported.Clear();
        var old = Sha256.ComputeTextHash("old\n");
        foreach (var id in new[] { "a", "b" })
        {
            world.Write($"campaign/results/{id}.csv", "old\n");
            world.Execute($"UPDATE published SET sha256 = '{old}', size = 4, attempt_id = 'earlier' WHERE task_id = '{id}'");
        }

        world.Write(
            "campaign/results/index.csv",
            $"file,task,run,sha256\r\na.csv,a,{world.Run.Id},{old}\r\nb.csv,b,{world.Run.Id},{old}\r\n"
        );
        return world;
    }

    private static string CreateRuns(CommandWorld world) => Directory.CreateDirectory(world.Workspace.RunsDirectory).FullName;

    private static void AssertPublished(CommandWorld world, string when)
    {
        Assert.AreEqual("a\n", File.ReadAllText(world.In("campaign/results/a.csv")), when);
        Assert.AreEqual("b\n", File.ReadAllText(world.In("campaign/results/b.csv")), when);
        CollectionAssert.AreEquivalent(
            new[] { "a.csv", "b.csv", "index.csv" },
            Directory.GetFileSystemEntries(world.In("campaign/results")).Select(Path.GetFileName).ToArray(),
            when + ": nothing is left over"
        );
        Assert.IsEmpty(world.Query("SELECT path FROM published WHERE at_utc IS NULL"), when);
        Assert.HasCount(1, world.Query("SELECT seq || '' FROM events WHERE kind = 'RUN_PUBLISHED'"), when);
        Assert.AreEqual(
            $"{Sha256.ComputeTextHash("a\n")} {Sha256.ComputeTextHash("b\n")}",
            string.Join(
                ' ',
                PublishedIndex.TryParse(File.ReadAllText(world.In("campaign/results/index.csv")))!.Entries.Select(static e => e.Sha256)
            ),
            when
        );
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run), when);
    }
}
