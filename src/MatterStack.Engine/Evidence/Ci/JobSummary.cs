using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence.Ci;

/// <summary>A run on half a page of Markdown, for the page that a CI system shows of a job: state, counts, wiring, what failed and why.</summary>
internal static class JobSummary
{
    private const int MostFailures = 20;
    private const int TailLines = 15;

    public static void Write(Stream stream, RunReader reader, RunWiring? wiring)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var row = reader.Row;
        var counts = reader.Counts();
        var attempts = reader.Attempts().ToList();
        text.WriteLine($"## {Inline(row.WorkspaceSlug)}: {row.State}{(row.Reason is null ? "" : ", " + Inline(row.Reason))}");
        text.WriteLine();
        text.WriteLine($"Run `{row.RunId}`: {string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Value} {c.Key}"))} of {counts.Values.Sum()} tasks; {Attempts(attempts)}.");
        if (wiring is not null)
        {
            text.WriteLine($"Wiring `{wiring.Hash.Short}` ({wiring.Origin.ToText()}).");
        }

        var failed = reader.Tasks("state = 'FAILED'").ToList();
        if (failed.Count == 0)
        {
            return;
        }

        text.WriteLine();
        text.WriteLine("| failed task | operator | reason |");
        text.WriteLine("|---|---|---|");
        foreach (var task in failed.Take(MostFailures))
        {
            text.WriteLine($"| {task.TaskId}{(task.AllowFailure ? " (allowed)" : "")} | `{task.OperatorKey}` | {Inline(task.Reason)} |");
        }

        if (failed.Count > MostFailures)
        {
            text.WriteLine();
            text.WriteLine($"and {failed.Count - MostFailures} more.");
        }

        WriteTail(text, reader.Run, attempts, failed[0]);
    }

    /// <summary>How long an attempt was under way, in seconds; 0 if it has not been started or has not ended.</summary>
    public static double Seconds(AttemptRow attempt) =>
        attempt.SubmittedAtUtc is { } from && attempt.EndedAtUtc is { } to && Instant(from) is { } start && Instant(to) is { } end ? Math.Max(0, (end - start).TotalSeconds) : 0;

    private static string Attempts(List<AttemptRow> attempts)
    {
        var cached = attempts.Count(a => a.CachedFrom is not null);
        return string.Create(CultureInfo.InvariantCulture, $"{attempts.Count - cached} attempts in {attempts.Sum(Seconds):0} s of their own time, {cached} tasks taken from the cache");
    }

    private static void WriteTail(TextWriter text, RunFolder run, List<AttemptRow> attempts, TaskRow task)
    {
        var last = attempts.LastOrDefault(a => a.TaskId == task.TaskId);
        var lines = last is null ? [] : LogTail.Of(Path.Combine(run.Path, last.RelativePath, "stderr.log"), TailLines);
        if (lines.Count == 0)
        {
            return;
        }

        text.WriteLine();
        text.WriteLine($"The end of `stderr.log` of {task.TaskId}:");
        text.WriteLine();
        // Indented, so that no fence in a log ends it.
        foreach (var line in lines)
        {
            text.WriteLine("    " + line);
        }
    }

    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    // A reason can hold what a program printed: no markup, no row and no link of its own.
    private static string Inline(string? value) => new string([.. (value ?? "").Where(static c => !char.IsControl(c))])
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
}
