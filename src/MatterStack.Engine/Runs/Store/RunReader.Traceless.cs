using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>Readers that change no file.</content>
internal sealed partial class RunReader
{
    /// <summary>Reads a copy of the store in memory, with the tables of this version.</summary>
    public static RunReader OpenCopy(RunFolder run) => new(run, StoreConnection.OpenCopy(run.StoreFile), isPrivate: true);

    /// <summary>Reads the store in place.</summary>
    public static RunReader OpenTraceless(RunFolder run) => new(run, StoreConnection.OpenTraceless(run.StoreFile), isPrivate: false);

    /// <summary>Loads the planner's model of a reader that <see cref="OpenCopy"/> returned.</summary>
    public RunModel LoadModel() => ModelLoader.LoadModel(_connection);

    /// <summary>Results of a reader that <see cref="OpenCopy"/> returned.</summary>
    public ResultRows OpenResults() => new(_connection);

    /// <summary>Path and hash of the campaign's program; null if the run has none.</summary>
    public (string Path, string? Hash)? FindProgram() =>
        QueryRows("SELECT program_path, program_sha256 FROM runs", static row => (StoreText.Find(row, 0), StoreText.Find(row, 1)))
            .FirstOrDefault()
            is (string path, var hash)
            ? (path, hash)
            : null;

    /// <summary>Hash of a later declaration whose difference was reported; null if none was.</summary>
    public string? FindReportedDefinitionHash() =>
        QueryRows("SELECT noted_definition_sha256 FROM runs", static row => StoreText.Find(row, 0)).FirstOrDefault();

    /// <summary>Attempts with a fingerprint and their tasks, in the order of their creation.</summary>
    public IEnumerable<(string Task, string Attempt)> ReadFingerprintedAttempts() =>
        QueryRows(
            "SELECT f.attempt_id, a.task_id FROM fingerprints f JOIN attempts a ON a.attempt_id = f.attempt_id ORDER BY a.seq",
            static row => (row.GetString(1), row.GetString(0))
        );

    /// <summary>Parts of an attempt's fingerprint; null if it has none.</summary>
    public string? FindFingerprintParts(string attempt) =>
        QueryRows("SELECT parts FROM fingerprints WHERE attempt_id = $1", static row => row.GetString(0), attempt).FirstOrDefault();

    /// <summary>Times that completed attempts took, by task, with the pattern of the task; results from the cache are left out. It is the
    /// measured time of the command; where nothing was measured, the time from its begin to its end, and where the begin is not known
    /// either, the time since its submission.</summary>
    public IEnumerable<(string Task, long? Pattern, TimeSpan Time)> ReadDurations()
    {
        var began = QueryRows(
                "SELECT attempt_id, min(at_utc) FROM events WHERE kind = $1 AND attempt_id IS NOT NULL GROUP BY attempt_id",
                static row => (row.GetString(0), StoreText.GetTime(row, 1)),
                EventKinds.AttemptRunning.Name
            )
            .ToDictionary(static row => row.Item1, static row => row.Item2, StringComparer.Ordinal);
        return QueryRows(
                "SELECT a.attempt_id, t.task_id, t.pattern, a.submitted_at_utc, a.ended_at_utc, a.wall_seconds "
                    + "FROM attempts a JOIN tasks t ON t.task_id = a.task_id "
                    + $"WHERE a.state = '{AttemptStatus.Completed.ToText()}' AND a.cached_from IS NULL AND a.ended_at_utc IS NOT NULL",
                static row =>
                    (
                        Attempt: row.GetString(0),
                        Task: row.GetString(1),
                        Pattern: row.IsDBNull(2) ? null : (long?)row.GetInt64(2),
                        SubmittedAt: StoreText.FindTime(row, 3),
                        EndedAt: StoreText.GetTime(row, 4),
                        Measured: AttemptColumns.FindDuration(row, 5)
                    )
            )
            .Select(row =>
                (
                    row.Task,
                    row.Pattern,
                    Time: row.Measured ?? row.EndedAt - (began.TryGetValue(row.Attempt, out var at) ? at : row.SubmittedAt)
                )
            )
            .Where(static row => row.Time >= TimeSpan.Zero)
            .Select(static row => (row.Task, row.Pattern, row.Time!.Value));
    }
}
