using System.Data.Common;
using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Commands;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>The disk fails at every write in turn and from then on; when it is well again a plain loop goes on.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class WriteErrorTests
{
    private const int NoSpace = 28;
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
            using var world = KillTests.World(new Seams(), processes);
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
            foreach (var run in new RunsFolder(world.Workspace.RunsDirectory).All())
            {
                var wrong = RunChecker.Check(run).Where(p => p.Code == RunCodes.RecordsContradict && !p.Message.Contains("The store records the wiring", StringComparison.Ordinal)).ToList();
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
            using var world = KillTests.World(new Seams(), processes);
            var disk = new CrampedDisk(k);
            world.Host = world.Host with { Disk = disk, Processes = () => processes };
            FaultCampaign.Move(world);
            tried += world.Reported.Count > 0 ? 1 : 0;
            Assert.IsTrue(world.Reported.All(p => p.Code == RunCodes.FolderNotWritable && p.Message.Contains("full", StringComparison.Ordinal)), string.Join("; ", world.Reported));
            disk.Cramped = false;

            Assert.IsTrue(world.Loop(), string.Join("; ", world.Reported));
            Assert.AreEqual(expected, FaultCampaign.EndState(world));
            FaultCampaign.AssertSound(world, processes.Executed, $"cramped after commit {k}");
        }

        Assert.IsGreaterThan(3, tried, "SQLite never ran out of pages");
    }

    [TestMethod]
    public void An_attempt_that_a_full_disk_holds_up_is_not_used_up()
    {
        using var world = new CommandWorld();
        world.Task("a", "echo 1 > out.txt", ("Outputs", "out.txt"));
        Assert.IsTrue(world.Init());
        var disk = new FailingDisk(1, NoSpace) { Only = "run.sh" };
        world.Host = world.Host with { Disk = disk };

        Assert.IsFalse(world.Loop());
        Assert.AreEqual(Engine.Operators.OperatorCodes.HeldUp, world.Reported.Single().Code);
        StringAssert.Contains(world.Reported.Single().Message, "task 'a' is held up: No space left");
        Assert.AreEqual("a=READY", world.States());
        disk.Heal();

        Assert.IsTrue(world.Loop());
        Assert.AreEqual("COMPLETED", world.Query("SELECT state FROM attempts").Single());
    }

    private static int Writes()
    {
        var disk = new FailingDisk(int.MaxValue, NoSpace);
        var processes = new ScriptedProcesses();
        using var world = KillTests.World(new Seams(), processes);
        world.Host = world.Host with { Disk = disk, Processes = () => new FailingProcesses(processes, disk) };
        FaultCampaign.Move(world);
        return disk.Count;
    }

    private static string Whole()
    {
        var processes = new ScriptedProcesses();
        using var world = KillTests.World(new Seams(), processes);
        FaultCampaign.Move(world);
        return FaultCampaign.EndState(world);
    }

    /// <summary>Starts nothing on a failing disk: the log of a process is the first thing that is written.</summary>
    private sealed class FailingProcesses(ScriptedProcesses processes, FailingDisk disk) : Engine.Operators.Local.IProcessHost
    {
        public Engine.Operators.Local.ProcessIdentity Start(Engine.Operators.Local.ProcessRequest request)
        {
            disk.Write("log " + request.Stdout);
            return processes.Start(request);
        }

        public Engine.Operators.Local.ProcessEnd WaitForChild(Engine.Operators.Local.ProcessIdentity process) => processes.WaitForChild(process);

        public void WaitForOther(Engine.Operators.Local.ProcessIdentity process, CancellationToken cancel) => processes.WaitForOther(process, cancel);

        public Engine.Operators.Local.ProcessPresence Look(Engine.Operators.Local.ProcessIdentity process) => processes.Look(process);

        public TimeSpan? Age(Engine.Operators.Local.ProcessIdentity process) => processes.Age(process);

        public IReadOnlyDictionary<Engine.Identity.AttemptId, Engine.Operators.Local.ProcessIdentity> Find(IReadOnlySet<Engine.Identity.AttemptId> attempts) => processes.Find(attempts);

        public void SignalGroup(Engine.Operators.Local.ProcessIdentity process, bool kill) => processes.SignalGroup(process, kill);
    }

    /// <summary>The real disk until a write, and none after it.</summary>
    private sealed class FailingDisk(int failsAt, int error) : IDisk
    {
        private readonly Lock _gate = new();
        private int _writes;
        private bool _well;

        public string? Only { get; init; }

        public int Count => _writes;

        public bool Failed { get; private set; }

        public string Where { get; private set; } = "";

        public void Heal() => _well = true;

        public void Write(string what)
        {
            lock (_gate)
            {
                if (_well || (Only is not null && !what.EndsWith(Only, StringComparison.Ordinal)) || ++_writes < failsAt)
                {
                    return;
                }

                (Where, Failed) = (Failed ? Where : what, true);
            }

            throw new IOException(error == NoSpace ? $"No space left on device : '{what}'" : $"Input/output error : '{what}'", error);
        }

        public bool FileExists(string path) => File.Exists(path);

        public bool DirectoryExists(string path) => Directory.Exists(path);

        public byte[] ReadAllBytes(string path) => RealDisk.Instance.ReadAllBytes(path);

        public Stream OpenRead(string path) => RealDisk.Instance.OpenRead(path);

        public void CreateDirectory(string path)
        {
            if (!Directory.Exists(path))
            {
                Write("folder " + path);
            }

            RealDisk.Instance.CreateDirectory(path);
        }

        public void WriteAllBytes(string path, ReadOnlySpan<byte> content)
        {
            // A part of it fits.
            RealDisk.Instance.WriteAllBytes(path, content[..(content.Length / 2)]);
            Write(path);
            RealDisk.Instance.WriteAllBytes(path, content);
        }

        public void WriteAtomically(string path, ReadOnlySpan<byte> content)
        {
            Write(path);
            RealDisk.Instance.WriteAtomically(path, content);
        }

        public void AppendAllBytes(string path, ReadOnlySpan<byte> content)
        {
            try
            {
                Write(path);
            }
            catch (IOException)
            {
                RealDisk.Instance.AppendAllBytes(path, content[..(content.Length / 2)]);
                throw;
            }

            RealDisk.Instance.AppendAllBytes(path, content);
        }

        public void CopyFile(string from, string to)
        {
            Write(to);
            RealDisk.Instance.CopyFile(from, to);
        }

        public (Sha256 Hash, long Size) CopyHashed(string from, string to)
        {
            Write(to);
            return RealDisk.Instance.CopyHashed(from, to);
        }

        public void Move(string from, string to)
        {
            Write(to);
            RealDisk.Instance.Move(from, to);
        }

        public void Flush(string folder)
        {
            Write("flush " + folder);
            RealDisk.Instance.Flush(folder);
        }

        public void MoveDirectory(string from, string to)
        {
            Write(to);
            RealDisk.Instance.MoveDirectory(from, to);
        }

        public void DeleteFile(string path) => RealDisk.Instance.DeleteFile(path);

        public void DeleteDirectory(string path) => RealDisk.Instance.DeleteDirectory(path);

        public void Commit(DbTransaction transaction)
        {
            try
            {
                Write("commit");
            }
            catch (IOException e)
            {
                throw error == NoSpace ? new SqliteException("SQLite Error 13: 'database or disk is full'.", 13) : new SqliteException($"SQLite Error 10: 'disk I/O error'. {e.Message}", 10);
            }

            RealDisk.Instance.Commit(transaction);
        }
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
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {(Cramped && ++_commits >= after ? pages : 1 << 20)}");
            command.ExecuteScalar();
        }

        public bool FileExists(string path) => File.Exists(path);

        public bool DirectoryExists(string path) => Directory.Exists(path);

        public byte[] ReadAllBytes(string path) => RealDisk.Instance.ReadAllBytes(path);

        public Stream OpenRead(string path) => RealDisk.Instance.OpenRead(path);

        public void CreateDirectory(string path) => RealDisk.Instance.CreateDirectory(path);

        public void WriteAllBytes(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.WriteAllBytes(path, content);

        public void WriteAtomically(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.WriteAtomically(path, content);

        public void AppendAllBytes(string path, ReadOnlySpan<byte> content) => RealDisk.Instance.AppendAllBytes(path, content);

        public void CopyFile(string from, string to) => RealDisk.Instance.CopyFile(from, to);

        public (Sha256 Hash, long Size) CopyHashed(string from, string to) => RealDisk.Instance.CopyHashed(from, to);

        public void Move(string from, string to) => RealDisk.Instance.Move(from, to);

        public void Flush(string folder) => RealDisk.Instance.Flush(folder);

        public void MoveDirectory(string from, string to) => RealDisk.Instance.MoveDirectory(from, to);

        public void DeleteFile(string path) => RealDisk.Instance.DeleteFile(path);

        public void DeleteDirectory(string path) => RealDisk.Instance.DeleteDirectory(path);
    }
}
