using System.Collections.Concurrent;
using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using static SQLitePCL.raw;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Reads a store on a file system that several machines share, while one of them writes to it.</summary>
/// <remarks>
/// Without a WAL, readers and the writer cannot work at the same time. So a reader locks the store only while it copies it, and reads the
/// copy. A file system may show an old state of a file that another machine has just written. So a read is repeated for a bounded time
/// before an error is reported.
/// </remarks>
internal static class SharedStore
{
    private const int PagesPerStep = 1000;
    private const string JournalSuffix = "-journal";
    private static readonly string[] UnfinishedSuffixes = [JournalSuffix, "-wal"];
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CacheTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan SmallFileCacheTime = TimeSpan.FromSeconds(1.2);
    private static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500));

    // Number of open writers of this process per store. Closing any descriptor of a file drops all POSIX locks of the process on it, so
    // these files are opened only through SQLite.
    private static readonly ConcurrentDictionary<string, int> WriterCounts = new(StringComparer.Ordinal);
    private static readonly Lock ReadGate = new();

    /// <summary>Registers a connection of this process that writes to a store, until the connection is disposed.</summary>
    public static void RegisterWriter(SqliteConnection connection, string path)
    {
        WriterCounts.AddOrUpdate(path, 1, static (_, writers) => writers + 1);
        connection.Disposed += (_, _) => WriterCounts.AddOrUpdate(path, 0, static (_, writers) => writers - 1);
    }

    /// <summary>Copies one state of a store into a private database of this process.</summary>
    public static SqliteConnection CopyToMemory(string path, FileSystem files) => ReadStore(path, files, source => CopyInto(source, path));

    /// <summary>Reads one state of a store, for a short time.</summary>
    /// <exception cref="ProblemException">The store cannot be read, also after repeated attempts.</exception>
    public static T ReadStore<T>(string path, FileSystem files, Func<SqliteConnection, T> read) =>
        RetryWhileStale(() =>
        {
            lock (ReadGate)
            {
                return WriterCounts.GetValueOrDefault(path) > 0 ? ReadInPlace(path, read) : ReadCopy(path, files, read);
            }
        });

    /// <summary>Makes this machine see a store as the last writer left it. The holder of the run's lock calls it before it opens the store
    /// for writing.</summary>
    /// <exception cref="ProblemException">The machine still sees an earlier journal, with which SQLite would undo later
    /// transactions.</exception>
    public static void RefreshView(string path)
    {
        lock (ReadGate)
        {
            RemoteFileCache.TryInvalidateSmallFile(path);
            RemoteFileCache.TryInvalidateSmallFile(path + JournalSuffix);
            using var store = OpenIfExists(path);
            using var journal = OpenIfExists(path + JournalSuffix);
            if (store is not null && journal is not null && !StoreJournal.BelongsTo(journal, store))
            {
                throw new ProblemException(StoreConnection.CreateInUseProblem(path), new IOException());
            }
        }
    }

    /// <summary>Checks that no earlier version of MatterStack writes to a store: it would not read the request files beside the
    /// store.</summary>
    /// <exception cref="ProblemException">The store is in write-ahead-log mode.</exception>
    public static void CheckNoLog(string path) =>
        RetryWhileStale(() =>
        {
            lock (ReadGate)
            {
                using var store = RegularFile.OpenHandle(path);
                RemoteFileCache.InvalidateFile(store);
                return IsInWalMode(store) ? throw new ProblemException(StoreConnection.CreateWalProblem(path), new IOException()) : true;
            }
        });

    /// <summary>Repeats a read while its error may come from an incomplete view of another machine's change.</summary>
    internal static T RetryWhileStale<T>(Func<T> read)
    {
        var (clock, pause) = (TimeProvider.System, Retries.First);
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return read();
            }
            catch (Exception e) when (IsTransient(e) && clock.GetElapsedTime(began) < CacheTimeout)
            {
                Thread.Sleep(pause);
                pause = Retries.GetNext(pause);
            }
        }
    }

    private static bool IsTransient(Exception e) =>
        e switch
        {
            ProblemException { Problems: [{ Code: var code }, ..] } when code == RunCodes.NotPermitted || code == RunCodes.PathTooLong =>
                false,
            ProblemException { InnerException: { } inner } => IsTransient(inner),
            SqliteException
            {
                SqliteErrorCode: SQLITE_IOERR
                    or SQLITE_CORRUPT
                    or SQLITE_NOTADB
                    or SQLITE_CANTOPEN
                    or SQLITE_PROTOCOL
                    or SQLITE_READONLY
                    or SQLITE_SCHEMA
            } => true,
            IOException => e is not FileNotFoundException and not DirectoryNotFoundException,
            _ => false,
        };

    // This process is the writer and sees its own changes.
    private static T ReadInPlace<T>(string path, Func<SqliteConnection, T> read)
    {
        using var source = StoreConnection.OpenConnection(path, SqliteOpenMode.ReadWrite);
        _ = sqlite3_busy_timeout(source.Handle!, (int)LockTimeout.TotalMilliseconds);
        StoreConnection.ExecuteSql(source, "PRAGMA query_only=ON; BEGIN; SELECT count(*) FROM sqlite_schema;", path);
        return read(source);
    }

    // SQLite would read the store through this machine's file cache. If that shows an unfinished journal, SQLite would undo a transaction
    // that another machine has finished. In a copy, only the copy is rolled back.
    private static T ReadCopy<T>(string path, FileSystem files, Func<SqliteConnection, T> read)
    {
        var folder = CreateTempFolder(path);
        try
        {
            var copy = Path.Combine(folder, Path.GetFileName(path));
            CopyFiles(path, files, copy);
            using var source = StoreConnection.OpenConnection(copy, SqliteOpenMode.ReadWrite);
            StoreConnection.ExecuteSql(source, "BEGIN; SELECT count(*) FROM sqlite_schema;", path);
            return read(source);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            throw new ProblemException(
                AccessDenial.FindReadDenial(path) is { } why ? Problem.Create(RunCodes.NotPermitted, why, new SourcePosition(path))
                    : FileSystem.FindUnreachableReason(path) is { } gone ? FileSystemProblems.CreateNotMountedProblem(path, gone)
                    : DiskErrors.IsOutOfSpace(e) ? CreateNoSpaceProblem(path)
                    : e is FileNotFoundException && !Directory.Exists(Path.GetDirectoryName(path))
                        ? Problem.Create(RunCodes.RunDeleted, $"{path} does not exist any more", new SourcePosition(path))
                    : DiskErrors.IsDiskError(e)
                        ? new Problem(
                            RunCodes.FolderNotWritable,
                            $"{path} cannot be read: {e.Message}",
                            "Check its disk, or the server of its file system, and give the command again; nothing was lost.",
                            new SourcePosition(path)
                        )
                    : new Problem(
                        RunCodes.StoreUnusable,
                        $"{path} cannot be read: {e.Message}",
                        RunCodes.StoreUnusable.Remedy,
                        new SourcePosition(path)
                    ),
                e
            );
        }
        finally
        {
            DeleteFolder(folder);
        }
    }

    private static string CreateTempFolder(string path)
    {
        try
        {
            return Directory.CreateTempSubdirectory("matterstack-store-").FullName;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            throw new ProblemException(
                DiskErrors.IsOutOfSpace(e)
                    ? CreateNoSpaceProblem(path)
                    : new Problem(
                        RunCodes.FolderNotWritable,
                        $"No folder can be created for a copy of {path}: {e.Message}",
                        "Set TMPDIR to a writable folder.",
                        new SourcePosition(path)
                    )
            );
        }
    }

    private static Problem CreateNoSpaceProblem(string path) =>
        new(
            RunCodes.FolderNotWritable,
            $"There is no space for a copy of {path} in {Path.GetTempPath()}",
            "Free some space there, or set TMPDIR to another folder.",
            new SourcePosition(path)
        );

    private static void DeleteFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The read itself was complete.
        }
    }

    private static void CopyFiles(string path, FileSystem files, string copy)
    {
        using var store = RegularFile.OpenHandle(path);
        var locked = files.LocalLocksReason is null && StoreReadLock.TryAcquire(store, path, LockTimeout);
        RemoteFileCache.InvalidateFile(store);
        // A WAL file can be written while it is read, so the state before and after the copy is compared.
        var seen = locked && !IsInWalMode(store) ? null : HashFiles(path);
        CopyFile(store, copy);
        var isNew = RemoteFileCache.TryInvalidateSmallFile(path + JournalSuffix);
        foreach (var beside in UnfinishedSuffixes)
        {
            using var file = OpenIfExists(path + beside);
            if (file is not null)
            {
                if (beside != JournalSuffix)
                {
                    RemoteFileCache.InvalidateFile(file);
                }
                else if (!StoreJournal.BelongsTo(file, store) || !(isNew || IsStillUnfinished(file)))
                {
                    continue;
                }

                CopyFile(file, copy + beside);
            }
        }

        if (seen is not null && seen != HashFiles(path))
        {
            throw new ProblemException(StoreConnection.CreateInUseProblem(path), new IOException());
        }
    }

    // Whether a journal that looks unfinished is unfinished. This is rare; the journal is read again once the file cache has expired.
    private static bool IsStillUnfinished(SafeFileHandle journal)
    {
        if (StoreJournal.IsEmpty(journal))
        {
            return true;
        }

        Thread.Sleep(SmallFileCacheTime);
        RemoteFileCache.InvalidateFile(journal);
        return !StoreJournal.IsEmpty(journal);
    }

    private static void CopyFile(SafeFileHandle from, string to)
    {
        using var source = new FileStream(new SafeFileHandle(from.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, 1);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        source.Position = 0;
        source.CopyTo(target, 1 << 17);
    }

    private static bool IsInWalMode(SafeFileHandle store)
    {
        Span<byte> form = stackalloc byte[1];
        return RandomAccess.Read(store, form, 18) == 1 && form[0] == 2;
    }

    // Identifies a state of the files by their content. File times do not: without locks they are cached for long.
    private static string HashFiles(string path) =>
        string.Concat(
            UnfinishedSuffixes
                .Prepend("")
                .Select(beside =>
                {
                    using var file = OpenIfExists(path + beside);
                    if (file is null)
                    {
                        return " -";
                    }

                    RemoteFileCache.InvalidateFile(file);
                    using var content = new FileStream(
                        new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false),
                        FileAccess.Read,
                        1
                    );
                    return " " + Convert.ToHexString(SHA256.HashData(content));
                })
        );

    // A folder may still list the name of a deleted file.
    private static SafeFileHandle? OpenIfExists(string path)
    {
        try
        {
            return RegularFile.OpenHandle(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Copies an open store into a private database of this process.</summary>
    internal static SqliteConnection CopyInto(SqliteConnection source, string path)
    {
        // A database without a name: SQLite keeps it in memory and, if it is large, in a file that is deleted with the process.
        var copy = new SqliteConnection("Data Source=;Pooling=False");
        try
        {
            copy.Open();
            StoreGuard.DisableTrust(copy);
            using var backup = sqlite3_backup_init(copy.Handle!, "main", source.Handle!, "main");
            var clock = new QueryTimeLimit(StoreGuard.QueryTimeout);
            int result;
            do
            {
                result = clock.HasPassed ? SQLITE_INTERRUPT : sqlite3_backup_step(backup, PagesPerStep);
            } while (result == SQLITE_OK);

            if (result == SQLITE_DONE)
            {
                return copy;
            }

            throw result == SQLITE_FULL
                ? new ProblemException(CreateNoSpaceProblem(path))
                : StoreConnection.ToProblemException(new SqliteException(sqlite3_errstr(result).utf8_to_string(), result), path);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }
}
