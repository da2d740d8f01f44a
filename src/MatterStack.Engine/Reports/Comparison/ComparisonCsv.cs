using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Writes a comparison as comma-separated values: a row for each difference.</summary>
/// <param name="text">Receives the lines; the caller disposes it.</param>
internal sealed class ComparisonCsv(TextWriter text) : IComparisonWriter
{
    private readonly CsvWriter _csv = new(text);

    public void Begin(ComparedRuns runs)
    {
        _csv.WriteRow("task", "change", "what", "name", "before", "after", "absolute", "relative");
        foreach (var difference in runs.Wiring ?? [])
        {
            Write(null, TaskChange.Different, "wiring", ComparedRuns.DescribePlace(difference), difference.Before, difference.After);
        }

        if (runs.IsProgramDifferent)
        {
            Write(null, TaskChange.Different, "program", null, runs.ProgramBefore, runs.ProgramAfter);
        }
    }

    public void WriteTask(TaskDifference task)
    {
        if (task.Before != task.After)
        {
            Write(task, task.Change, "state", null, task.Before?.ToText(), task.After?.ToText());
        }

        foreach (var value in task.Values)
        {
            Write(task, task.Change, "result", value.Name, value.Before, value.After, value.Absolute, value.Relative);
        }

        foreach (var file in task.Files)
        {
            Write(task, task.Change, "file", file.Name, file.Before, file.After);
        }

        foreach (var part in task.Parts)
        {
            Write(task, task.Change, "fingerprint", part.Name, part.Before, part.After);
        }
    }

    public void End(RunComparer comparer) { }

    public void Dispose() { }

    private void Write(
        TaskDifference? task,
        TaskChange change,
        string what,
        string? name,
        string? before,
        string? after,
        double? absolute = null,
        double? relative = null
    ) => _csv.WriteRow(task?.Task.Value, TaskChangeText.ToText(change), what, name, before, after, absolute, relative);
}
