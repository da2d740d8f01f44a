using System.Data.Common;
using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>The disk fails at every write in turn and from then on; when it is well again a plain loop goes on.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class WriteErrorTests
{
    private const int NoSpace = FailingDisk.NoSpace;
    private const int InputOutput = 5;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(NoSpace)]
    [DataRow(InputOutput)]
    public void A_disk_that_fails_at_any_write_is_a_coded_error_and_nothing_is_lost(int error)
    {
        var expected = Whole();
        var writes = Writes();
        Assert.IsGreaterThan(100, writes);
        var tried = 0;
        Parallel.For(1, writes + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, k =>
        {
            var disk = new FailingDisk(k, error);
            var processes = new ScriptedProcesses();
            using var world = KillTests.World(new KillPoints(), processes);
            world.Host = world.Host with { Disk = disk, Processes = () => new FailingProcesses(processes, disk) };
            FaultCampaign.Move(world);
            if (!disk.Failed)
            {
                // How many writes there are varies a little with how facts fall together.
                return;
            }

            Interlocked.Increment(ref tried);
            var when = $"failed at write {k}, {disk.Where}";
            Assert.IsNotEmpty(world.Reported, when);
            Assert.IsTrue(world.Reported.All(p => p.Code.Code.StartsWith("MATTER", StringComparison.Ordinal) && p.Remedy.Length > 0), when);
            foreach (var run in new RunsFolder(world.Workspace.RunsDirectory).ListRuns())
            {
                var wrong = RunChecker
                    .CheckFolder(run)
                    .Where(p =>
                        p.Code == RunCodes.RecordsContradict
                        && !p.Message.Contains("The store records the wiring", StringComparison.Ordinal)
                    )
                    .ToList();
                Assert.IsEmpty(wrong, when + ": " + string.Join("; ", wrong));
            }

            disk.Heal();
            Assert.IsTrue(world.Loop(), $"{when}: {string.Join("; ", world.Reported)}");
            Assert.AreEqual(expected, FaultCampaign.EndState(world), when);
            FaultCampaign.AssertSound(world, processes.Executed, when);
        });

        TestContext.WriteLine($"{tried} of {writes} writes");
        Assert.IsGreaterThan(writes * 9 / 10, tried);
    }

    [TestMethod]
    public void A_store_that_may_not_grow_is_a_coded_error_and_nothing_is_lost()
    {
        var expected = Whole();
        var tried = 0;
        for (var k = 1; k <= 40; k++)
        {
            var processes = new ScriptedProcesses();
            using var world = KillTests.World(new KillPoints(), processes);
            var disk = new CrampedDisk(k);
            world.Host = world.Host with { Disk = disk, Processes = () => processes };
            FaultCampaign.Move(world);
            tried += world.Reported.Count > 0 ? 1 : 0;
            Assert.IsTrue(
                world.Reported.All(p => p.Code == RunCodes.FolderNotWritable && p.Message.Contains("full", StringComparison.Ordinal)),
                string.Join("; ", world.Reported)
            );
            disk.Cramped = false;

            Assert.IsTrue(world.Loop(), string.Join("; ", world.Reported));
            Assert.AreEqual(expected, FaultCampaign.EndState(world));
            FaultCampaign.AssertSound(world, processes.Executed, $"cramped after commit {k}");
        }

        Assert.IsGreaterThan(3, tried, "SQLite never ran out of pages");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(NoSpace)]
    [DataRow(107, DisplayName = "ENOTCONN: the process behind the mount is gone")]
    [DataRow(108, DisplayName = "ESHUTDOWN: a server has shut this machine out")]
    [DataRow(110, DisplayName = "ETIMEDOUT: a server does not answer")]
    [DataRow(116, DisplayName = "ESTALE: a server has forgotten the file")]
    [DataRow(127, DisplayName = "EKEYEXPIRED: a ticket of Kerberos has expired")]
    public void An_attempt_that_a_disk_or_its_server_holds_up_is_not_used_up(int error)
    {
        using var world = new CommandWorld();
        world.Task("a", "echo 1 > out.txt", ("Outputs", "out.txt"));
        Assert.IsTrue(world.Init());
        var disk = new FailingDisk(1, error) { Only = "run.sh" };
        world.Host = world.Host with { Disk = disk };

        Assert.IsFalse(world.Loop());
        Assert.AreEqual(Engine.Operators.OperatorCodes.AttemptBlocked, world.Reported.Single().Code);
        StringAssert.Contains(world.Reported.Single().Message, $"task 'a' is blocked: {(error == NoSpace ? "No space left" : "")}");
        Assert.AreEqual("a=READY", world.States());
        disk.Heal();

        Assert.IsTrue(world.Loop());
        Assert.AreEqual("COMPLETED", world.Query("SELECT state FROM attempts").Single());
    }

    [TestMethod]
    [DataRow(NoSpace)]
    [DataRow(InputOutput)]
    public void A_disk_that_fails_while_results_are_taken_out_and_put_in_loses_nothing(int error)
    {
        using var known = new CachedRun();
        using var whole = known.Give(KillTests.World(new KillPoints(), new ScriptedProcesses()));
        FaultCampaign.Move(whole);
        var expected = FaultCampaign.EndState(whole);
        var tried = 0;
        Parallel.For(0, 50, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var disk = new FailingDisk(1 + 5 * i, error);
            var processes = new ScriptedProcesses();
            using var world = known.Give(KillTests.World(new KillPoints(), processes));
            world.Host = world.Host with { Disk = disk, Processes = () => new FailingProcesses(processes, disk) };
            FaultCampaign.Move(world);
            var when = $"failed at {disk.Where}";
            Assert.IsTrue(!disk.Failed || world.Reported.Count > 0, when);
            Interlocked.Add(ref tried, disk.Failed ? 1 : 0);
            disk.Heal();

            Assert.IsTrue(world.Loop(), $"{when}: {string.Join("; ", world.Reported)}");
            Assert.AreEqual(expected, FaultCampaign.EndState(world), when);
            FaultCampaign.AssertSound(world, processes.Executed, when);
            known.AssertServes(world, when);
        });

        Assert.IsGreaterThan(30, tried);
    }

    [TestMethod]
    public void A_cache_that_cannot_be_written_is_a_warning_and_the_run_continues()
    {
        var processes = new ScriptedProcesses();
        using var world = KillTests.World(new KillPoints(), processes);
        world.Cache = new CacheSettings(world.In("cache"), CacheMode.ReadWrite);
        world.Host = world.Host with
        {
            Disk = new FailingDisk(4, NoSpace) { Only = "/cache/" },
            Processes = () => processes,
        };
        FaultCampaign.Move(world);

        Assert.AreEqual(Whole(), FaultCampaign.EndState(world));
        FaultCampaign.AssertSound(world, processes.Executed, "with a cache that cannot be written");
        Assert.IsNotEmpty(world.Reported);
        Assert.IsTrue(
            world.Reported.All(p =>
                p.Code == CacheCodes.NotPublished
                && p.Severity == Engine.Problems.Severity.Warning
                && p.Message.Contains("No space left", StringComparison.Ordinal)
                    | p.Message.Contains("more tasks", StringComparison.Ordinal)
            ),
            string.Join("; ", world.Reported)
        );
        Assert.IsLessThan(15, world.Reported.Count, "thousands of tasks would drown the log");
    }

    private static int Writes()
    {
        var disk = new FailingDisk(int.MaxValue, NoSpace);
        var processes = new ScriptedProcesses();
        using var world = KillTests.World(new KillPoints(), processes);
        world.Host = world.Host with { Disk = disk, Processes = () => new FailingProcesses(processes, disk) };
        FaultCampaign.Move(world);
        return disk.Count;
    }

    private static string Whole()
    {
        var processes = new ScriptedProcesses();
        using var world = KillTests.World(new KillPoints(), processes);
        FaultCampaign.Move(world);
        return FaultCampaign.EndState(world);
    }

    /// <summary>After some commits, each connection to a store is told that it may not grow.</summary>
    private sealed class CrampedDisk(int after) : IDisk
    {
        private int _commits;

        public bool Cramped { get; set; } = true;

        public void Commit(DbTransaction transaction)
        {
            var connection = transaction.Connection;
            transaction.Commit();
            using var command = connection!.CreateCommand();
            command.CommandText = "PRAGMA page_count";
            var pages = Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA max_page_count = {(Cramped && ++_commits >= after ? pages : 1 << 20)}"
            );
            command.ExecuteScalar();
        }

        public bool FileExists(string path) => File.Exists(path);

        public bool DirectoryExists(string path) => Directory.Exists(path);

        public byte[] ReadAllBytes(string path) => RealDisk.Instance.ReadAllBytes(path);

        public Stream OpenRead(string path) => RealDisk.Instance.OpenRead(path);

        public void CreateDirectory(string path) => RealDisk.Instance.CreateDirectory(path);

        public void WriteAllBytes(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.WriteAllBytes(path, content);

        public void WriteAtomically(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.WriteAtomically(path, content);

        public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.TryCreateAtomically(path, content);

        public void AppendAllBytes(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.AppendAllBytes(path, content);

        public void CopyFile(string from, string to) => RealDisk.Instance.CopyFile(from, to);

        public (Sha256 Hash, long Size) CopyHashed(string from, string to) => RealDisk.Instance.CopyHashed(from, to);

        public void MoveFile(string from, string to) => RealDisk.Instance.MoveFile(from, to);

        public void FlushFolder(string folder) => RealDisk.Instance.FlushFolder(folder);

        public void MoveDirectory(string from, string to) => RealDisk.Instance.MoveDirectory(from, to);

        public void DeleteFile(string path) => RealDisk.Instance.DeleteFile(path);

        public void DeleteDirectory(string path) => RealDisk.Instance.DeleteDirectory(path);
    }
}
