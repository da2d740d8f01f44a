using System.Globalization;
using System.Text;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence;

/// <summary>Writes <c>report.md</c>: the bundle's content for a person.</summary>
internal static class MarkdownReport
{
    public static void Write(Stream stream, RunReader reader, RunWiring wiring, PortableText paths)
    {
        var row = reader.RunRow;
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        Line(text, $"# Run {MarkdownText.Inline(row.RunId)} of {MarkdownText.Inline(row.WorkspaceSlug)}");
        Line(text, $"");
        Line(text, $"State: **{row.State}**{(row.Reason is null ? "" : " (" + MarkdownText.Inline(paths.Clean(row.Reason)) + ")")}, created {MarkdownText.Inline(row.CreatedAtUtc)}{(row.EndedAtUtc is null ? "" : ", ended " + MarkdownText.Inline(row.EndedAtUtc))}.");
        Line(text, $"Definition: {MarkdownText.Code(row.DefinitionSha256)}. Engine: {MarkdownText.Inline(row.EngineVersion)}.");
        Line(text, $"");
        Line(text, $"| state | tasks |");
        Line(text, $"|---|---:|");
        foreach (var (state, count) in reader.CountTasksByState().OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            Line(text, $"| {MarkdownText.Inline(state)} | {count} |");
        }

        WriteEnds(text, reader, paths);
        WriteWiring(text, wiring);
        WriteAttempts(text, reader, paths);
        WriteAnswers(text, reader, paths);
        Line(text, $"");
        Line(text, $"Check all files of this bundle with `sha256sum -c manifest-sha256.txt`. `ro-crate-metadata.json` describes each file.");
    }

    private static void WriteEnds(TextWriter text, RunReader reader, PortableText paths)
    {
        var ends = reader.ReadOpenEnds();
        if (ends.Count == 0)
        {
            return;
        }

        Line(text, $"");
        Line(text, $"## Open end requests");
        Line(text, $"");
        if (RequestedEndText.DescribeRun(ends) is { } run)
        {
            Line(text, $"- The run {MarkdownText.Inline(paths.Clean(run))}.");
        }

        foreach (var end in ends.Where(e => e.AttemptId is not null))
        {
            Line(text, $"- {MarkdownText.Inline(end.TaskId)} ({MarkdownText.Code(end.AttemptId)}) {MarkdownText.Inline(paths.Clean(RequestedEndText.DescribeAttempt(end)))}.");
        }
    }

    private static void WriteWiring(TextWriter text, RunWiring wiring)
    {
        Line(text, $"");
        Line(text, $"## Operator wiring");
        Line(text, $"");
        Line(text, $"Source `{wiring.Origin.ToText()}`, sha256 `{wiring.Hash}`, snapshot [operators_snapshot/operators.yaml](operators_snapshot/operators.yaml).");
        Line(text, $"Check it with `sha256sum operators_snapshot/operators.yaml`. All wirings of the run are in `operators_snapshot/by-sha256/`, their history in `operators_snapshot/history.jsonl`.");
        Line(text, $"");
        Line(text, $"| operator | hash of its effective configuration |");
        Line(text, $"|---|---|");
        foreach (var (key, wired) in wiring.Operators.Operators.OrderBy(o => o.Key))
        {
            Line(text, $"| `{key}` | `{wired.Hash}` |");
        }
    }

    private static void WriteAttempts(TextWriter text, RunReader reader, PortableText paths)
    {
        Line(text, $"");
        Line(text, $"## Attempts");
        Line(text, $"");
        Line(text, $"| task | attempt | state | operator | wiring | submitted | ended | reason |");
        Line(text, $"|---|---|---|---|---|---|---|---|");
        foreach (var attempt in reader.ReadAttempts())
        {
            Line(text, $"| {MarkdownText.Inline(attempt.TaskId)} | {attempt.AttemptIndex} ({MarkdownText.Code(attempt.AttemptId)}) | {MarkdownText.Inline(attempt.State)} | {MarkdownText.Code(attempt.OperatorKey)} | `{attempt.WiringSha256[..12]}` | {MarkdownText.Inline(attempt.SubmittedAtUtc)} | {MarkdownText.Inline(attempt.EndedAtUtc)} | {MarkdownText.Inline(Reason(attempt, paths))} |");
        }

        var never = reader.TasksWithoutAttempt().ToList();
        if (never.Count > 0)
        {
            Line(text, $"");
            Line(text, $"## Tasks without an attempt");
            Line(text, $"");
            foreach (var task in never)
            {
                Line(text, $"- {MarkdownText.Inline(task.TaskId)}: {task.State}{(task.Reason is null ? "" : ", " + MarkdownText.Inline(paths.Clean(task.Reason)))}");
            }
        }
    }

    private static string? Reason(AttemptRow attempt, PortableText paths) => attempt.Origin is not { } origin ? paths.Clean(attempt.Reason)
        : $"not executed: cached result of attempt {origin.AttemptId} of run {origin.RunId} ({origin.Workspace}), "
            + $"executed on {origin.OperatorKey} at {origin.Host}, ended {origin.EndedAtUtc}";

    private static void WriteAnswers(TextWriter text, RunReader reader, PortableText paths)
    {
        var heading = false;
        foreach (var answer in reader.ReadEvents().Where(e => e.Kind == "ATTEMPT_ANSWERED"))
        {
            if (!heading)
            {
                Line(text, $"");
                Line(text, $"## Answers of people and instruments");
                Line(text, $"");
                heading = true;
            }

            Line(text, $"- {MarkdownText.Inline(answer.AtUtc)} {MarkdownText.Inline(answer.TaskId)}: {MarkdownText.Inline(paths.Clean(answer.Details))}{(answer.Actor is null ? "" : " (" + MarkdownText.Inline(answer.Actor) + ")")}");
        }
    }

    private static void Line(TextWriter text, FormattableString line) => text.Write(line.ToString(CultureInfo.InvariantCulture) + "\n");
}
