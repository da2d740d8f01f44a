using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>Published files.</content>
internal sealed partial class RunStore
{
    /// <summary>Whether outputs of a completed run are still to be published. It reads one row of an index.</summary>
    public bool HasPendingPublications() => GuardRead(Run, () =>
        {
            using var statement = new SqlStatement(_connection, PublishedTable.AnyPendingSql, 0);
            using var reader = statement.ExecuteReader();
            return reader.Read();
        });

    /// <summary>Reads the files that the run publishes, in the order of their paths.</summary>
    /// <param name="pendingOnly">Leaves out those that are published.</param>
    public IReadOnlyList<PublishedRow> ReadPublications(bool pendingOnly) => GuardRead(Run, IReadOnlyList<PublishedRow> () =>
        {
            using var statement = new SqlStatement(_connection, PublishedTable.BuildSelect(pendingOnly), 0);
            using var reader = statement.ExecuteReader();
            var rows = new List<PublishedRow>();
            while (reader.Read())
            {
                rows.Add(PublishedTable.Read(reader));
            }

            return rows;
        });

    /// <summary>Reads the targets of all tasks that were planned so far, with their tasks.</summary>
    public IReadOnlyList<(string Target, TaskId Task)> ReadPublishTargets() => GuardRead(Run, IReadOnlyList<(string, TaskId)> () =>
        {
            using var statement = new SqlStatement(_connection, "SELECT path, task_id FROM published ORDER BY path", 0);
            using var reader = statement.ExecuteReader();
            var targets = new List<(string, TaskId)>();
            while (reader.Read())
            {
                targets.Add((reader.GetString(0), TaskId.FromTrusted(reader.GetString(1))));
            }

            return targets;
        });

    /// <summary>Reads the paths of all input files of the campaign, relative to the project's folder.</summary>
    public IReadOnlyList<string> ReadInputPaths() => GuardRead(Run, IReadOnlyList<string> () =>
        {
            using var statement = new SqlStatement(
                _connection,
                $"SELECT DISTINCT path FROM run_inputs WHERE kind = '{RunInputKind.CampaignFile.ToText()}'",
                0
            );
            using var reader = statement.ExecuteReader();
            var paths = new List<string>();
            while (reader.Read())
            {
                paths.Add(reader.GetString(0));
            }

            return paths;
        });

    /// <summary>Records files before they are put into the project's folder, so that a later command knows that this run put them
    /// there.</summary>
    public void RecordPublishing(IReadOnlyList<PublishedRow> rows) => WritePublications(rows, null, null, default);

    /// <summary>Records that files are published, with the event.</summary>
    /// <param name="rows">The files.</param>
    /// <param name="details">What happened, as text for people.</param>
    /// <param name="at">Time of the publication.</param>
    public void RecordPublished(IReadOnlyList<PublishedRow> rows, string details, DateTimeOffset at) =>
        WritePublications(rows, EventKinds.RunPublished, details, at);

    /// <summary>Records that nothing was published, and why, unless the last event says the same.</summary>
    public void RecordNotPublished(string details, DateTimeOffset at) => GuardAccess(Run, () =>
        {
            using (var last = new SqlStatement(_connection, "SELECT details FROM events WHERE kind = $1 ORDER BY seq DESC LIMIT 1", 1))
            using (var reader = last.ExecuteReader(null, EventKinds.RunNotPublished.Name))
            {
                if (reader.Read() && !reader.IsDBNull(0) && reader.GetString(0) == details)
                {
                    return false;
                }
            }

            using var transaction = _connection.BeginTransaction();
            _writer.InsertEvent(transaction, at, EventKinds.RunNotPublished, null, null, null, details);
            _disk.Commit(transaction);
            return true;
        });

    private void WritePublications(IReadOnlyList<PublishedRow> rows, EventKind? kind, string? details, DateTimeOffset at) =>
        GuardAccess(Run, () =>
        {
            _checkLockHeld?.Invoke();
            using var transaction = _connection.BeginTransaction();
            using (
                var update = new SqlStatement(
                    _connection,
                    "UPDATE published SET attempt_id = $2, sha256 = $3, size = $4, at_utc = $5 WHERE path = $1",
                    5
                )
            )
            {
                foreach (var row in rows)
                {
                    update.ExecuteNonQuery(
                        transaction,
                        row.Path,
                        row.Attempt?.Value,
                        row.Content?.Hex,
                        row.Size,
                        kind is null ? null : at.ToText()
                    );
                }
            }

            if (kind is not null)
            {
                _writer.InsertEvent(transaction, at, kind, null, null, null, details);
            }

            _disk.Commit(transaction);
            return true;
        });
}
