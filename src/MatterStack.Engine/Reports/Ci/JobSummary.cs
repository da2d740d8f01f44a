using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports.Markdown;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Usage;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Reports.Ci;

/// <summary>Writes half a page of Markdown for the job page of a CI system: state, counts, wiring, failed tasks and reasons.</summary>
internal static class JobSummary
{
    private const int MaxFailures = 20;
    private const int MaxEnds = 10;
    private const int MaxGroups = 5;
    private const int LogTailLines = 15;

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
        text.WriteLine(
            $"## {MarkdownText.EscapeInline(row.WorkspaceSlug)}: {row.State.ToText()}"
                + $"{(row.Reason is null ? "" : ", " + MarkdownText.EscapeInline(row.Reason))}"
        );
        text.WriteLine();
        var states = counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Value} {MarkdownText.EscapeInline(c.Key)}");
        text.WriteLine(
            $"Run {MarkdownText.FormatCode(row.RunId.Value)}: {string.Join(", ", states)} of "
                + $"{CountText.FormatCount(counts.Values.Sum(), "task")}; {FormatAttempts(attempts)}."
        );
        if (wiring is not null)
        {
            text.WriteLine($"Wiring `{wiring.Hash.Short}` ({wiring.Origin.ToText()}).");
        }

        WriteUsage(text, RunUsage.SumUp(reader.ReadUsage()));
        WriteEnds(text, reader.ReadOpenEnds());
        WriteHeld(text, [.. reader.ReadWaitingTasks().Where(static task => task.IsHeld)]);
        var failed = reader.ReadFailedTasks().ToList();
        if (failed.Count == 0)
        {
            return;
        }

        text.WriteLine();
        text.WriteLine("| failed task | operator | cause | reason |");
        text.WriteLine("|---|---|---|---|");
        foreach (var task in failed.Take(MaxFailures))
        {
            text.WriteLine(
                $"| {MarkdownText.EscapeInline(task.TaskId.Value)}{(task.AllowFailure ? " (allowed)" : "")} | "
                    + $"{MarkdownText.FormatCode(task.OperatorKey.Value)} | {MarkdownText.EscapeInline(FindCause(attempts, task))} | "
                    + $"{MarkdownText.EscapeInline(task.Reason)} |"
            );
        }

        if (failed.Count > MaxFailures)
        {
            text.WriteLine();
            text.WriteLine($"and {failed.Count - MaxFailures} more.");
        }

        WriteLogTail(text, logs, attempts, failed[0]);
    }

    // Only what somebody can act on: amounts that were asked for, with what was used of them.
    private static void WriteUsage(TextWriter text, IReadOnlyList<GroupUsage> groups)
    {
        var lines = groups.Where(static usage => DescribeUsage(usage) is not null).ToList();
        if (lines.Count == 0)
        {
            return;
        }

        text.WriteLine();
        foreach (var usage in lines.Take(MaxGroups))
        {
            text.WriteLine(
                $"- {MarkdownText.FormatCode(usage.Group.Name)} on {MarkdownText.FormatCode(usage.Group.Key.Value)}: {DescribeUsage(usage)}"
            );
        }

        if (lines.Count > MaxGroups)
        {
            text.WriteLine($"- and {CountText.FormatCount(lines.Count - MaxGroups, "more group")} of tasks.");
        }
    }

    private static string? DescribeUsage(GroupUsage usage)
    {
        var parts = new[]
        {
            DescribeAmount("memory", usage.AskedMemory, usage.PeakMemory, AmountText.FormatBytes, " by its largest process"),
            DescribeAmount("time", usage.AskedTime, usage.WallTime, AmountText.FormatSeconds, ""),
        };
        return parts.Any(static part => part is not null) ? string.Join("; ", parts.OfType<string>()) : null;
    }

    private static string? DescribeAmount(string name, AskedAmount asked, UsageFigures used, Func<double?, string> format, string more) =>
        asked.Min is null || used.Count == 0
            ? null
            : $"{name} asked {UsageLines.FormatAsked(asked, format)}, used at most {format(used.Max)}{more}";

    private static void WriteEnds(TextWriter text, IReadOnlyList<EndRow> ends)
    {
        if (RequestedEndText.DescribeRun(ends) is { } run)
        {
            text.WriteLine();
            text.WriteLine($"The run {MarkdownText.EscapeInline(run)}.");
        }

        var attempts = ends.Where(e => e.AttemptId is not null).ToList();
        foreach (var end in attempts.Take(MaxEnds))
        {
            text.WriteLine();
            text.WriteLine(
                $"{MarkdownText.EscapeInline(end.TaskId?.Value)} ({MarkdownText.FormatCode(end.AttemptId?.Value)}) "
                    + $"{MarkdownText.EscapeInline(RequestedEndText.DescribeAttempt(end))}."
            );
        }

        if (attempts.Count > MaxEnds)
        {
            text.WriteLine();
            text.WriteLine($"and {attempts.Count - MaxEnds} more.");
        }
    }

    private static string? FindCause(List<AttemptRow> attempts, TaskRow task) =>
        attempts.LastOrDefault(a => a.AttemptId == task.CurrentAttemptId)?.CauseText;

    private static void WriteHeld(TextWriter text, IReadOnlyList<TaskRow> held)
    {
        foreach (var task in held.Take(MaxFailures))
        {
            text.WriteLine();
            text.WriteLine($"{MarkdownText.EscapeInline(task.TaskId.Value)} {MarkdownText.EscapeInline(task.Reason)}.");
        }

        if (held.Count > MaxFailures)
        {
            text.WriteLine();
            text.WriteLine($"and {held.Count - MaxFailures} more are held.");
        }
    }

    /// <summary>Wall time of an attempt in seconds; if it is not known, the time from submission to end; 0 if it has not started or not
    /// ended.</summary>
    public static double GetDurationSeconds(AttemptRow attempt) =>
        attempt.Usage?.WallTime is { } wall ? wall.TotalSeconds
        : attempt is { SubmittedAt: { } start, EndedAt: { } end } ? Math.Max(0, (end - start).TotalSeconds)
        : 0;

    private static string FormatAttempts(List<AttemptRow> attempts)
    {
        var cached = attempts.Count(a => a.CachedFrom is not null);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{CountText.FormatCount(attempts.Count - cached, "attempt")} with {attempts.Sum(GetDurationSeconds):0} s in total, "
                + $"{CountText.FormatCount(cached, "task")} from the cache"
        );
    }

    private static void WriteLogTail(TextWriter text, LogTail logs, List<AttemptRow> attempts, TaskRow task)
    {
        var last = attempts.LastOrDefault(a => a.TaskId == task.TaskId);
        var end = last is null ? null : logs.ReadLastLines(last.RelativePath + "/" + AttemptLayout.StderrFile, LogTailLines);
        if (end is not { Lines.Count: > 0 })
        {
            text.Write(
                end?.RefusalReason is { } why
                    ? $"\n{MarkdownText.EscapeInline(task.TaskId.Value)}: {MarkdownText.EscapeInline(why)}.\n"
                    : ""
            );
            return;
        }

        text.WriteLine();
        text.WriteLine($"The end of `stderr.log` of {MarkdownText.EscapeInline(task.TaskId.Value)}:");
        text.WriteLine();
        // The log is an indented block: a code fence could be closed by the log itself.
        foreach (var line in end.Lines)
        {
            text.WriteLine("    " + line);
        }
    }
}
