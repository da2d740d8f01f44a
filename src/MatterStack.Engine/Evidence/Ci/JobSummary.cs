using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence.Ci;

/// <summary>Writes half a page of Markdown for the job page of a CI system: state, counts, wiring, failed tasks and reasons.</summary>
internal static class JobSummary
{
    private const int MostFailures = 20;
    private const int MostEnds = 10;
    private const int TailLines = 15;

    /// <param name="stream">Target of the summary.</param>
    /// <param name="reader">The run.</param>
    /// <param name="wiring">The wiring of the run; null if unknown.</param>
    /// <param name="logs">Reads the run's logs.</param>
    public static void Write(Stream stream, RunReader reader, RunWiring? wiring, LogTail logs)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var row = reader.RunRow;
        var counts = reader.CountTasksByState();
        var attempts = reader.ReadAttempts().ToList();
        text.WriteLine($"## {MarkdownText.Inline(row.WorkspaceSlug)}: {row.State}{(row.Reason is null ? "" : ", " + MarkdownText.Inline(row.Reason))}");
        text.WriteLine();
        text.WriteLine($"Run {MarkdownText.Code(row.RunId)}: {string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Value} {MarkdownText.Inline(c.Key)}"))} of {counts.Values.Sum()} tasks; {Attempts(attempts)}.");
        if (wiring is not null)
        {
            text.WriteLine($"Wiring `{wiring.Hash.Short}` ({wiring.Origin.ToText()}).");
        }

        WriteEnds(text, reader.ReadOpenEnds());
        var failed = reader.FailedTasks().ToList();
        if (failed.Count == 0)
        {
            return;
        }

        text.WriteLine();
        text.WriteLine("| failed task | operator | reason |");
        text.WriteLine("|---|---|---|");
        foreach (var task in failed.Take(MostFailures))
        {
            text.WriteLine($"| {MarkdownText.Inline(task.TaskId)}{(task.AllowFailure ? " (allowed)" : "")} | {MarkdownText.Code(task.OperatorKey)} | {MarkdownText.Inline(task.Reason)} |");
        }

        if (failed.Count > MostFailures)
        {
            text.WriteLine();
            text.WriteLine($"and {failed.Count - MostFailures} more.");
        }

        WriteTail(text, logs, attempts, failed[0]);
    }

    private static void WriteEnds(TextWriter text, IReadOnlyList<EndRow> ends)
    {
        if (RequestedEndText.DescribeRun(ends) is { } run)
        {
            text.WriteLine();
            text.WriteLine($"The run {MarkdownText.Inline(run)}.");
        }

        var attempts = ends.Where(e => e.AttemptId is not null).ToList();
        foreach (var end in attempts.Take(MostEnds))
        {
            text.WriteLine();
            text.WriteLine($"{MarkdownText.Inline(end.TaskId)} ({MarkdownText.Code(end.AttemptId)}) {MarkdownText.Inline(RequestedEndText.DescribeAttempt(end))}.");
        }

        if (attempts.Count > MostEnds)
        {
            text.WriteLine();
            text.WriteLine($"and {attempts.Count - MostEnds} more.");
        }
    }

    /// <summary>Seconds from submission to end of an attempt; 0 if it has not started or not ended.</summary>
    public static double Seconds(AttemptRow attempt) =>
        attempt.SubmittedAtUtc is { } from && attempt.EndedAtUtc is { } to && Instant(from) is { } start && Instant(to) is { } end ? Math.Max(0, (end - start).TotalSeconds) : 0;

    private static string Attempts(List<AttemptRow> attempts)
    {
        var cached = attempts.Count(a => a.CachedFrom is not null);
        return string.Create(CultureInfo.InvariantCulture, $"{attempts.Count - cached} attempts with {attempts.Sum(Seconds):0} s in total, {cached} tasks from the cache");
    }

    private static void WriteTail(TextWriter text, LogTail logs, List<AttemptRow> attempts, TaskRow task)
    {
        var last = attempts.LastOrDefault(a => a.TaskId == task.TaskId);
        var end = last is null ? null : logs.Of(last.RelativePath + "/stderr.log", TailLines);
        if (end is not { Lines.Count: > 0 })
        {
            text.Write(end?.Refused is { } why ? $"\n{MarkdownText.Inline(task.TaskId)}: {MarkdownText.Inline(why)}.\n" : "");
            return;
        }

        text.WriteLine();
        text.WriteLine($"The end of `stderr.log` of {MarkdownText.Inline(task.TaskId)}:");
        text.WriteLine();
        // The log is an indented block: a code fence could be closed by the log itself.
        foreach (var line in end.Lines)
        {
            text.WriteLine("    " + line);
        }
    }

    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
}
