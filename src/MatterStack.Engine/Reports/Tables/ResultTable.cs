using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>Table of the results of runs: a row per task. Rows are read twice, first for the columns and then for the values, and never
/// kept.</summary>
/// <param name="runs">Reads the rows of each run, in the same state each time.</param>
internal sealed class ResultTable(IReadOnlyList<TableRun> runs)
{
    /// <summary>The columns, after <see cref="FindColumns"/>.</summary>
    public TableColumns Columns { get; } = new();

    /// <summary>Reads all rows for the names and types of the columns.</summary>
    public void FindColumns()
    {
        VisitRows(Columns.Add);
        Columns.Complete();
    }

    /// <summary>Reads all rows and writes their values.</summary>
    /// <param name="writer">Writes them.</param>
    /// <param name="onRow">Is called with each row and its values; null: nobody is interested.</param>
    public void Write(ITableWriter writer, Action<string, TaskResultRow, ReadOnlySpan<ResultValue>>? onRow = null)
    {
        writer.Begin(Columns);
        VisitRows(
            (run, row) =>
            {
                var values = Columns.ReadValues(run, row);
                writer.WriteRow(values);
                onRow?.Invoke(run, row, values);
            }
        );
        writer.End();
    }

    private void VisitRows(Action<string, TaskResultRow> visit)
    {
        foreach (var run in runs)
        {
            var id = run.Run.Id.Value;
            run.Read(rows => StoreConnection.GuardOutput(run.Run.StoreFile, () =>
                {
                    foreach (var row in rows)
                    {
                        visit(id, row);
                    }

                    return true;
                }));
        }
    }
}
