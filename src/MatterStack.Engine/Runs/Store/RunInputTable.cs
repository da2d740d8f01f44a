using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Snapshots;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Rows of <c>run_inputs</c>: files that came into a run from outside.</summary>
internal static class RunInputTable
{
    public const string InsertSql =
        "INSERT INTO run_inputs (kind, path, sha256, source, snapshot_relpath, recorded_at_utc) VALUES ($1, $2, $3, $4, $5, $6)";

    /// <summary>Adds the row of a wiring that comes into force; the last such row is the current wiring.</summary>
    public static void AddWiring(SqlStatement insert, SqliteTransaction transaction, RunWiring wiring, DateTimeOffset now) =>
        insert.ExecuteNonQuery(
            transaction,
            RunInputKind.Wiring.ToText(),
            wiring.ResolvedPath ?? "",
            wiring.Hash.Hex,
            wiring.Origin.ToText(),
            SnapshotPaths.GetRelativeCopyPath(wiring.Hash),
            now.ToText()
        );
}
