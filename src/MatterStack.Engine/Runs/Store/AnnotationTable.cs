using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The table <c>annotations</c>, each change of tags and note by a person, and the present ones in <c>runs</c>.</summary>
internal static class AnnotationTable
{
    /// <summary>Records a change.</summary>
    public static void Record(SqliteConnection connection, Change.RunAnnotated annotated, SqliteTransaction transaction)
    {
        var tags = annotated.Tags is null ? null : TagList.FormatJson(annotated.Tags);
        using (var insert = new SqlStatement(connection, "INSERT INTO annotations (at_utc, actor, tags, note) VALUES ($1, $2, $3, $4)", 4))
        {
            insert.ExecuteNonQuery(transaction, annotated.At.ToText(), annotated.Actor, tags, annotated.Note);
        }

        using var update = new SqlStatement(
            connection,
            "UPDATE runs SET tags = coalesce($1, tags), note = CASE WHEN $2 IS NULL THEN note ELSE nullif($2, '') END",
            2
        );
        update.ExecuteNonQuery(transaction, tags, annotated.Note);
    }

    /// <summary>Present tags of a run: those that were set last, or those that it was created with.</summary>
    /// <param name="recorded">Text of the store; null if an earlier version created the run and nobody has set tags since.</param>
    /// <param name="run">The run.</param>
    public static IReadOnlyList<string> GetTags(string? recorded, RunFolder run) =>
        recorded is null ? RunConfigFile.ReadTags(run) : TagList.ParseJson(recorded) ?? [];
}
