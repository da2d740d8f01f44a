using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Opens <c>state.sqlite</c> and turns errors of SQLite into problems that a user can act on.</summary>
internal static partial class StoreConnection
{
    private const int Full = 13;
    private const int IoError = 10;
    private const int ReadOnly = 8;
    private const int CannotOpen = 14;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int Interrupted = 9;
    private const int TooBig = 18;
    private const int Busy = 5;
    private const int Locked = 6;
    private const long MaxJournalBytes = 1 << 20;

    // A reader locks a store while it copies it.
    private static readonly TimeSpan ReaderTimeout = TimeSpan.FromSeconds(30);

    // The shared-memory file (-shm) grows in steps of this many bytes.
    private const long MinFreeBytes = 32 << 10;

    /// <summary>Opens a store for writing. On a file system that several machines share, only the holder of the run's lock may do
    /// so.</summary>
    /// <param name="path">The store.</param>
    /// <param name="create">Whether the store is created.</param>
    /// <param name="files">Its file system; null if the caller does not know it.</param>
    /// <param name="patience">Longest time to wait for readers on other machines; null for the default.</param>
    /// <exception cref="ProblemException">The store cannot be opened.</exception>
    public static SqliteConnection OpenWriter(string path, bool create, FileSystem? files = null, TimeSpan? patience = null)
    {
        if (create)
        {
            CreatePrivateFile(path);
        }

        StoreGuard.CheckFiles(path);
        files ??= FileSystem.FromFolder(Path.GetDirectoryName(path)!);
        return files.IsShared
            ? SharedStore.RetryWhileStale(() => OpenSharedWriter(path, create, patience ?? ReaderTimeout))
            : OpenLocalWriter(path, create);
    }

    private static SqliteConnection OpenLocalWriter(string path, bool create)
    {
        // The store may come from a shared file system, where the rollback journal is kept. The change to WAL mode would not delete it.
        var moved = File.Exists(path + "-journal");
        var connection = OpenConnection(path, SqliteOpenMode.ReadWrite);
        // Check first: a foreign database must not be written to.
        var version = create ? StoreSchema.Version : CheckStore(connection, path);
        ExecuteSql(
            connection,
            (moved ? "PRAGMA journal_mode=DELETE;" : "") + "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            path
        );
        return UpgradeIfOlder(connection, path, version);
    }

    // WAL needs memory that readers and the writer share, which only works on one machine. So the store has a rollback journal that is kept
    // and marked as empty: another machine reads the mark, while its list of files may still show a deleted file or not yet show a new one.
    // synchronous=FULL also flushes that mark.
    private static SqliteConnection OpenSharedWriter(string path, bool create, TimeSpan patience)
    {
        SharedStore.RefreshView(path);
        // If the lock service is down, SQLite reports that another process has locked the store.
        if (StoreReadLock.FindLockFailure(path) is { } down)
        {
            throw new ProblemException(FileSystemProblems.CreateLockServiceProblem(down.Message, path), down);
        }

        var connection = OpenConnection(path, SqliteOpenMode.ReadWrite);
        _ = SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle!, (int)patience.TotalMilliseconds);
        // In exclusive mode SQLite reads a WAL without shared memory while it converts it into a journal.
        ExecuteSql(connection, "PRAGMA locking_mode=EXCLUSIVE;", path);
        var version = create ? StoreSchema.Version : CheckStore(connection, path);
        ExecuteSql(connection, "PRAGMA journal_mode=PERSIST;", path);
        if (ReadText(connection, "PRAGMA journal_mode;", path) != "persist")
        {
            connection.Dispose();
            throw new ProblemException(CreateWalProblem(path));
        }

        ExecuteSql(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA journal_size_limit={MaxJournalBytes}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    + $"PRAGMA locking_mode=NORMAL; SELECT count(*) FROM sqlite_schema;"
            ),
            path
        );
        File.Delete(path + "-shm");
        SharedStore.RegisterWriter(connection, path);
        return UpgradeIfOlder(connection, path, version);
    }

    /// <summary>Opens a store for reading. The reader sees one state of the database and blocks no writer.</summary>
    /// <param name="path">The store.</param>
    /// <param name="files">Its file system; null if the caller does not know it.</param>
    /// <exception cref="ProblemException">The store cannot be opened.</exception>
    public static (SqliteConnection Connection, QueryTimeLimit Clock) OpenReader(string path, FileSystem? files = null)
    {
        StoreGuard.CheckFiles(path);
        files ??= FileSystem.FromFolder(Path.GetDirectoryName(path)!);
        if (files.IsShared)
        {
            var copy = SharedStore.CopyToMemory(path, files);
            var bound = StoreGuard.LimitResources(copy, StoreGuard.QueryTimeout);
            AddMissingTables(copy, path);
            ExecuteSql(copy, "PRAGMA query_only=ON; PRAGMA cell_size_check=ON;", path);
            return (copy, bound);
        }

        // Opened read-write with query_only: SQLite removes the WAL file only when the last writable connection closes. In a read-only
        // folder there is no WAL file to remove.
        try
        {
            var connection = OpenConnection(path, SqliteOpenMode.ReadWrite);
            // A WAL file with content belongs to the current or the next writer: checkpointing it on close would write to the database.
            if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 })
            {
                _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle!, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            }

            var clock = StoreGuard.LimitResources(connection, StoreGuard.QueryTimeout);
            AddMissingTables(connection, path);
            ExecuteSql(connection, "PRAGMA query_only=ON; PRAGMA cell_size_check=ON;", path);
            return (connection, clock);
        }
        catch (ProblemException e)
            when (e.InnerException is SqliteException { SqliteErrorCode: ReadOnly or CannotOpen }
                && File.Exists(path)
                && AccessDenial.FindReadDenial(path) is null
                && !StorePathLimit.IsTooLong(path)
            )
        {
            var connection = OpenConnection(
                path,
                SqliteOpenMode.ReadOnly,
                "file:" + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal) + "?immutable=1"
            );
            var clock = StoreGuard.LimitResources(connection, StoreGuard.QueryTimeout);
            AddMissingTables(connection, path);
            return (connection, clock);
        }
    }

    /// <summary>Runs one short query on a store.</summary>
    /// <exception cref="ProblemException">The store cannot be read.</exception>
    public static T RunQuery<T>(string path, Func<SqliteConnection, T> read)
    {
        var files = FileSystem.FromFolder(Path.GetDirectoryName(path)!);
        if (!files.IsShared)
        {
            using var connection = OpenReader(path, files).Connection;
            return read(connection);
        }

        StoreGuard.CheckFiles(path);
        return SharedStore.ReadStore(path, files, connection =>
        {
            _ = StoreGuard.LimitResources(connection, StoreGuard.QueryTimeout);
            CheckStore(connection, path);
            return read(connection);
        });
    }

    /// <summary>Problem: other processes keep a store locked.</summary>
    public static Problem CreateInUseProblem(string path) =>
        new(
            RunCodes.StoreBusy,
            $"{path} has been in use by another process for too long",
            RunCodes.StoreBusy.Remedy,
            new SourcePosition(path)
        );

    /// <summary>Problem: a store on a shared file system is open in WAL mode, which machines cannot share.</summary>
    public static Problem CreateWalProblem(string path) =>
        new(
            RunCodes.StoreBusy,
            $"{path} is open in another process in write-ahead-log mode, which earlier versions of MatterStack use",
            RunCodes.StoreBusy.Remedy,
            new SourcePosition(path)
        );

    public static ProblemException ToProblemException(SqliteException e, string path)
    {
        var at = new SourcePosition(path);
        var problem = e.SqliteErrorCode switch
        {
            CannotOpen or IoError or Corrupt or NotADatabase when FileSystem.FindUnreachableReason(path) is { } gone =>
                FileSystemProblems.CreateNotMountedProblem(path, gone),
            // On a full disk, a failure to grow the -shm file is reported as an input/output error.
            Full or IoError when e.SqliteErrorCode == Full || IsDiskFull(path) => new Problem(
                RunCodes.FolderNotWritable,
                $"{path} could not be written: the disk is full",
                "Free some space and give the command again; everything recorded so far is kept.",
                at
            ),
            CannotOpen or ReadOnly when AccessDenial.FindReadDenial(path) is { } why => Problem.Create(RunCodes.NotPermitted, why, at),
            CannotOpen when StorePathLimit.IsTooLong(path) => StorePathLimit.CreateTooLongProblem(path),
            CannotOpen when !File.Exists(path) => new Problem(RunCodes.StoreUnusable, $"{path} is gone", RunCodes.StoreUnusable.Remedy, at),
            ReadOnly or CannotOpen when AccessDenial.FindWriteDenial(path) is { } why => Problem.Create(RunCodes.NotPermitted, why, at),
            ReadOnly or CannotOpen => new Problem(
                RunCodes.FolderNotWritable,
                $"{path} cannot be opened for writing ({e.Message})",
                RunCodes.FolderNotWritable.Remedy,
                at
            ),
            IoError => new Problem(
                RunCodes.FolderNotWritable,
                $"{path}: input/output error ({e.Message})",
                RunCodes.FolderNotWritable.Remedy,
                at
            ),
            Busy or Locked => FileSystem.FromFolder(Path.GetDirectoryName(path)!).IsShared
            && StoreReadLock.FindLockFailure(path) is { } down
                ? FileSystemProblems.CreateLockServiceProblem(down.Message, path)
                : CreateInUseProblem(path),
            Interrupted => new Problem(RunCodes.StoreUnusable, $"{path} takes too long to read", RunCodes.StoreUnusable.Remedy, at),
            TooBig => new Problem(
                RunCodes.StoreUnusable,
                $"{path} holds a text of more than {StoreGuard.MaxTextBytes >> 20} MiB",
                RunCodes.StoreUnusable.Remedy,
                at
            ),
            Corrupt or NotADatabase => new Problem(
                RunCodes.StoreUnusable,
                $"{path} is damaged ({e.Message})",
                RunCodes.StoreUnusable.Remedy,
                at
            ),
            _ => new Problem(RunCodes.StoreUnusable, $"{path}: {e.Message}", RunCodes.StoreUnusable.Remedy, at),
        };
        return new ProblemException(problem, e);
    }

    /// <summary>Problem: content of a store cannot be parsed.</summary>
    public static ProblemException CreateDamageException(Exception e, string path) =>
        new(
            new Problem(
                RunCodes.StoreUnusable,
                $"{path} is damaged ({e.Message})",
                RunCodes.StoreUnusable.Remedy,
                new SourcePosition(path)
            ),
            e
        );

    /// <summary>Runs code that prints content of a store; a failure to do so means that the store is damaged.</summary>
    public static T GuardOutput<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw CreateDamageException(e, path);
        }
    }

    /// <summary>Whether an exception, thrown while content of a store is read, means that the store is damaged.</summary>
    public static bool IsDamage(Exception e) =>
        e
            is FormatException
                or InvalidCastException
                or OverflowException
                or System.Text.Json.JsonException
                or ArgumentException
                or IndexOutOfRangeException
                or InvalidOperationException
                or NullReferenceException
                or KeyNotFoundException;

    // Readable and writable by its owner only; SQLite gives the files beside it the same mode.
    private static void CreatePrivateFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var _ = new FileStream(path, options);
    }

    private static bool IsDiskFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace < MinFreeBytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    internal static SqliteConnection OpenConnection(string path, SqliteOpenMode mode, string? address = null)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = address ?? path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = 10,
            }.ToString()
        );
        try
        {
            connection.Open();
            StoreGuard.DisableTrust(connection);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw ToProblemException(e, path);
        }
    }

    internal static void ExecuteSql(SqliteConnection connection, string sql, string path)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw ToProblemException(e, path);
        }
    }

    private static long ReadNumber(SqliteConnection connection, string sql, string path) => (long)ReadValue(connection, sql, path);

    private static string ReadText(SqliteConnection connection, string sql, string path) => (string)ReadValue(connection, sql, path);

    private static object ReadValue(SqliteConnection connection, string sql, string path)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar()!;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw ToProblemException(e, path);
        }
    }
}
