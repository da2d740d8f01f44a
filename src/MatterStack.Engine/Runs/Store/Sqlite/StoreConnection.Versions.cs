using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <content>Checks and upgrades of the version of a store.</content>
internal static partial class StoreConnection
{
    /// <summary>Reads one state of a store into memory, with the schema of this version. No file changes.</summary>
    /// <exception cref="ProblemException">The store cannot be read.</exception>
    public static (SqliteConnection Connection, QueryTimeLimit Clock) OpenCopy(string path)
    {
        var copy = TracelessStore.CopyToMemory(path);
        var clock = StoreGuard.LimitResources(copy, StoreGuard.QueryTimeout);
        UpgradeIfOlder(copy, path, CheckStore(copy, path));
        ExecuteSql(copy, "PRAGMA query_only=ON; PRAGMA cell_size_check=ON;", path);
        return (copy, clock);
    }

    /// <summary>Opens a store for reading. No file changes, so a writer that begins meanwhile can make a query fail.</summary>
    /// <exception cref="ProblemException">The store cannot be read.</exception>
    public static (SqliteConnection Connection, QueryTimeLimit Clock) OpenTraceless(string path)
    {
        var connection = TracelessStore.Open(path);
        var clock = StoreGuard.LimitResources(connection, StoreGuard.QueryTimeout);
        ExecuteSql(connection, "PRAGMA temp_store=MEMORY;", path);
        AddMissingTables(connection, path);
        ExecuteSql(connection, "PRAGMA query_only=ON; PRAGMA cell_size_check=ON;", path);
        return (connection, clock);
    }

    private static SqliteConnection UpgradeIfOlder(SqliteConnection connection, string path, int version)
    {
        if (version < StoreSchema.Version)
        {
            UpgradeSchema(connection, path);
        }

        return connection;
    }

    // One transaction, so a crash leaves the old version. Another process may have upgraded first.
    private static void UpgradeSchema(SqliteConnection connection, string path)
    {
        ExecuteSql(connection, "BEGIN IMMEDIATE;", path);
        for (var version = (int)ReadNumber(connection, "PRAGMA user_version;", path); version < StoreSchema.Version; version++)
        {
            ExecuteSql(
                connection,
                StoreSchema.Upgrades[version - 1] + FormattableString.Invariant($"PRAGMA user_version={version + 1};"),
                path
            );
        }

        ExecuteSql(connection, "COMMIT;", path);
    }

    private static void AddMissingTables(SqliteConnection connection, string path)
    {
        for (var version = CheckStore(connection, path); version < StoreSchema.Version; version++)
        {
            ExecuteSql(connection, StoreSchema.MissingTables[version - 1], path);
        }
    }

    /// <returns>Version of the store's schema: the current one or an earlier one.</returns>
    private static int CheckStore(SqliteConnection connection, string path)
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
            throw ToProblemException(e, path);
        }
        catch (ProblemException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static int CheckVersion(SqliteConnection connection, string path)
    {
        var application = ReadNumber(connection, "PRAGMA application_id;", path);
        var version = ReadNumber(connection, "PRAGMA user_version;", path);
        if (application != StoreSchema.ApplicationId)
        {
            throw new ProblemException(
                new Problem(
                    RunCodes.StoreUnusable,
                    $"{path} is not the store of a run",
                    RunCodes.StoreUnusable.Remedy,
                    new SourcePosition(path)
                )
            );
        }

        if (version is < 1 or > StoreSchema.Version)
        {
            throw new ProblemException(
                new Problem(
                    RunCodes.StoreVersion,
                    $"{path} has format {version}; this version of MatterStack knows formats up to {StoreSchema.Version}",
                    RunCodes.StoreVersion.Remedy,
                    new SourcePosition(path)
                )
            );
        }

        return (int)version;
    }
}
