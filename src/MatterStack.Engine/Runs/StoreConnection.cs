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

    // That file grows by this much.
    private const long LittleSpace = 32 << 10;

    /// <summary>For the holder of the run's lock.</summary>
    public static SqliteConnection OpenWriter(string path, bool create)
    {
        if (create)
        {
            CreatePrivate(path);
        }

        StoreGuard.CheckFiles(path);

        var connection = Open(path, SqliteOpenMode.ReadWrite);
        // Before anything is set: what is not ours is not written to.
        var version = create ? Schema.Version : Check(connection, path);
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;", path);
        if (version < Schema.Version)
        {
            Upgrade(connection, path);
        }

        return connection;
    }

    /// <summary>For those who only look. They see one state of the database and block nobody.</summary>
    public static (SqliteConnection Connection, StoreClock Clock) OpenReader(string path)
    {
        StoreGuard.CheckFiles(path);
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
            // The file that readers and writers share cannot grow either on a full disk, and that comes as an input/output error.
            Full or IoError when e.SqliteErrorCode == Full || IsFull(path) => new Problem(RunCodes.FolderNotWritable, $"{path} could not be written: the disk is full", "Free some space and give the command again; what was recorded before is kept.", at),
            CannotOpen or ReadOnly when Denial.OfReading(path) is { } why => Problem.Of(RunCodes.NotPermitted, why, at),
            CannotOpen when StorePath.IsTooLong(path) => StorePath.TooLong(path),
            CannotOpen when !File.Exists(path) => new Problem(RunCodes.StoreUnusable, $"{path} is gone", RunCodes.StoreUnusable.Remedy, at),
            ReadOnly or CannotOpen when Denial.OfWriting(path) is { } why => Problem.Of(RunCodes.NotPermitted, why, at),
            ReadOnly or CannotOpen => new Problem(RunCodes.FolderNotWritable, $"{path} cannot be opened for writing ({e.Message})", RunCodes.FolderNotWritable.Remedy, at),
            IoError => new Problem(RunCodes.FolderNotWritable, $"{path}: input/output error ({e.Message})", RunCodes.FolderNotWritable.Remedy, at),
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

    private static SqliteConnection Open(string path, SqliteOpenMode mode, string? address = null)
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

    private static void Execute(SqliteConnection connection, string sql, string path)
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

    private static long Scalar(SqliteConnection connection, string sql, string path)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return (long)command.ExecuteScalar()!;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Explain(e, path);
        }
    }
}
