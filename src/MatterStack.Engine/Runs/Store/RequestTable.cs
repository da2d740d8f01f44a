using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The table <c>requests</c>: requests of people to a run that another process may be driving. Any process may add a request; only
/// the holder of the run's lock answers.</summary>
internal static class RequestTable
{
    /// <summary>Adds a request, durably, and returns its number.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">The request.</param>
    /// <param name="disk">Writes the request as a file if several machines share the run.</param>
    /// <param name="now">Time of the request.</param>
    public static long AddRequest(RunFolder run, RunRequest request, IDisk disk, DateTimeOffset now)
    {
        var files = FileSystem.FromFolder(run.Path);
        if (files.IsShared)
        {
            SharedStore.CheckNoLog(run.StoreFile);
            return RequestFiles.WriteRequest(run, request, disk, now);
        }

        using var connection = StoreConnection.OpenWriter(run.StoreFile, create: false, files);
        try
        {
            using var insert = new SqlStatement(
                connection,
                """
                INSERT INTO requests (at_utc, kind, task_id, attempt_id, downstream, actor, reason, arguments) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING seq
                """,
                8
            );
            using var reader = insert.ExecuteReader(
                now.ToText(),
                request.Kind.ToText(),
                request.Task?.Value,
                request.Attempt?.Value,
                request.IncludesDownstream ? 1L : 0L,
                request.Actor,
                request.Reason,
                RequestArguments.Format(request)
            );
            reader.Read();
            return reader.GetInt64(0);
        }
        catch (SqliteException e)
        {
            throw StoreConnection.ToProblemException(e, run.StoreFile);
        }
    }

    /// <summary>Answer to a request. Returns null if there is none yet.</summary>
    /// <param name="run">The run.</param>
    /// <param name="seq">Number of the request.</param>
    /// <param name="isTaken">Whether the caller has already imported request files.</param>
    public static RequestAnswer? FindAnswer(RunFolder run, long seq, bool isTaken = false) =>
        !isTaken && RequestFiles.IsNotImported(run, seq) ? null : StoreConnection.RunQuery(run.StoreFile, connection =>
            {
                using var select = new SqlStatement(
                    connection,
                    "SELECT done, answer FROM requests WHERE seq = $1 AND answered_at_utc IS NOT NULL",
                    1
                );
                using var reader = select.ExecuteReader(seq);
                return reader.Read() ? new RequestAnswer(reader.GetInt64(0) != 0, reader.GetString(1)) : null;
            });

    public static List<(long Seq, RunRequest Request)> ReadQueuedRequests(SqliteConnection connection)
    {
        using var select = new SqlStatement(
            connection,
            "SELECT seq, kind, task_id, attempt_id, downstream, actor, reason, arguments FROM requests WHERE answered_at_utc IS NULL "
                + "ORDER BY seq",
            0
        );
        using var reader = select.ExecuteReader();
        var waiting = new List<(long, RunRequest)>();
        while (reader.Read())
        {
            // A request of an unknown kind stays for the later version that knows it.
            if (RequestKindText.Read(reader.GetString(1)).Value is { } kind)
            {
                waiting.Add(
                    (
                        reader.GetInt64(0),
                        RequestArguments.AddTo(
                            new RunRequest(
                                kind,
                                reader.IsDBNull(2) ? (TaskId?)null : TaskId.FromTrusted(reader.GetString(2)),
                                reader.IsDBNull(3) ? null : AttemptId.FromTrusted(reader.GetString(3)),
                                reader.GetInt64(4) != 0,
                                reader.GetString(5),
                                reader.IsDBNull(6) ? null : reader.GetString(6)
                            ),
                            reader.IsDBNull(7) ? null : reader.GetString(7)
                        )
                    )
                );
            }
        }

        return waiting;
    }
}
