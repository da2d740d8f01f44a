using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Html;

/// <summary>
/// Writes the sections that need attention: failed tasks with reason and end of log, open end requests, and tasks that wait for people or
/// instruments.
/// </summary>
internal sealed class ReportAttention(HtmlWriter html, ReportSource source)
{
    private const int MaxFailures = 20;
    private const int MaxWaiting = 20;
    private const int MaxEnds = 20;

    // Limit for this section; the task details below show more files.
    private const int MaxLogCharacters = MaxFailures * LogExcerpts.MaxBytesPerFile;

    public void Write()
    {
        WriteFailures();
        WriteEnds();
        WriteWaiting();
    }

    private void WriteFailures()
    {
        var reader = source.Run.Reader;
        var failed = reader
            .ReadFailedTasks()
            .Where(static t => t.CurrentAttemptId is not null)
            .OrderBy(static t => t.AllowFailure)
            .ToList();
        if (failed.Count == 0)
        {
            return;
        }

        var texts = new LogExcerpts(source.Files, MaxLogCharacters);
        html.Write($"<section id=\"failures\" data-nav=\"Failures\"><h2>Failed tasks <span class=\"count\">{failed.Count}</span></h2>\n");
        foreach (var task in failed.Take(MaxFailures))
        {
            // One query per task that is shown.
            var attempts = reader.ReadAttemptsOf(task.TaskId).ToList();
            WriteFailure(task, attempts, texts);
        }

        if (failed.Count > MaxFailures)
        {
            html.Write(
                $"<p class=\"note\">And {failed.Count - MaxFailures} more: <button type=\"button\" class=\"link\" "
                    + $"data-state=\"FAILED\">show them in the table</button>.</p>\n"
            );
        }

        html.WriteRaw("</section>\n");
    }

    private void WriteFailure(TaskRow task, List<AttemptRow> attempts, LogExcerpts texts)
    {
        var last = attempts[^1];
        html.Write(
            $"""
            <article class="failure{(task.AllowFailure ? " allowed" : "")}">
            <h3><button type="button" class="link" data-task="{task.TaskId}">{task.TaskId}</button> <span class="badge s-{task.State.ToText()}">{task.State.ToText()}</span>{(
                task.AllowFailure ? " (allowed)" : ""
            )}</h3>
            <p class="reason">{task.Reason}</p>
            <p class="meta">on <code>{last.OperatorKey}</code>{(last.CauseText is { } cause ? ", cause " + cause : "")}{(
                last.ExitCode is { } code ? FormattableString.Invariant($", exit code {code}") : ""
            )}{(attempts.Count > 1 ? ", " + CountText.FormatCount(attempts.Count, "attempt") : "")}{(
                last.EndedAt is { } at ? ", " + ReportSummary.FormatTime(at) : ""
            )}
            """
        );
        var there = source.Files.ListAttemptFiles(last);
        foreach (var name in RecordedAttemptFiles.TextFiles.Where(there.Contains))
        {
            html.Write($" · <a href=\"{EncodeLink($"{last.RelativePath}/{name}")}\">{name}</a>");
        }

        html.WriteRaw("</p>\n");
        WriteLogEnd(last, texts);
        html.WriteRaw("</article>\n");
    }

    private void WriteLogEnd(AttemptRow attempt, LogExcerpts texts)
    {
        var there = source.Files.ListAttemptFiles(attempt);
        foreach (var name in (string[])[AttemptLayout.StderrFile, AttemptLayout.StdoutFile])
        {
            if (there.Contains(name) && texts.ReadEnd($"{attempt.RelativePath}/{name}") is { } end)
            {
                html.Write(
                    $"<figure class=\"log\"><figcaption>End of {name} ({CountText.FormatCount(end.Size, "byte")})</figcaption>"
                        + $"<pre tabindex=\"0\">{end.Text}</pre></figure>\n"
                );
                break;
            }
        }
    }

    private void WriteEnds()
    {
        var ends = source.Run.Reader.ReadOpenEnds();
        var attempts = ends.Where(e => e.AttemptId is not null).ToList();
        if (ends.Count == 0)
        {
            return;
        }

        html.Write(
            $"<section id=\"ends\" data-nav=\"End requests\"><h2>Open end requests <span class=\"count\">{attempts.Count}</span></h2>\n"
        );
        if (RequestedEndText.DescribeRun(ends) is { } run)
        {
            html.Write($"<p class=\"reason\">The run {run}.</p>\n");
        }

        html.WriteRaw("<ul class=\"cards\">\n");
        foreach (var end in attempts.Take(MaxEnds))
        {
            html.Write(
                $"<li><h3><button type=\"button\" class=\"link\" data-task=\"{end.TaskId}\">"
                    + $"{end.TaskId}</button> <span class=\"meta\">attempt <code>{end.AttemptId}</code>"
                    + $"{(end.ExternalId is null ? "" : $", external id {end.ExternalId}")}</span></h3>"
                    + $"<p>It {RequestedEndText.DescribeAttempt(end)}.</p><p "
                    + $"class=\"meta\">{RequestedEndText.SuggestCommands(end)}.</p></li>\n"
            );
        }

        html.WriteRaw("</ul>\n");
        if (attempts.Count > MaxEnds)
        {
            html.Write($"<p class=\"note\">And {attempts.Count - MaxEnds} more.</p>\n");
        }

        html.WriteRaw("</section>\n");
    }

    private void WriteWaiting()
    {
        var waiting = source.Run.Reader.ReadWaitingTasks().ToList();
        if (waiting.Count == 0)
        {
            return;
        }

        html.Write(
            $"<section id=\"waiting\" data-nav=\"Waiting\"><h2>Waiting for people or instruments <span class=\"count\">"
                + $"{waiting.Count}</span></h2>\n<ul class=\"cards\">\n"
        );
        var texts = new LogExcerpts(source.Files, MaxLogCharacters);
        foreach (var task in waiting.Take(MaxWaiting))
        {
            html.Write(
                $"<li><h3><button type=\"button\" class=\"link\" data-task=\"{task.TaskId}\">"
                    + $"{task.TaskId}</button> <span class=\"meta\">on <code>{task.OperatorKey}</code></span></h3><p>{task.Reason}</p>"
            );
            if (task is { IsHeld: true, CurrentAttemptId: { } last } && source.Run.Reader.FindAttempt(last) is { } attempt)
            {
                WriteLogEnd(attempt, texts);
            }

            if (source.FindAnswerCommand(task) is { } command)
            {
                html.Write($"<pre class=\"command\">{command}</pre>");
            }

            html.WriteRaw("</li>\n");
        }

        html.WriteRaw("</ul>\n");
        if (waiting.Count > MaxWaiting)
        {
            html.Write(
                $"<p class=\"note\">And {waiting.Count - MaxWaiting} more: <button type=\"button\" class=\"link\" "
                    + $"data-state=\"WAITING_EXTERNAL\">show them in the table</button>.</p>\n"
            );
        }

        html.WriteRaw("</section>\n");
    }

    /// <summary>Encodes a path relative to the page as a link.</summary>
    public static string EncodeLink(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
