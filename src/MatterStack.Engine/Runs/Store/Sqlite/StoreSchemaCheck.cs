using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Checks that a store contains the tables and indices of a store and nothing else. A foreign database may contain views, triggers
/// and tables of the same names that compute for ever.</summary>
internal static class StoreSchemaCheck
{
    // Tables that the SQL statement ANALYZE creates.
    private static readonly string[] StatisticsTables =
    [
        "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
        "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
    ];

    // Names by the SQL text that SQLite stores for each, with single blanks.
    private static readonly Dictionary<string, string> KnownObjects = SplitStatements(StoreSchema.CreateTablesSql)
        .Concat(StoreSchema.EarlierTables.SelectMany(SplitStatements))
        .Concat(StatisticsTables)
        .Select(NormalizeBlanks)
        .Distinct(StringComparer.Ordinal)
        .ToDictionary(static sql => sql, static sql => sql.Split(' ', '(')[2], StringComparer.Ordinal);

    /// <summary>Finds an object that is not part of a store. Returns null if there is none.</summary>
    public static string? FindForeignObject(SqliteConnection connection)
    {
        SqlStatement.CountExecution();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT type, name, substr(sql, 1, 4000) FROM sqlite_schema";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (type, name) = (reader.IsDBNull(0) ? "" : reader.GetString(0), reader.IsDBNull(1) ? "" : reader.GetString(1));
            var known = reader.IsDBNull(2)
                ? type == "index" && name.StartsWith("sqlite_autoindex_", StringComparison.Ordinal)
                : type is "table" or "index"
                    && KnownObjects.TryGetValue(NormalizeBlanks(reader.GetString(2)), out var named)
                    && named == name;
            if (!known)
            {
                return $"the {type} '{name}'";
            }
        }

        return null;
    }

    private static IEnumerable<string> SplitStatements(string sql) =>
        sql.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string NormalizeBlanks(string sql) => string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
