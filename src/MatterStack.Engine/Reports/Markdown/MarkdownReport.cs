using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Reports.Markdown;

/// <summary>Writes <c>report.md</c>: the bundle's content for a person.</summary>
internal static class MarkdownReport
{
    private const int MaxNamedTasks = 3;

    public static void Write(Stream stream, RunReader reader, RunWiring wiring, PathRedactor paths)
    {
        var row = reader.RunRow;
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        WriteLine(text, $"# Run {MarkdownText.EscapeInline(row.RunId.Value)} of {MarkdownText.EscapeInline(row.WorkspaceSlug)}");
        WriteLine(text, $"");
        WriteLine(
            text,
            $"State: **{row.State.ToText()}**"
                + $"{(row.Reason is null ? "" : " (" + MarkdownText.EscapeInline(paths.Redact(row.Reason)) + ")")}, "
                + $"created {MarkdownText.EscapeInline(row.CreatedAt.ToText())}"
                + $"{(row.EndedAt is { } end ? ", ended " + MarkdownText.EscapeInline(end.ToText()) : "")}."
        );
        WriteLine(
            text,
            $"Definition: {MarkdownText.FormatCode(row.DefinitionSha256.Hex)}. Engine: {MarkdownText.EscapeInline(row.EngineVersion)}."
        );
        if (row.Tags.Count > 0)
        {
            WriteLine(text, $"Tags: {MarkdownText.EscapeInline(string.Join(", ", row.Tags))}.");
        }

        if (row.Note is { } note)
        {
            WriteLine(text, $"");
            WriteLine(text, $"Note: {MarkdownText.EscapeInline(paths.Redact(note))}");
        }

        WriteLine(text, $"");
        WriteLine(text, $"| state | tasks |");
        WriteLine(text, $"|---|---:|");
        foreach (var (state, count) in reader.CountTasksByState().OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            WriteLine(text, $"| {MarkdownText.EscapeInline(state)} | {count} |");
        }

        WriteEnds(text, reader, paths);
        WriteWiring(text, wiring);
        WriteShapes(text, reader);
        WriteAttempts(text, reader, paths);
        WriteAnswers(text, reader, paths);
        WriteAmendments(text, reader, paths);
        WriteLine(text, $"");
        WriteLine(
            text,
            $"Check all files of this bundle with `sha256sum -c manifest-sha256.txt`. `ro-crate-metadata.json` describes each file."
        );
    }

    private static void WriteEnds(TextWriter text, RunReader reader, PathRedactor paths)
    {
        var ends = reader.ReadOpenEnds();
        if (ends.Count == 0)
        {
            return;
        }

        WriteLine(text, $"");
        WriteLine(text, $"## Open end requests");
        WriteLine(text, $"");
        if (RequestedEndText.DescribeRun(ends) is { } run)
        {
            WriteLine(text, $"- The run {MarkdownText.EscapeInline(paths.Redact(run))}.");
        }

        foreach (var end in ends.Where(e => e.AttemptId is not null))
        {
            WriteLine(
                text,
                $"- {MarkdownText.EscapeInline(end.TaskId?.Value)} ({MarkdownText.FormatCode(end.AttemptId?.Value)}) "
                    + $"{MarkdownText.EscapeInline(paths.Redact(RequestedEndText.DescribeAttempt(end)))}."
            );
        }
    }

    private static void WriteAmendments(TextWriter text, RunReader reader, PathRedactor paths)
    {
        var amendments = reader.ReadAmendments().ToList();
        if (amendments.Count == 0)
        {
            return;
        }

        WriteLine(text, $"");
        WriteLine(text, $"## Amended tasks");
        WriteLine(text, $"");
        WriteLine(text, $"| time | task | by | changes | reason |");
        WriteLine(text, $"|---|---|---|---|---|");
        foreach (var amendment in amendments)
        {
            var changes = string.Join(", ", AmendmentTable.ListChanges(amendment).Select(static change => change.Describe()));
            WriteLine(
                text,
                $"| {amendment.At.ToText()} | {MarkdownText.EscapeInline(amendment.TaskId.Value)} | "
                    + $"{MarkdownText.EscapeInline(amendment.Actor)} | {MarkdownText.EscapeInline(paths.Redact(changes))} | "
                    + $"{MarkdownText.EscapeInline(paths.Redact(amendment.Reason))} |"
            );
        }
    }

    private static void WriteWiring(TextWriter text, RunWiring wiring)
    {
        WriteLine(text, $"");
        WriteLine(text, $"## Operator wiring");
        WriteLine(text, $"");
        WriteLine(
            text,
            $"Source `{wiring.Origin.ToText()}`, sha256 `{wiring.Hash}`, snapshot [{SnapshotPaths.RelativeSnapshotPath}]("
                + $"{SnapshotPaths.RelativeSnapshotPath})."
        );
        WriteLine(
            text,
            $"Check it with `sha256sum {SnapshotPaths.RelativeSnapshotPath}`. All wirings of the run are in "
                + $"`operators_snapshot/by-sha256/`, their history in `operators_snapshot/history.jsonl`."
        );
        WriteLine(text, $"");
        WriteLine(text, $"| operator | hash of its effective configuration |");
        WriteLine(text, $"|---|---|");
        foreach (var (key, wired) in wiring.Operators.Operators.OrderBy(o => o.Key))
        {
            WriteLine(text, $"| `{key}` | `{wired.Hash}` |");
        }
    }

    private static void WriteShapes(TextWriter text, RunReader reader)
    {
        var shapes = new RecordedRun(reader)
            .ReadTasks()
            .Select(task => (Text: task.Shape?.Describe(), Task: task.Row.TaskId))
            .Where(task => task.Text is not null)
            .GroupBy(task => task.Text, task => task.Task, StringComparer.Ordinal)
            .ToList();
        if (shapes.Count == 0)
        {
            return;
        }

        WriteLine(text, $"");
        WriteLine(text, $"## Requests");
        WriteLine(text, $"");
        WriteLine(text, $"| tasks | number | each asks for |");
        WriteLine(text, $"|---|---:|---|");
        foreach (var shape in shapes)
        {
            var named = shape.Take(MaxNamedTasks).Select(task => MarkdownText.EscapeInline(task.Value));
            var count = shape.Count();
            WriteLine(
                text,
                $"| {string.Join(", ", named)}{(count > MaxNamedTasks ? ", …" : "")} | {count} | {MarkdownText.EscapeInline(shape.Key)} |"
            );
        }
    }

    private static void WriteAttempts(TextWriter text, RunReader reader, PathRedactor paths)
    {
        WriteLine(text, $"");
        WriteLine(text, $"## Attempts");
        WriteLine(text, $"");
        WriteLine(text, $"| task | attempt | state | operator | wiring | submitted | ended | reason |");
        WriteLine(text, $"|---|---|---|---|---|---|---|---|");
        foreach (var attempt in reader.ReadAttempts())
        {
            WriteLine(
                text,
                $"| {MarkdownText.EscapeInline(attempt.TaskId.Value)} | "
                    + $"{attempt.AttemptIndex} ({MarkdownText.FormatCode(attempt.AttemptId.Value)}) | "
                    + $"{MarkdownText.EscapeInline(attempt.State.ToText())} | {MarkdownText.FormatCode(attempt.OperatorKey.Value)}"
                    + $"{(attempt.Given is { } given ? $" ({MarkdownText.EscapeInline(given.Describe())})" : "")} | `"
                    + $"{attempt.WiringSha256.Short}` | {MarkdownText.EscapeInline(attempt.SubmittedAt?.ToText())} | "
                    + $"{MarkdownText.EscapeInline(attempt.EndedAt?.ToText())} | "
                    + $"{MarkdownText.EscapeInline(DescribeReason(attempt, paths))} |"
            );
        }

        WriteCodes(text, reader, paths);
        var never = reader.ReadTasksWithoutAttempt().ToList();
        if (never.Count > 0)
        {
            WriteLine(text, $"");
            WriteLine(text, $"## Tasks without an attempt");
            WriteLine(text, $"");
            foreach (var task in never)
            {
                WriteLine(
                    text,
                    $"- {MarkdownText.EscapeInline(task.TaskId.Value)}: {task.State.ToText()}"
                        + $"{(task.Reason is null ? "" : ", " + MarkdownText.EscapeInline(paths.Redact(task.Reason)))}"
                );
            }
        }
    }

    private static void WriteCodes(TextWriter text, RunReader reader, PathRedactor paths)
    {
        var codes = new CodeUses();
        foreach (var attempt in reader.ReadAttempts())
        {
            codes.AddAttempt(attempt);
        }

        var used = codes.All.ToList();
        if (used.Count == 0)
        {
            return;
        }

        WriteLine(text, $"");
        WriteLine(text, $"## Codes");
        WriteLine(text, $"");
        WriteLine(text, $"| code | version | operator | sha256 | attempts |");
        WriteLine(text, $"|---|---|---|---|---|");
        foreach (var (code, key, count) in used)
        {
            WriteLine(
                text,
                $"| {MarkdownText.FormatCode(code.Code)} | {MarkdownText.EscapeInline(paths.Redact(code.Version) ?? "not known")} | "
                    + $"{MarkdownText.FormatCode(key.Value)} | `{code.Sha256}` | {count} |"
            );
        }
    }

    private static string? DescribeReason(AttemptRow attempt, PathRedactor paths) =>
        attempt.Origin is not { } origin
            ? paths.Redact(attempt.Reason)
            : $"not executed: cached result of attempt {origin.AttemptId} of run {origin.RunId} ({origin.Workspace}), "
                + $"executed on {origin.OperatorKey} at {origin.Host}, ended {origin.EndedAtUtc}";

    private static void WriteAnswers(TextWriter text, RunReader reader, PathRedactor paths)
    {
        var heading = false;
        foreach (var answer in reader.ReadEvents().Where(e => e.Kind == EventKinds.AttemptAnswered))
        {
            if (!heading)
            {
                WriteLine(text, $"");
                WriteLine(text, $"## Answers of people and instruments");
                WriteLine(text, $"");
                heading = true;
            }

            WriteLine(
                text,
                $"- {MarkdownText.EscapeInline(answer.At.ToText())} {MarkdownText.EscapeInline(answer.TaskId?.Value)}: "
                    + $"{MarkdownText.EscapeInline(paths.Redact(answer.Details))}"
                    + $"{(answer.Actor is null ? "" : " (" + MarkdownText.EscapeInline(answer.Actor) + ")")}"
            );
        }
    }

    private static void WriteLine(TextWriter text, InvariantText line) => text.Write(line.ToString() + "\n");
}
