using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The table <c>drivers</c>: who kept the run moving, and when. At most one row has no time of removal.</summary>
internal static class DriverTable
{
    public static void Record(SqliteConnection connection, Change.DriverChanged changed, SqliteTransaction transaction)
    {
        using (var end = new SqlStatement(connection, "UPDATE drivers SET removed_at_utc = $1 WHERE removed_at_utc IS NULL", 1))
        {
            end.ExecuteNonQuery(transaction, changed.At.ToText());
        }

        if (changed.Driver is not { } driver)
        {
            return;
        }

        using var insert = new SqlStatement(
            connection,
            "INSERT INTO drivers (kind, machine, actor, every_seconds, details, installed_at_utc) VALUES ($1, $2, $3, $4, $5, $6)",
            6
        );
        insert.ExecuteNonQuery(
            transaction,
            driver.Kind,
            driver.Machine,
            changed.Actor,
            driver.EverySeconds,
            driver.Details,
            changed.At.ToText()
        );
    }
}
