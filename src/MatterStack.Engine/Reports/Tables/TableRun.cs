using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>A run in a table of results. Each reading sees the same state of the run.</summary>
internal sealed class TableRun : IDisposable
{
    private readonly TaskSelection? _selection;
    private readonly long _lastEvent;
    private RunReader? _open;

    /// <summary>Opens the run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="selection">The tasks of the table; null: all.</param>
    /// <exception cref="ProblemException">The run cannot be read.</exception>
    public TableRun(RunFolder run, TaskSelection? selection)
    {
        (Run, _selection) = (run, selection);
        var reader = new RunReader(run);
        try
        {
            _lastEvent = reader.ReadLastEventSeq();
            if (selection is not null && reader.SelectTasks(selection) is { IsSuccess: false } none)
            {
                SelectionProblems = none.Problems;
            }
        }
        catch
        {
            reader.Dispose();
            throw;
        }

        // An ended run seldom changes. Thousands of them are not kept open.
        if (reader.State is RunState.Pending or RunState.Running or RunState.Paused)
        {
            _open = reader;
        }
        else
        {
            reader.Dispose();
        }
    }

    public RunFolder Run { get; }

    /// <summary>Why the selection has no task of the run; empty if it has one.</summary>
    public IReadOnlyList<Problem> SelectionProblems { get; } = [];

    /// <summary>Reads the rows of the selected tasks.</summary>
    /// <exception cref="ProblemException">The run cannot be read, or has changed since it was opened.</exception>
    public void Read(Action<IEnumerable<TaskResultRow>> visit)
    {
        if (SelectionProblems.Count > 0)
        {
            return;
        }

        if (_open is { } open)
        {
            visit(ReadRows(open));
            return;
        }

        using var reader = new RunReader(Run);
        if (reader.ReadLastEventSeq() != _lastEvent)
        {
            throw new ProblemException(Problem.Create(RunCodes.RunChangedMeanwhile, $"Run {Run.Id} changed while it was read"));
        }

        visit(ReadRows(reader));
    }

    public void Dispose() => _open?.Dispose();

    private IEnumerable<TaskResultRow> ReadRows(RunReader reader)
    {
        if (_selection is null)
        {
            return reader.ReadTaskResults();
        }

        var selected = reader.SelectTasks(_selection).GetValueOrThrow().ToHashSet<TaskId>();
        return reader.ReadTaskResults().Where(row => selected.Contains(row.TaskId));
    }
}
