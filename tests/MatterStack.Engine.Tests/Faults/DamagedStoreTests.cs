using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A store that was cut, changed or lost is refused with a way out, or read as it was; it is never made anew.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class DamagedStoreTests : IDisposable
{
    private const int Page = 4096;
    private readonly CommandWorld _world = new(inMemory: true);
    private readonly byte[] _whole;

    public DamagedStoreTests()
    {
        for (var i = 0; i < 30; i++)
        {
            _world.Task(
                "t" + i.ToString(CultureInfo.InvariantCulture),
                "true",
                i > 0 ? [("DependsOn", "t" + (i / 2).ToString(CultureInfo.InvariantCulture))] : []
            );
        }

        _world.Task("t0", "true");
        var processes = new ScriptedProcesses();
        _world.Host = _world.Host with { Processes = () => processes };
        Assert.IsTrue(_world.Step());
        _whole = File.ReadAllBytes(_world.Run.StoreFile);
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_store_cut_at_any_page_is_refused_with_a_remedy_and_stays_as_it_is()
    {
        Assert.IsGreaterThan(5 * Page, _whole.Length);
        for (var length = 0; length < _whole.Length; length += Page)
        {
            Put(_whole[..length]);

            foreach (var command in Commands())
            {
                _world.Reported.Clear();
                Assert.IsFalse(command(), $"cut to {length}");
                var problem = _world.Reported.First();
                Assert.AreEqual(RunCodes.StoreUnusable, problem.Code, $"cut to {length}: {problem}");
                StringAssert.Contains(problem.Remedy, "Restore");
            }

            CollectionAssert.AreEqual(_whole[..length], File.ReadAllBytes(_world.Run.StoreFile), $"cut to {length}: it was written to");
        }
    }

    [TestMethod]
    [Slow]
    public void A_store_with_flipped_bytes_is_refused_or_read_and_never_a_crash()
    {
        var random = new Random(4);
        var refused = 0;
        for (var round = 0; round < 150; round++)
        {
            var bytes = (byte[])_whole.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            }

            Put(bytes);
            _world.Reported.Clear();
            foreach (var command in Commands())
            {
                command();
            }

            Assert.IsTrue(_world.Reported.All(p => p.Remedy.Length > 0 && p.Code.Code.StartsWith("MATTER", StringComparison.Ordinal)));
            Assert.HasCount(1, new RunsFolder(_world.Workspace.RunsDirectory).ListRuns());
            refused += _world.Reported.Any(p => p.Code == RunCodes.StoreUnusable) ? 1 : 0;
        }

        Assert.IsGreaterThan(10, refused);
    }

    [TestMethod]
    public void A_store_that_is_gone_is_not_made_again()
    {
        File.Delete(_world.Run.StoreFile);

        foreach (var command in Commands())
        {
            _world.Reported.Clear();
            Assert.IsFalse(command());
            Assert.AreEqual(RunCodes.StoreUnusable, _world.Reported.First().Code);
            StringAssert.Contains(_world.Reported.First().Message, "is gone");
        }

        Assert.IsFalse(File.Exists(_world.Run.StoreFile));
    }

    [TestMethod]
    public void A_store_of_a_newer_version_is_refused_by_version_and_stays_as_it_is()
    {
        _world.Execute("PRAGMA user_version = 99");
        var before = File.ReadAllBytes(_world.Run.StoreFile);

        foreach (var command in Commands())
        {
            _world.Reported.Clear();
            Assert.IsFalse(command());
            Assert.AreEqual(RunCodes.StoreVersion, _world.Reported.First().Code);
            StringAssert.Contains(_world.Reported.First().Message, "format 99");
        }

        CollectionAssert.AreEqual(before, File.ReadAllBytes(_world.Run.StoreFile));
    }

    [TestMethod]
    public void A_log_that_was_deleted_after_a_crash_starts_nothing_twice()
    {
        using var world = new CommandWorld(inMemory: true);
        world.Task("a", $"echo a >> '{world.In("starts")}'").Task("b", $"echo b >> '{world.In("starts")}'", ("DependsOn", "a"));
        Assert.IsTrue(world.Init());
        var old = File.ReadAllBytes(world.Run.StoreFile);
        Assert.IsTrue(world.Loop());
        // The store as it was before the loop: all that the loop recorded was in the log.
        File.WriteAllBytes(world.Run.StoreFile, old);

        Assert.IsFalse(world.Loop());

        Assert.AreEqual(OperatorCodes.AlreadyStarted, world.Reported.Single().Code);
        Assert.AreEqual("a\nb\n", File.ReadAllText(world.In("starts")));
    }

    [TestMethod]
    public void Looking_at_a_run_that_was_left_in_a_crash_does_not_write_to_its_store()
    {
        var log = _world.Run.StoreFile + "-wal";
        _world.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        using (var writer = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_world.Run.StoreFile};Pooling=false"))
        {
            writer.Open();
            using var command = writer.CreateCommand();
            command.CommandText = "UPDATE runs SET reason = 'a crash came after this'";
            command.ExecuteNonQuery();
            // What a crash leaves: store and log, and nobody who holds them.
            var (store, left) = (Shared(_world.Run.StoreFile), Shared(log));
            writer.Close();
            Put(store);
            File.WriteAllBytes(log, left);
        }

        var before = File.ReadAllBytes(_world.Run.StoreFile);
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(_world.Said.Any(line => line.Contains("a crash came after this", StringComparison.Ordinal)));
        Assert.IsTrue(
            ExplainCommand.Execute(_world.Context()).Success
                && ListRunsCommand.Execute(_world.Context()).Success
                && ExportEvidenceCommand.Execute(_world.Context()).Success
        );

        CollectionAssert.AreEqual(before, File.ReadAllBytes(_world.Run.StoreFile));
        Assert.IsGreaterThan(0, new FileInfo(log).Length);
    }

    private static byte[] Shared(string path) => Engine.Files.RealDisk.Instance.ReadAllBytes(path);

    private void Put(byte[] store)
    {
        File.Delete(_world.Run.StoreFile + "-wal");
        File.Delete(_world.Run.StoreFile + "-shm");
        File.WriteAllBytes(_world.Run.StoreFile, store);
    }

    private IEnumerable<Func<bool>> Commands() =>
        [
            () => _world.Step(),
            () => StatusCommand.Execute(_world.Context()).Success,
            () => ExplainCommand.Execute(_world.Context()).Success,
            () => ExportEvidenceCommand.Execute(_world.Context()).Success,
        ];
}
