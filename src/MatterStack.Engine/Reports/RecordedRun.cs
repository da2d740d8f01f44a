using System.Text.Json;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Reports;

/// <summary>Reads a run task by task from one state of its store. At most one task is held in memory.</summary>
internal sealed class RecordedRun
{
    private readonly RunReader _reader;
    private readonly Dictionary<AttemptId, EventRow> _answers = [];
    private ILookup<TaskId, (DateTimeOffset EndedAt, string Path)>? _dependencyOutputs;

    public RecordedRun(RunReader reader)
    {
        _reader = reader;
        foreach (var answer in reader.ReadEvents().Where(e => e.Kind == EventKinds.AttemptAnswered))
        {
            if (answer.AttemptId is { } attempt)
            {
                _answers[attempt] = answer;
            }
        }
    }

    public RunReader Reader => _reader;

    /// <summary>
    /// Paths of the outputs that a completed dependency provided: the outputs of its last attempt that had ended at that time.
    /// </summary>
    public IEnumerable<string> FindDependencyOutputs(TaskId task, DateTimeOffset createdAt)
    {
        _dependencyOutputs ??= _reader.ReadDependencyOutputs().ToLookup(h => h.Task, h => (h.EndedAt, h.Path));
        var before = _dependencyOutputs[task].Where(h => h.EndedAt <= createdAt).ToList();
        return before.Where(h => h.EndedAt == before[^1].EndedAt).Select(h => h.Path);
    }

    public IEnumerable<RecordedTask> ReadTasks()
    {
        using var attempts = new GroupedRows<TaskId, AttemptRow>(_reader.ReadAttemptsByTask(), a => a.TaskId);
        using var outputs = new GroupedRows<AttemptId, OutputRow>(_reader.ReadOutputsByTask(), o => o.AttemptId);
        using var definitions = _reader.ReadDefinitions().GetEnumerator();
        foreach (var task in _reader.ReadTasks())
        {
            definitions.MoveNext();
            var definition = definitions.Current.Definition;
            yield return new RecordedTask(
                task,
                definition,
                [.. attempts.ReadGroup(task.TaskId).Select(a => CreateAttempt(a, outputs))],
                () => Read(task, definition)
            );
        }
    }

    /// <summary>Every attempt, in the order of the tasks.</summary>
    public IEnumerable<RecordedAttempt> ReadAttempts()
    {
        using var outputs = new GroupedRows<AttemptId, OutputRow>(_reader.ReadOutputsByTask(), o => o.AttemptId);
        foreach (var attempt in _reader.ReadAttemptsByTask())
        {
            yield return CreateAttempt(attempt, outputs);
        }
    }

    private RecordedAttempt CreateAttempt(AttemptRow attempt, GroupedRows<AttemptId, OutputRow> outputs) =>
        new(
            RequireSafePath(attempt),
            [.. outputs.ReadGroup(attempt.AttemptId).Select(RequireSafePath)],
            _answers.GetValueOrDefault(attempt.AttemptId)
        );

    private PlannedTask Read(TaskRow task, string definition)
    {
        try
        {
            return TaskId.TryParse(task.TaskId.Value, out var id)
                ? TaskJson.Read(id, task.OperatorKey, definition)
                : throw new FormatException($"'{task.TaskId}' is not a task id");
        }
        catch (Exception e) when (StoreConnection.IsDamage(e))
        {
            throw StoreConnection.CreateDamageException(e, _reader.Run.StoreFile);
        }
    }

    // The values become file paths.
    private AttemptRow RequireSafePath(AttemptRow attempt) =>
        attempt.RelativePath == FormattableString.Invariant($"tasks/{attempt.TaskId}@{attempt.AttemptIndex}") && IsJson(attempt.Results)
            ? attempt
            : throw StoreConnection.CreateDamageException(
                new FormatException($"attempt {attempt.AttemptId} has the folder '{attempt.RelativePath}' or results that are not JSON"),
                _reader.Run.StoreFile
            );

    private OutputRow RequireSafePath(OutputRow output) =>
        !Path.IsPathRooted(output.Path) && !output.Path.Split('/').Any(static s => s is "" or "." or "..")
            ? output
            : throw StoreConnection.CreateDamageException(
                new FormatException($"'{output.Path}' is not a valid output path"),
                _reader.Run.StoreFile
            );

    private static bool IsJson(string? text)
    {
        try
        {
            using var document = text is null
                ? null
                : JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = JsonRule.MaxRecordsDepth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Rows sorted in the order of their owners.
    private sealed class GroupedRows<TOwner, T>(IEnumerable<T> rows, Func<T, TOwner> owner) : IDisposable
        where TOwner : struct, IEquatable<TOwner>
    {
        private readonly IEnumerator<T> _rows = rows.GetEnumerator();
        private bool _started;
        private bool _hasRow;

        public List<T> ReadGroup(TOwner id)
        {
            if (!_started)
            {
                (_started, _hasRow) = (true, _rows.MoveNext());
            }

            var found = new List<T>();
            for (; _hasRow && owner(_rows.Current).Equals(id); _hasRow = _rows.MoveNext())
            {
                found.Add(_rows.Current);
            }

            return found;
        }

        public void Dispose() => _rows.Dispose();
    }
}
