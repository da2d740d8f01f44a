using System.Collections.Concurrent;
using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using static SQLitePCL.raw;

namespace MatterStack.Engine.Runs;

/// <summary>Reads a store on a file system that several machines share, while one of them writes to it.</summary>
/// <remarks>
/// There is no log beside the store that would let readers and the writer work at once, so a reader holds the store only for as long as it takes to copy it, and reads the copy.
/// What a file system shows of a file that another machine has just written may be old for a moment; then it is read again, for a bounded time, before anything is said.
/// </remarks>
internal static class SharedStore
{
    private const int PagesAtOnce = 1000;
    private const string Journal = "-journal";
    private static readonly string[] Unfinished = [Journal, "-wal"];
    private static readonly TimeSpan PatienceForLocks = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PatienceForCaches = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MemoryOfSmallFiles = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    // Stores that this process is writing to. To close any descriptor of a file drops all locks that a process has on it, so those are never opened past SQLite.
    private static readonly ConcurrentDictionary<string, int> Written = new(StringComparer.Ordinal);
    private static readonly Lock OneAtATime = new();

    /// <summary>This process writes to a store until what is returned is disposed.</summary>
    public static void Enlist(SqliteConnection connection, string path)
    {
        Written.AddOrUpdate(path, 1, static (_, writers) => writers + 1);
        connection.Disposed += (_, _) => Written.AddOrUpdate(path, 0, static (_, writers) => writers - 1);
    }

    /// <summary>One state of a store, in a database of this process alone.</summary>
    public static SqliteConnection Copy(string path, FileSystem files) => Read(path, files, source => CopyInto(source, path));

    /// <summary>Reads a store: one state of it, for a short time.</summary>
    /// <exception cref="ProblemException">It cannot be read, and not for a moment only.</exception>
    public static T Read<T>(string path, FileSystem files, Func<SqliteConnection, T> read) => Patiently(() =>
    {
        lock (OneAtATime)
        {
            return Written.GetValueOrDefault(path) > 0 ? Together(path, read) : Apart(path, files, read);
        }
    });

    /// <summary>Has this machine see a store as the last writer left it. Before it is opened for writing, by whoever holds the run's lock.</summary>
    /// <exception cref="ProblemException">It still sees an earlier journal: SQLite would undo with it what was written since.</exception>
    public static void Renew(string path)
    {
        lock (OneAtATime)
        {
            FreshView.RenewSmall(path);
            FreshView.RenewSmall(path + Journal);
            using var store = OpenIfThere(path);
            using var journal = OpenIfThere(path + Journal);
            if (store is not null && journal is not null && !StoreJournal.BelongsTo(journal, store))
            {
                throw new ProblemException(StoreConnection.InUse(path), new IOException());
            }
        }
    }

    /// <summary>Sees to it that nobody writes to a store as earlier versions did, who would not hear what this one leaves beside it.</summary>
    /// <exception cref="ProblemException">Somebody does.</exception>
    public static void CheckNoLog(string path) => Patiently(() =>
    {
        lock (OneAtATime)
        {
            using var store = RegularFile.Open(path);
            FreshView.Renew(store);
            return HasLog(store) ? throw new ProblemException(StoreConnection.HasLog(path), new IOException()) : true;
        }
    });

    /// <summary>Tries again while what went wrong may be a view of another machine's change that is not whole yet.</summary>
    internal static T Patiently<T>(Func<T> read)
    {
        var (clock, pause) = (TimeProvider.System, FirstPause);
        for (var began = clock.GetTimestamp(); ;)
        {
            try
            {
                return read();
            }
            catch (Exception e) when (IsPassing(e) && clock.GetElapsedTime(began) < PatienceForCaches)
            {
                Thread.Sleep(pause);
                pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
            }
        }
    }

    private static bool IsPassing(Exception e) => e switch
    {
        ProblemException { Problems: [{ Code: var code }, ..] } when code == RunCodes.NotPermitted || code == RunCodes.PathTooLong => false,
        ProblemException { InnerException: { } inner } => IsPassing(inner),
        SqliteException { SqliteErrorCode: SQLITE_IOERR or SQLITE_CORRUPT or SQLITE_NOTADB or SQLITE_CANTOPEN or SQLITE_PROTOCOL or SQLITE_READONLY or SQLITE_SCHEMA } => true,
        IOException => e is not FileNotFoundException and not DirectoryNotFoundException,
        _ => false,
    };

    // The writer is this process, which sees what it has written.
    private static T Together<T>(string path, Func<SqliteConnection, T> read)
    {
        using var source = StoreConnection.Open(path, SqliteOpenMode.ReadWrite);
        _ = sqlite3_busy_timeout(source.Handle!, (int)PatienceForLocks.TotalMilliseconds);
        StoreConnection.Execute(source, "PRAGMA query_only=ON; BEGIN; SELECT count(*) FROM sqlite_schema;", path);
        return read(source);
    }

    // SQLite itself would look at the store through what this machine remembers of it; and where that is an unfinished journal, it would undo what another machine has finished. What is
    // unfinished in a copy is undone in the copy.
    private static T Apart<T>(string path, FileSystem files, Func<SqliteConnection, T> read)
    {
        var folder = MakeFolder(path);
        try
        {
            var copy = Path.Combine(folder, Path.GetFileName(path));
            CopyFiles(path, files, copy);
            using var source = StoreConnection.Open(copy, SqliteOpenMode.ReadWrite);
            StoreConnection.Execute(source, "BEGIN; SELECT count(*) FROM sqlite_schema;", path);
            return read(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(Denial.OfReading(path) is { } why ? Problem.Of(RunCodes.NotPermitted, why, new SourcePosition(path))
                : FileSystem.WhyGone(path) is { } gone ? StoreConnection.Gone(path, gone)
                : DiskTrouble.IsLackOfSpace(e) ? NoRoom(path)
                : e is FileNotFoundException && !Directory.Exists(Path.GetDirectoryName(path)) ? Problem.Of(RunCodes.RunDeleted, $"{path} is not there any more", new SourcePosition(path))
                : DiskTrouble.Is(e) ? new Problem(RunCodes.FolderNotWritable, $"{path} cannot be read: {e.Message}", "See to its disk, or to the server of its file system, and give the command again; nothing was lost.", new SourcePosition(path))
                : new Problem(RunCodes.StoreUnusable, $"{path} cannot be read: {e.Message}", RunCodes.StoreUnusable.Remedy, new SourcePosition(path)), e);
        }
        finally
        {
            Delete(folder);
        }
    }

    private static string MakeFolder(string path)
    {
        try
        {
            return Directory.CreateTempSubdirectory("matterstack-store-").FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(DiskTrouble.IsLackOfSpace(e) ? NoRoom(path)
                : new Problem(RunCodes.FolderNotWritable, $"There is no folder for a copy of {path}: {e.Message}", "Set TMPDIR to a folder that can be written.", new SourcePosition(path)));
        }
    }

    private static Problem NoRoom(string path) => new(RunCodes.FolderNotWritable,
        $"There is no room for a copy of {path} in {Path.GetTempPath()}", "Free some space there, or set TMPDIR to another folder.", new SourcePosition(path));

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was read is whole all the same.
        }
    }

    private static void CopyFiles(string path, FileSystem files, string copy)
    {
        using var store = RegularFile.Open(path);
        var locked = files.WhyLocksAreOurs is null && StoreReadLock.Take(store, path, PatienceForLocks);
        FreshView.Renew(store);
        // A log is written to while others read.
        var seen = locked && !HasLog(store) ? null : Look(path);
        CopyFile(store, copy);
        var isNew = FreshView.RenewSmall(path + Journal);
        foreach (var beside in Unfinished)
        {
            using var file = OpenIfThere(path + beside);
            if (file is not null)
            {
                if (beside != Journal)
                {
                    FreshView.Renew(file);
                }
                else if (!StoreJournal.BelongsTo(file, store) || !(isNew || IsStill(file)))
                {
                    continue;
                }

                CopyFile(file, copy + beside);
            }
        }

        if (seen is not null && seen != Look(path))
        {
            throw new ProblemException(StoreConnection.InUse(path), new IOException());
        }
    }

    // Whether a journal that looks unfinished is: seldom, and looked at again when nothing is remembered of it any more.
    private static bool IsStill(SafeFileHandle journal)
    {
        if (StoreJournal.IsEmpty(journal))
        {
            return true;
        }

        Thread.Sleep(MemoryOfSmallFiles);
        FreshView.Renew(journal);
        return !StoreJournal.IsEmpty(journal);
    }

    private static void CopyFile(SafeFileHandle from, string to)
    {
        using var source = new FileStream(new SafeFileHandle(from.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, 1);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        source.Position = 0;
        source.CopyTo(target, 1 << 17);
    }

    private static bool HasLog(SafeFileHandle store)
    {
        Span<byte> form = stackalloc byte[1];
        return RandomAccess.Read(store, form, 18) == 1 && form[0] == 2;
    }

    // What tells one state of the files from another. Times are no sign of it: where locks do not reach, they are remembered for long.
    private static string Look(string path) => string.Concat(Unfinished.Prepend("").Select(beside =>
    {
        using var file = OpenIfThere(path + beside);
        if (file is null)
        {
            return " -";
        }

        FreshView.Renew(file);
        using var content = new FileStream(new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, 1);
        return " " + Convert.ToHexString(SHA256.HashData(content));
    }));

    // A name that is listed may be one that has gone.
    private static SafeFileHandle? OpenIfThere(string path)
    {
        try
        {
            return RegularFile.Open(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static SqliteConnection CopyInto(SqliteConnection source, string path)
    {
        // Without a name: SQLite keeps it in memory, and what does not fit in a file that goes with the process.
        var copy = new SqliteConnection("Data Source=;Pooling=False");
        try
        {
            copy.Open();
            StoreGuard.Distrust(copy);
            using var backup = sqlite3_backup_init(copy.Handle!, "main", source.Handle!, "main");
            var clock = new StoreClock(StoreGuard.Patience);
            int result;
            do
            {
                result = clock.IsUp ? SQLITE_INTERRUPT : sqlite3_backup_step(backup, PagesAtOnce);
            }
            while (result == SQLITE_OK);

            if (result == SQLITE_DONE)
            {
                return copy;
            }

            throw result == SQLITE_FULL ? new ProblemException(NoRoom(path))
                : StoreConnection.Explain(new SqliteException(sqlite3_errstr(result).utf8_to_string(), result), path);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }
}
