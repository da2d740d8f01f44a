using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Writes a comparison for people.</summary>
/// <param name="text">Receives the lines; the caller disposes it.</param>
internal sealed class ComparisonText(TextWriter text) : IComparisonWriter
{
    /// <summary>Largest number of tasks; a person reads no more, and a file has them all.</summary>
    public const int MaxTasks = 100;

    private const int MaxText = 100;
    private long _tasks;

    public void Begin(ComparedRuns runs)
    {
        WriteLine($"run {runs.Before.RunId} {runs.Before.State.ToText()} -> run {runs.After.RunId} {runs.After.State.ToText()}");
        foreach (var difference in runs.Wiring ?? [])
        {
            WriteLine(
                $"  wiring, {ComparedRuns.DescribePlace(difference)}: {DescribeChange(difference.Before, difference.After, "not set")}"
            );
        }

        if (runs.IsProgramDifferent)
        {
            WriteLine($"  program: {DescribeChange(Shorten(runs.ProgramBefore), Shorten(runs.ProgramAfter), "none")}");
        }
    }

    public void WriteTask(TaskDifference task)
    {
        if (task.Change is TaskChange.Equal || ++_tasks > MaxTasks)
        {
            return;
        }

        if (task.Change is TaskChange.Added or TaskChange.Gone)
        {
            WriteLine($"  task {task.Task} is {(task.Change is TaskChange.Added ? "added" : "gone")}");
            return;
        }

        WriteLine($"  task {task.Task} is different");
        if (task.Before != task.After)
        {
            WriteLine($"    state: {task.Before?.ToText()} -> {task.After?.ToText()}");
        }

        foreach (var value in task.Values)
        {
            WriteLine($"    result {value.Name}: {DescribeChange(value.Before, value.After, "none")}{DescribeDistance(value)}");
        }

        if (task.ValueCount > task.Values.Count)
        {
            WriteLine($"    {CountText.FormatCount(task.ValueCount - task.Values.Count, "more value")} differ");
        }

        foreach (var file in task.Files)
        {
            WriteLine($"    file {file.Name}: {DescribeChange(file.Before, file.After, "none")}");
        }

        foreach (var part in task.Parts)
        {
            WriteLine($"    fingerprint, {part.Name}: {DescribeChange(part.Before, part.After, "none")}");
        }
    }

    public void End(RunComparer comparer)
    {
        if (_tasks > MaxTasks)
        {
            WriteLine($"  … {CountText.FormatCount(_tasks - MaxTasks, "more task")}: -p:OutputFile=FILE.json has all");
        }

        if (comparer.EqualWithOtherParts > 0)
        {
            WriteLine($"  {CountText.FormatCount(comparer.EqualWithOtherParts, "equal task")} with another fingerprint");
        }

        foreach (var (name, count) in comparer.PartCounts)
        {
            WriteLine($"  fingerprint, {name}: differs in {CountText.FormatCount(count, "task")}");
        }

        if (comparer.WithoutFingerprint > 0)
        {
            WriteLine(
                $"  {CountText.FormatCount(comparer.WithoutFingerprint, "task")} without a fingerprint in both runs: of what can change a "
                    + "result, the definition, the files, the operator and the program are compared"
            );
        }

        WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"tasks: {comparer.Added} added, {comparer.Gone} gone, {comparer.Different} different, {comparer.Equal} equal"
            )
        );
    }

    public void Dispose() { }

    private static string DescribeChange(string? before, string? after, string none) =>
        $"{CutText(before) ?? none} -> {CutText(after) ?? none}";

    private static string DescribeDistance(ValueDifference value) =>
        value is { Absolute: { } absolute, Relative: { } relative }
            ? string.Create(CultureInfo.InvariantCulture, $" (differs by {absolute:G6}, relative {relative:G3})")
            : "";

    private static string? CutText(string? value) => UntrustedText.ToLineOrNull(value, MaxText);

    private static string? Shorten(string? hash) => hash is { Length: > 12 } ? hash[..12] : hash;

    private void WriteLine(string line)
    {
        text.Write(line);
        text.Write('\n');
    }
}
