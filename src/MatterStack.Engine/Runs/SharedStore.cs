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
/// Without a WAL, readers and the writer cannot work at the same time. So a reader locks the store only while it copies it, and reads the
/// copy. A file system may show an old state of a file that another machine has just written. So a read is repeated for a bounded time
/// before an error is reported.
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

    // Number of open writers of this process per store. Closing any descriptor of a file drops all POSIX locks of the process on it, so
    // these files are opened only through SQLite.
    private static readonly ConcurrentDictionary<string, int> Written = new(StringComparer.Ordinal);
    private static readonly Lock OneAtATime = new();

    /// <summary>Registers a connection of this process that writes to a store, until the connection is disposed.</summary>
    public static void Enlist(SqliteConnection connection, string path)
    {
        Written.AddOrUpdate(path, 1, static (_, writers) => writers + 1);
        connection.Disposed += (_, _) => Written.AddOrUpdate(path, 0, static (_, writers) => writers - 1);
    }

    /// <summary>Copies one state of a store into a private database of this process.</summary>
    public static SqliteConnection Copy(string path, FileSystem files) => Read(path, files, source => CopyInto(source, path));

    /// <summary>Reads one state of a store, for a short time.</summary>
    /// <exception cref="ProblemException">The store cannot be read, also after repeated attempts.</exception>
    public static T Read<T>(string path, FileSystem files, Func<SqliteConnection, T> read) => Patiently(() =>
    {
        lock (OneAtATime)
        {
            return Written.GetValueOrDefault(path) > 0 ? Together(path, read) : Apart(path, files, read);
        }
    });

    /// <summary>Makes this machine see a store as the last writer left it. The holder of the run's lock calls it before it opens the store
    /// for writing.</summary>
    /// <exception cref="ProblemException">The machine still sees an earlier journal, with which SQLite would undo later
    /// transactions.</exception>
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

    /// <summary>Checks that no earlier version of MatterStack writes to a store: it would not read the request files beside the
    /// store.</summary>
    /// <exception cref="ProblemException">The store is in write-ahead-log mode.</exception>
    public static void CheckNoLog(string path) => Patiently(() =>
    {
        lock (OneAtATime)
        {
            using var store = RegularFile.Open(path);
            FreshView.Renew(store);
            return HasLog(store) ? throw new ProblemException(StoreConnection.HasLog(path), new IOException()) : true;
        }
    });

    /// <summary>Repeats a read while its error may come from an incomplete view of another machine's change.</summary>
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

    // This process is the writer and sees its own changes.
    private static T Together<T>(string path, Func<SqliteConnection, T> read)
    {
        using var source = StoreConnection.Open(path, SqliteOpenMode.ReadWrite);
        _ = sqlite3_busy_timeout(source.Handle!, (int)PatienceForLocks.TotalMilliseconds);
        StoreConnection.Execute(source, "PRAGMA query_only=ON; BEGIN; SELECT count(*) FROM sqlite_schema;", path);
        return read(source);
    }

    // SQLite would read the store through this machine's file cache. If that shows an unfinished journal, SQLite would undo a transaction
    // that another machine has finished. In a copy, only the copy is rolled back.
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
            throw new ProblemException(Denial.OfReading(path) is { } why ? Problem.Create(RunCodes.NotPermitted, why, new SourcePosition(path))
                : FileSystem.WhyGone(path) is { } gone ? StoreConnection.Gone(path, gone)
                : DiskTrouble.IsLackOfSpace(e) ? NoRoom(path)
                : e is FileNotFoundException && !Directory.Exists(Path.GetDirectoryName(path)) ? Problem.Create(RunCodes.RunDeleted, $"{path} does not exist any more", new SourcePosition(path))
                : DiskTrouble.Is(e) ? new Problem(RunCodes.FolderNotWritable, $"{path} cannot be read: {e.Message}", "Check its disk, or the server of its file system, and give the command again; nothing was lost.", new SourcePosition(path))
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
                : new Problem(RunCodes.FolderNotWritable, $"No folder can be created for a copy of {path}: {e.Message}", "Set TMPDIR to a writable folder.", new SourcePosition(path)));
        }
    }

    private static Problem NoRoom(string path) => new(RunCodes.FolderNotWritable,
        $"There is no space for a copy of {path} in {Path.GetTempPath()}", "Free some space there, or set TMPDIR to another folder.", new SourcePosition(path));

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The read itself was complete.
        }
    }

    private static void CopyFiles(string path, FileSystem files, string copy)
    {
        using var store = RegularFile.Open(path);
        var locked = files.WhyLocksAreOurs is null && StoreReadLock.Take(store, path, PatienceForLocks);
        FreshView.Renew(store);
        // A WAL file can be written while it is read, so the state before and after the copy is compared.
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

    // Whether a journal that looks unfinished is unfinished. This is rare; the journal is read again once the file cache has expired.
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

    // Identifies a state of the files by their content. File times do not: without locks they are cached for long.
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

    // A folder may still list the name of a deleted file.
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
        // A database without a name: SQLite keeps it in memory and, if it is large, in a file that is deleted with the process.
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
