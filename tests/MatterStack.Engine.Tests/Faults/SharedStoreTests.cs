using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Tests.Commands;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A store on a file system that machines share, as far as one machine and its disk can show it.</summary>
[TestClass]
[Slow]
public sealed class SharedStoreTests : IDisposable
{
    private static readonly FileSystem Shared = new("nfs4", IsShared: true, null);
    private static readonly FileSystem Local = new("local", IsShared: false, null);
    private static readonly FileSystem WithoutLocks = new("fuse.sshfs", IsShared: true, "its locks hold on one machine only");
    private readonly CommandWorld _world = new();

    private string Store => _world.Run.StoreFile;

    public SharedStoreTests()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void The_journal_follows_the_file_system_at_each_opening_and_nothing_is_lost()
    {
        Assert.AreEqual("wal", JournalAfter(Local, "one"));
        Assert.AreEqual("persist", JournalAfter(Shared, "two"));
        Assert.IsFalse(File.Exists(Store + "-wal"));
        Assert.IsFalse(File.Exists(Store + "-shm"));
        Assert.AreEqual("persist", JournalAfter(Shared, "three"));
        Assert.AreEqual("wal", JournalAfter(Local, "four"));
        Assert.IsFalse(File.Exists(Store + "-journal"));
        Assert.AreEqual("wal", JournalAfter(Local, "five"));

        Assert.AreEqual("five", Reason(Local));
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void A_log_with_content_that_comes_with_the_store_is_read_and_taken_in()
    {
        KeepLog("in the log");
        Assert.IsGreaterThan(0, new FileInfo(Store + "-wal").Length);

        // Who only looks leaves it as it is.
        Assert.AreEqual("in the log", Reason(Shared));
        Assert.AreEqual("in the log", Reason(WithoutLocks));
        Assert.IsGreaterThan(0, new FileInfo(Store + "-wal").Length);

        using (StoreConnection.OpenWriter(Store, create: false, Shared)) { }

        Assert.IsFalse(File.Exists(Store + "-wal"));
        Assert.AreEqual("in the log", Reason(Shared));
    }

    [TestMethod]
    public void A_store_that_is_open_with_a_log_is_not_written_to_without_one()
    {
        using (var other = StoreConnection.OpenWriter(Store, create: false, Local))
        {
            StoreConnection.ExecuteSql(other, "UPDATE runs SET reason = 'another version'", Store);

            var refused = Assert.ThrowsExactly<ProblemException>(() =>
                StoreConnection.OpenWriter(Store, create: false, Shared, TimeSpan.Zero)
            );

            Assert.AreEqual(RunCodes.StoreBusy, refused.Problems.Single().Code);
        }

        Assert.AreEqual("another version", Reason(Shared));
    }

    [TestMethod]
    public void A_reader_undoes_in_its_copy_what_a_killed_writer_has_not_finished_and_leaves_the_store_alone()
    {
        Assert.AreEqual("persist", JournalAfter(Shared, "finished"));
        LeaveUnfinished("unfinished");
        var (store, journal) = (File.ReadAllBytes(Store), File.ReadAllBytes(Store + "-journal"));
        Assert.AreNotEqual(0, journal[0], "the journal is to be undone");

        Assert.AreEqual("finished", Reason(Shared));
        Assert.AreEqual("finished", Reason(WithoutLocks));
        CollectionAssert.AreEqual(store, File.ReadAllBytes(Store));
        CollectionAssert.AreEqual(journal, File.ReadAllBytes(Store + "-journal"));

        using (StoreConnection.OpenWriter(Store, create: false, Shared)) { }

        Assert.AreEqual("finished", Reason(Shared));
    }

    [TestMethod]
    public void An_earlier_journal_that_a_machine_still_shows_undoes_nothing()
    {
        LeaveUnfinished("unfinished");
        var earlier = File.ReadAllBytes(Store + "-journal");
        Assert.AreEqual("persist", JournalAfter(Shared, "one"));
        Assert.AreEqual("persist", JournalAfter(Shared, "two"));
        var now = File.ReadAllBytes(Store + "-journal");
        File.WriteAllBytes(Store + "-journal", earlier);
        var store = File.ReadAllBytes(Store);

        Assert.AreEqual("two", Reason(Shared));
        Assert.AreEqual("two", Reason(WithoutLocks));
        var refused = Assert.ThrowsExactly<ProblemException>(() => StoreConnection.OpenWriter(Store, create: false, Shared));

        Assert.AreEqual(RunCodes.StoreBusy, refused.Problems.Single().Code);
        CollectionAssert.AreEqual(store, File.ReadAllBytes(Store));
        CollectionAssert.AreEqual(earlier, File.ReadAllBytes(Store + "-journal"));
        File.WriteAllBytes(Store + "-journal", now);
        Assert.AreEqual("persist", JournalAfter(Shared, "three"));
        Assert.AreEqual("three", Reason(Shared));
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void A_reader_that_continues_for_long_keeps_no_writer_waiting_and_sees_one_state()
    {
        using var reading = StoreConnection.OpenReader(Store, Shared).Connection;
        Assert.AreEqual("persist", JournalAfter(Shared, "later"));

        Assert.AreNotEqual("later", Value(reading, "SELECT reason FROM runs"));
        Assert.AreEqual("later", Reason(Shared));
    }

    [TestMethod]
    public void A_writer_that_is_just_writing_is_waited_for()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("the lock of a reader is Linux's here");
        }

        using var holder = RegularFile.OpenHandle(Store);
        using var writer = new HeldStore(Store);
        Assert.IsTrue(writer.IsHeld);

        var refused = Assert.ThrowsExactly<ProblemException>(() => StoreReadLock.TryAcquire(holder, Store, TimeSpan.Zero));

        Assert.AreEqual(RunCodes.StoreBusy, refused.Problems.Single().Code);
        writer.Dispose();
        Assert.IsTrue(StoreReadLock.TryAcquire(holder, Store, TimeSpan.Zero));
    }

    [TestMethod]
    public void What_another_machine_asks_is_taken_into_the_store_once()
    {
        var request = new RunRequest(RequestKind.Pause, null, null, false, "me@there", "for a while");
        var seq = RequestFiles.WriteRequest(_world.Run, request, RealDisk.Instance, DateTimeOffset.UtcNow);
        Assert.IsTrue(RequestFiles.IsNotImported(_world.Run, seq));
        var file = Directory.GetFiles(_world.Run.RequestsFolder).Single();
        var again = File.ReadAllBytes(file);

        using (var store = RunStore.Open(_world.Run, RealDisk.Instance))
        {
            Assert.AreEqual((seq, request), store.ReadQueuedRequests().Single());
            Assert.IsFalse(RequestFiles.IsNotImported(_world.Run, seq));
            // As one who was killed before the file was gone would find it.
            File.WriteAllBytes(file, again);
            File.WriteAllText(Path.Combine(_world.Run.RequestsFolder, "12.json"), "{ \"kind\": ");
            File.WriteAllText(Path.Combine(_world.Run.RequestsFolder, "notes.json"), "{}");
            File.WriteAllText(
                Path.Combine(_world.Run.RequestsFolder, "13.json"),
                """{ "kind": "Unheard", "at_utc": "2026-01-01T00:00:00Z" }"""
            );
            Assert.HasCount(1, store.ReadQueuedRequests());
        }

        Assert.IsNull(RequestTable.FindAnswer(_world.Run, seq));
    }

    [TestMethod]
    public void The_answer_about_a_held_task_keeps_its_decision_and_its_values_on_the_way()
    {
        var request = new RunRequest(RequestKind.Respond, "a", null, false, "me@there", "more memory")
        {
            Decision = HoldDecision.Retry,
            Changes = [KeyValuePair.Create("MemoryGb", "64"), KeyValuePair.Create("GpuType", "\"a100\"")],
        };
        var seq = RequestFiles.WriteRequest(_world.Run, request, RealDisk.Instance, DateTimeOffset.UtcNow);
        RequestTable.AddRequest(_world.Run, request, RealDisk.Instance, DateTimeOffset.UtcNow);

        using var store = RunStore.Open(_world.Run, RealDisk.Instance);
        var queued = store.ReadQueuedRequests();

        Assert.HasCount(2, queued);
        Assert.Contains(seq, queued.Select(one => one.Seq));
        foreach (var (_, read) in queued)
        {
            Assert.AreEqual(HoldDecision.Retry, read.Decision);
            Assert.AreEqual("MemoryGb=64;GpuType=\"a100\"", string.Join(';', read.Changes.Select(c => $"{c.Key}={c.Value}")));
        }
    }

    [TestMethod]
    public void An_answer_whose_arguments_this_version_cannot_read_is_refused()
    {
        var request = new RunRequest(RequestKind.Respond, "a", null, false, "me@there", null);

        Assert.IsNull(RequestArguments.AddTo(request, "not JSON").Decision);
        Assert.IsNull(RequestArguments.AddTo(request, """{"decision":"later"}""").Decision);
        Assert.IsNull(RequestArguments.AddTo(request, null).Decision);
    }

    [TestMethod]
    public void A_run_is_not_moved_where_locks_do_not_reach_other_machines_unless_the_user_vouches_for_them()
    {
        var refused = RunLock.Acquire(_world.Run, TimeProvider.System, files: WithoutLocks).Problems.Single();

        Assert.AreEqual(RunCodes.NoLocks, refused.Code);
        Assert.Contains("fuse.sshfs", refused.Message);
        Assert.Contains("MatterStackTrustLocks=true", refused.Remedy);
        Assert.Contains("MatterStackRunsDirectory", refused.Remedy);
        using (RunLock.Acquire(_world.Run, TimeProvider.System, trust: true, files: WithoutLocks).GetValueOrThrow()) { }

        using (RunLock.Acquire(_world.Run, TimeProvider.System, files: Shared).GetValueOrThrow()) { }
    }

    [TestMethod]
    public void A_store_whose_folder_is_gone_is_not_a_damaged_one()
    {
        var gone = Path.Combine(_world.Folder, "unmounted", "state.sqlite");

        var problem = Assert.ThrowsExactly<ProblemException>(() => SharedStore.ReadStore(gone, Shared, static _ => true)).Problems.Single();

        Assert.AreEqual(RunCodes.RunDeleted, problem.Code);
        Assert.Contains("mount it again", problem.Remedy);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_store_that_a_server_cannot_give_is_not_a_damaged_one()
    {
        const int timedOut = 110;
        using var mount = ErrorMount.With("what a store holds", "state.sqlite");
        mount.Fail(FuseOperation.Read, timedOut);

        var problem = Assert
            .ThrowsExactly<ProblemException>(() =>
                SharedStore.ReadStore(Path.Combine(mount.Folder, "state.sqlite"), WithoutLocks, static _ => true)
            )
            .Problems.Single();

        Assert.AreEqual(RunCodes.FolderNotWritable, problem.Code);
        Assert.Contains("timed out", problem.Message);
        Assert.DoesNotContain("Restore", problem.Remedy);
    }

    [TestMethod]
    public void A_view_that_is_old_for_a_moment_is_looked_at_again_and_what_stays_wrong_is_said()
    {
        var looks = 0;
        Assert.AreEqual(3, SharedStore.RetryWhileStale(() => ++looks < 3 ? throw new SqliteException("malformed", 11) : looks));

        Assert.ThrowsExactly<ProblemException>(() =>
            SharedStore.RetryWhileStale<int>(() =>
                throw new ProblemException(Problem.Create(RunCodes.NotPermitted, "no", new SourcePosition(Store)), new IOException())
            )
        );
        File.WriteAllBytes(Store, new byte[5000]);
        var damaged = Assert.ThrowsExactly<ProblemException>(() => StoreConnection.OpenReader(Store, Shared));
        Assert.AreEqual(RunCodes.StoreUnusable, damaged.Problems.Single().Code);
    }

    private string JournalAfter(FileSystem files, string reason)
    {
        using var writer = StoreConnection.OpenWriter(Store, create: false, files);
        StoreConnection.ExecuteSql(writer, $"UPDATE runs SET reason = '{reason}'", Store);
        return Value(writer, "PRAGMA journal_mode");
    }

    private string Reason(FileSystem files)
    {
        using var reader = StoreConnection.OpenReader(Store, files).Connection;
        return Value(reader, "SELECT reason FROM runs");
    }

    private static string Value(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() as string ?? "";
    }

    // A log that a copy of a live store has.
    private void KeepLog(string reason)
    {
        var copy = Path.Combine(_world.Folder, "kept");
        Directory.CreateDirectory(copy);
        using (var writer = StoreConnection.OpenWriter(Store, create: false, Local))
        {
            StoreConnection.ExecuteSql(writer, $"UPDATE runs SET reason = '{reason}'", Store);
            CopyStore(_world.Run.Path, copy);
        }

        CopyStore(copy, _world.Run.Path);
    }

    // What is on the disk when a writer is killed between its journal and its end.
    private void LeaveUnfinished(string reason)
    {
        var copy = Path.Combine(_world.Folder, "kept");
        Directory.CreateDirectory(copy);
        using (var writer = StoreConnection.OpenWriter(Store, create: false, Shared))
        {
            // So little room for pages that they are written before the end; the first page, which every transaction changes at its end, is
            // among them.
            StoreConnection.ExecuteSql(
                writer,
                $"PRAGMA cache_size=1; PRAGMA cache_spill=1; BEGIN IMMEDIATE; CREATE TABLE more (x); DROP TABLE more; "
                    + $"UPDATE runs SET reason = '{reason}';"
                    + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO events (at_utc, kind, "
                    + "details) SELECT '2026-01-01T00:00:00.000Z', 'X', hex(randomblob(100)) FROM n;",
                Store
            );
            CopyStore(_world.Run.Path, copy);
            StoreConnection.ExecuteSql(writer, "ROLLBACK", Store);
        }

        CopyStore(copy, _world.Run.Path);
    }

    private static void CopyStore(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "state.sqlite*"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    /// <summary>SQLite in the middle of writing.</summary>
    private sealed class HeldStore : IDisposable
    {
        private readonly SqliteConnection _connection;

        public HeldStore(string path)
        {
            _connection = StoreConnection.OpenWriter(path, create: false, Shared);
            StoreConnection.ExecuteSql(_connection, "BEGIN EXCLUSIVE", path);
        }

        public bool IsHeld => _connection.State == System.Data.ConnectionState.Open;

        public void Dispose() => _connection.Dispose();
    }
}
