using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs;

/// <summary>Checks that a store contains the tables and indices of a store and nothing else. A foreign database may contain views, triggers
/// and tables of the same names that compute for ever.</summary>
internal static class SchemaCheck
{
    // Tables that the SQL statement ANALYZE creates.
    private static readonly string[] Statistics = ["CREATE TABLE sqlite_stat1(tbl,idx,stat)", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"];

    // Names by the SQL text that SQLite stores for each, with single blanks.
    private static readonly Dictionary<string, string> Known = Statements(Schema.Sql).Concat(Schema.Earlier.SelectMany(Statements)).Concat(Statistics)
        .Select(WithSingleBlanks).Distinct(StringComparer.Ordinal).ToDictionary(static sql => sql, static sql => sql.Split(' ', '(')[2], StringComparer.Ordinal);

    /// <summary>Finds an object that is not part of a store. Returns null if there is none.</summary>
    public static string? FindStranger(SqliteConnection connection)
    {
        Statement.Count();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT type, name, substr(sql, 1, 4000) FROM sqlite_schema";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (type, name) = (reader.IsDBNull(0) ? "" : reader.GetString(0), reader.IsDBNull(1) ? "" : reader.GetString(1));
            var known = reader.IsDBNull(2) ? type == "index" && name.StartsWith("sqlite_autoindex_", StringComparison.Ordinal)
                : type is "table" or "index" && Known.TryGetValue(WithSingleBlanks(reader.GetString(2)), out var named) && named == name;
            if (!known)
            {
                return $"the {type} '{name}'";
            }
        }

        return null;
    }

    private static IEnumerable<string> Statements(string sql) => sql.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string WithSingleBlanks(string sql) => string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
