using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs;

/// <summary>Opens <c>state.sqlite</c> and turns what SQLite can say into problems a user can act on.</summary>
internal static class StoreConnection
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
    private const long LargestJournal = 1 << 20;

    // Readers hold a store for as long as it takes to copy it.
    private static readonly TimeSpan PatienceForReaders = TimeSpan.FromSeconds(30);

    // That file grows by this much.
    private const long LittleSpace = 32 << 10;

    /// <summary>For the holder of the run's lock, and nobody else where several machines share the file system.</summary>
    /// <param name="path">The store.</param>
    /// <param name="create">Whether it is to be made.</param>
    /// <param name="files">Its file system, if the caller knows it.</param>
    /// <param name="patience">How long readers of other machines are waited for, if not as long as usual.</param>
    public static SqliteConnection OpenWriter(string path, bool create, FileSystem? files = null, TimeSpan? patience = null)
    {
        if (create)
        {
            CreatePrivate(path);
        }

        StoreGuard.CheckFiles(path);
        files ??= FileSystem.Of(Path.GetDirectoryName(path)!);
        return files.IsShared ? SharedStore.Patiently(() => OpenSharedWriter(path, create, patience ?? PatienceForReaders)) : OpenLocalWriter(path, create);
    }

    private static SqliteConnection OpenLocalWriter(string path, bool create)
    {
        // A file system that machines share has left a journal here that stays; it is not deleted by the change to a log.
        var moved = File.Exists(path + "-journal");
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        // Before anything is set: what is not ours is not written to.
        var version = create ? Schema.Version : Check(connection, path);
        Execute(connection, (moved ? "PRAGMA journal_mode=DELETE;" : "") + "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;", path);
        return Upgraded(connection, path, version);
    }

    // The memory that readers and writers of a log share is one machine's. The journal stays and is marked as empty: a machine that looks for it reads the mark, where it might be told of
    // a file that is gone, or not told of one that is new. FULL, for the mark is flushed then.
    private static SqliteConnection OpenSharedWriter(string path, bool create, TimeSpan patience)
    {
        SharedStore.Renew(path);
        // SQLite takes a service of locks that is down for another process that has the store.
        if (StoreReadLock.WhyNone(path) is { } down)
        {
            throw new ProblemException(LocksDown(down.Message, path), down);
        }

        var connection = Open(path, SqliteOpenMode.ReadWrite);
        _ = SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle!, (int)patience.TotalMilliseconds);
        // Alone, so that a log is read without that memory, while it is turned into a journal.
        Execute(connection, "PRAGMA locking_mode=EXCLUSIVE;", path);
        var version = create ? Schema.Version : Check(connection, path);
        Execute(connection, "PRAGMA journal_mode=PERSIST;", path);
        if (Text(connection, "PRAGMA journal_mode;", path) != "persist")
        {
            connection.Dispose();
            throw new ProblemException(HasLog(path));
        }

        Execute(connection, FormattableString.Invariant($"PRAGMA journal_size_limit={LargestJournal}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA locking_mode=NORMAL; SELECT count(*) FROM sqlite_schema;"), path);
        File.Delete(path + "-shm");
        SharedStore.Enlist(connection, path);
        return Upgraded(connection, path, version);
    }

    private static SqliteConnection Upgraded(SqliteConnection connection, string path, int version)
    {
        if (version < Schema.Version)
        {
            Upgrade(connection, path);
        }

        return connection;
    }

    /// <summary>For those who only look. They see one state of the database and block nobody.</summary>
    /// <param name="path">The store.</param>
    /// <param name="files">Its file system, if the caller knows it.</param>
    public static (SqliteConnection Connection, StoreClock Clock) OpenReader(string path, FileSystem? files = null)
    {
        StoreGuard.CheckFiles(path);
        files ??= FileSystem.Of(Path.GetDirectoryName(path)!);
        if (files.IsShared)
        {
            var copy = SharedStore.Copy(path, files);
            var bound = StoreGuard.Bound(copy, StoreGuard.Patience);
            StandIn(copy, path);
            Execute(copy, "PRAGMA query_only=ON; PRAGMA cell_size_check=ON;", path);
            return (copy, bound);
        }

        // Opened for writing and told not to: only so does the last one to close tidy the log away. In a folder that may not be written there is nothing to tidy.
        try
        {
            var connection = Open(path, SqliteOpenMode.ReadWrite);
            // A log that holds something belongs to one who writes, or to the next one: bringing it home would write to the store.
            if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 })
            {
                _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle!, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            }

            var clock = StoreGuard.Bound(connection, StoreGuard.Patience);
            StandIn(connection, path);
            Execute(connection, "PRAGMA query_only=ON; PRAGMA cell_size_check=ON;", path);
            return (connection, clock);
        }
        catch (ProblemException e) when (e.InnerException is SqliteException { SqliteErrorCode: ReadOnly or CannotOpen } && File.Exists(path) && Denial.OfReading(path) is null && !StorePath.IsTooLong(path))
        {
            var connection = Open(path, SqliteOpenMode.ReadOnly, "file:" + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal) + "?immutable=1");
            var clock = StoreGuard.Bound(connection, StoreGuard.Patience);
            StandIn(connection, path);
            return (connection, clock);
        }
    }

    /// <summary>Puts one short question to a store.</summary>
    public static T Ask<T>(string path, Func<SqliteConnection, T> read)
    {
        var files = FileSystem.Of(Path.GetDirectoryName(path)!);
        if (!files.IsShared)
        {
            using var connection = OpenReader(path, files).Connection;
            return read(connection);
        }

        StoreGuard.CheckFiles(path);
        return SharedStore.Read(path, files, connection =>
        {
            _ = StoreGuard.Bound(connection, StoreGuard.Patience);
            Check(connection, path);
            return read(connection);
        });
    }

    /// <summary>Others do not let go of a store.</summary>
    public static Problem InUse(string path) =>
        new(RunCodes.StoreBusy, $"{path} has been in use by another process for too long", RunCodes.StoreBusy.Remedy, new SourcePosition(path));

    /// <summary>The file system of a path is not there.</summary>
    public static Problem Gone(string path, string why) =>
        new(RunCodes.FolderNotWritable, $"The file system of {path} does not answer: {why}", "Mount it again, or wait for its server, and give the command again; what was recorded before is kept.", new SourcePosition(path));

    /// <summary>The service that keeps the locks of a shared file system is down.</summary>
    /// <param name="what">What was refused, with the words of the system.</param>
    /// <param name="path">The file.</param>
    public static Problem LocksDown(string what, string path) =>
        new(RunCodes.FolderNotWritable, $"{what}: the service that keeps the locks of its file system does not answer",
            "Have it started (on NFS: rpc.statd on this machine, and lockd on the server) and give the command again, or put the runs on another file system with MatterStackRunsDirectory; nothing was lost.", new SourcePosition(path));

    /// <summary>A store is written to in a way that machines cannot share.</summary>
    public static Problem HasLog(string path) =>
        new(RunCodes.StoreBusy, $"{path} is open elsewhere with a write-ahead log, which an earlier version of MatterStack uses", RunCodes.StoreBusy.Remedy, new SourcePosition(path));

    // As a whole or not at all: whoever dies in the middle leaves the version that there was. Another may have been quicker.
    private static void Upgrade(SqliteConnection connection, string path)
    {
        Execute(connection, "BEGIN IMMEDIATE;", path);
        for (var version = (int)Scalar(connection, "PRAGMA user_version;", path); version < Schema.Version; version++)
        {
            Execute(connection, Schema.Upgrades[version - 1] + FormattableString.Invariant($"PRAGMA user_version={version + 1};"), path);
        }

        Execute(connection, "COMMIT;", path);
    }

    private static void StandIn(SqliteConnection connection, string path)
    {
        for (var version = Check(connection, path); version < Schema.Version; version++)
        {
            Execute(connection, Schema.Stands[version - 1], path);
        }
    }

    /// <returns>The version, which is this one or an earlier one.</returns>
    private static int Check(SqliteConnection connection, string path)
    {
        try
        {
            var version = CheckVersion(connection, path);
            StoreGuard.CheckSchema(connection, path);
            return version;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Explain(e, path);
        }
        catch (ProblemException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static int CheckVersion(SqliteConnection connection, string path)
    {
        var application = Scalar(connection, "PRAGMA application_id;", path);
        var version = Scalar(connection, "PRAGMA user_version;", path);
        if (application != Schema.ApplicationId)
        {
            throw new ProblemException(new Problem(RunCodes.StoreUnusable, $"{path} is not a run's store", RunCodes.StoreUnusable.Remedy, new SourcePosition(path)));
        }

        if (version is < 1 or > Schema.Version)
        {
            throw new ProblemException(new Problem(RunCodes.StoreVersion, $"{path} has form {version}, this version of MatterStack knows forms up to {Schema.Version}", RunCodes.StoreVersion.Remedy, new SourcePosition(path)));
        }

        return (int)version;
    }

    public static ProblemException Explain(SqliteException e, string path)
    {
        var at = new SourcePosition(path);
        var problem = e.SqliteErrorCode switch
        {
            CannotOpen or IoError or Corrupt or NotADatabase when FileSystem.WhyGone(path) is { } gone => Gone(path, gone),
            // The file that readers and writers share cannot grow either on a full disk, and that comes as an input/output error.
            Full or IoError when e.SqliteErrorCode == Full || IsFull(path) => new Problem(RunCodes.FolderNotWritable, $"{path} could not be written: the disk is full", "Free some space and give the command again; what was recorded before is kept.", at),
            CannotOpen or ReadOnly when Denial.OfReading(path) is { } why => Problem.Of(RunCodes.NotPermitted, why, at),
            CannotOpen when StorePath.IsTooLong(path) => StorePath.TooLong(path),
            CannotOpen when !File.Exists(path) => new Problem(RunCodes.StoreUnusable, $"{path} is gone", RunCodes.StoreUnusable.Remedy, at),
            ReadOnly or CannotOpen when Denial.OfWriting(path) is { } why => Problem.Of(RunCodes.NotPermitted, why, at),
            ReadOnly or CannotOpen => new Problem(RunCodes.FolderNotWritable, $"{path} cannot be opened for writing ({e.Message})", RunCodes.FolderNotWritable.Remedy, at),
            IoError => new Problem(RunCodes.FolderNotWritable, $"{path}: input/output error ({e.Message})", RunCodes.FolderNotWritable.Remedy, at),
            Busy or Locked => FileSystem.Of(Path.GetDirectoryName(path)!).IsShared && StoreReadLock.WhyNone(path) is { } down ? LocksDown(down.Message, path) : InUse(path),
            Interrupted => new Problem(RunCodes.StoreUnusable, $"{path} takes too long to read", RunCodes.StoreUnusable.Remedy, at),
            TooBig => new Problem(RunCodes.StoreUnusable, $"{path} holds a text of more than {StoreGuard.MostOfText >> 20} MiB", RunCodes.StoreUnusable.Remedy, at),
            Corrupt or NotADatabase => new Problem(RunCodes.StoreUnusable, $"{path} is damaged ({e.Message})", RunCodes.StoreUnusable.Remedy, at),
            _ => new Problem(RunCodes.StoreUnusable, $"{path}: {e.Message}", RunCodes.StoreUnusable.Remedy, at),
        };
        return new ProblemException(problem, e);
    }

    /// <summary>What was read is not what a store holds.</summary>
    public static ProblemException Unreadable(Exception e, string path) =>
        new(new Problem(RunCodes.StoreUnusable, $"{path} is damaged ({e.Message})", RunCodes.StoreUnusable.Remedy, new SourcePosition(path)), e);

    /// <summary>Writes what a store holds; a store whose content cannot be written is damaged.</summary>
    public static T Telling<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Unreadable(e, path);
        }
    }

    /// <summary>Whether an exception can only mean that what was read is not what was written.</summary>
    public static bool IsDamage(Exception e) =>
        e is FormatException or InvalidCastException or OverflowException or System.Text.Json.JsonException or ArgumentException or IndexOutOfRangeException or InvalidOperationException or NullReferenceException or KeyNotFoundException;

    // Of its user alone; the files that SQLite puts beside it take its mode.
    private static void CreatePrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var _ = new FileStream(path, options);
    }

    private static bool IsFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace < LittleSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    internal static SqliteConnection Open(string path, SqliteOpenMode mode, string? address = null)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = address ?? path, Mode = mode, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            connection.Open();
            StoreGuard.Distrust(connection);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Explain(e, path);
        }
    }

    internal static void Execute(SqliteConnection connection, string sql, string path)
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
            throw Explain(e, path);
        }
    }

    private static long Scalar(SqliteConnection connection, string sql, string path) => (long)Value(connection, sql, path);

    private static string Text(SqliteConnection connection, string sql, string path) => (string)Value(connection, sql, path);

    private static object Value(SqliteConnection connection, string sql, string path)
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
            throw Explain(e, path);
        }
    }
}
