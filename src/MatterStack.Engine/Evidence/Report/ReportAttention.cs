using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>
/// Writes the sections that need attention: failed tasks with reason and end of log, open end requests, and tasks that wait for people or
/// instruments.
/// </summary>
internal sealed class ReportAttention(Html html, ReportSource source)
{
    private const int MostFailures = 20;
    private const int MostWaiting = 20;
    private const int MostEnds = 20;

    // Limit for this section; the task details below show more files.
    private const int Room = MostFailures * LogTexts.MostOfOne;

    public void Write()
    {
        Failures();
        Ends();
        Waiting();
    }

    private void Failures()
    {
        var reader = source.Story.Reader;
        var failed = reader.FailedTasks().Where(static t => t.CurrentAttemptId is not null).OrderBy(static t => t.AllowFailure).ToList();
        if (failed.Count == 0)
        {
            return;
        }

        var texts = new LogTexts(source.Files, Room);
        html.Write($"<section id=\"failures\" data-nav=\"Failures\"><h2>Failed tasks <span class=\"count\">{failed.Count}</span></h2>\n");
        foreach (var task in failed.Take(MostFailures))
        {
            // One query per task that is shown.
            var attempts = reader.AttemptsOf(task.TaskId).ToList();
            Failure(task, attempts, texts);
        }

        if (failed.Count > MostFailures)
        {
            html.Write($"<p class=\"note\">And {failed.Count - MostFailures} more: <button type=\"button\" class=\"link\" data-state=\"FAILED\">show them in the table</button>.</p>\n");
        }

        html.Raw("</section>\n");
    }

    private void Failure(TaskRow task, List<AttemptRow> attempts, LogTexts texts)
    {
        var last = attempts[^1];
        html.Write($"""
            <article class="failure{(task.AllowFailure ? " allowed" : "")}">
            <h3><button type="button" class="link" data-task="{task.TaskId}">{task.TaskId}</button> <span class="badge s-{task.State}">{task.State}</span>{(task.AllowFailure ? " (allowed)" : "")}</h3>
            <p class="reason">{task.Reason}</p>
            <p class="meta">on <code>{last.OperatorKey}</code>{(last.ExitCode is { } code ? FormattableString.Invariant($", exit code {code}") : "")}{(attempts.Count > 1 ? FormattableString.Invariant($", {attempts.Count} attempts") : "")}{(last.EndedAtUtc is { } at ? ", " + ReportSummary.Time(at) : "")}
            """);
        var there = source.Files.Of(last);
        foreach (var name in BundleNames.Texts.Where(there.Contains))
        {
            html.Write($" · <a href=\"{Link($"{last.RelativePath}/{name}")}\">{name}</a>");
        }

        html.Raw("</p>\n");
        foreach (var name in (string[])["stderr.log", "stdout.log"])
        {
            if (there.Contains(name) && texts.Take($"{last.RelativePath}/{name}") is { } end)
            {
                html.Write($"<figure class=\"log\"><figcaption>End of {name} ({end.Size} bytes)</figcaption><pre tabindex=\"0\">{end.Text}</pre></figure>\n");
                break;
            }
        }

        html.Raw("</article>\n");
    }

    private void Ends()
    {
        var ends = source.Story.Reader.ReadOpenEnds();
        var attempts = ends.Where(e => e.AttemptId is not null).ToList();
        if (ends.Count == 0)
        {
            return;
        }

        html.Write($"<section id=\"ends\" data-nav=\"End requests\"><h2>Open end requests <span class=\"count\">{attempts.Count}</span></h2>\n");
        if (RequestedEndText.DescribeRun(ends) is { } run)
        {
            html.Write($"<p class=\"reason\">The run {run}.</p>\n");
        }

        html.Raw("<ul class=\"cards\">\n");
        foreach (var end in attempts.Take(MostEnds))
        {
            html.Write($"<li><h3><button type=\"button\" class=\"link\" data-task=\"{end.TaskId}\">{end.TaskId}</button> <span class=\"meta\">attempt <code>{end.AttemptId}</code>{(end.ExternalId is null ? "" : $", external id {end.ExternalId}")}</span></h3><p>It {RequestedEndText.DescribeAttempt(end)}.</p><p class=\"meta\">{RequestedEndText.SuggestCommands(end)}.</p></li>\n");
        }

        html.Raw("</ul>\n");
        if (attempts.Count > MostEnds)
        {
            html.Write($"<p class=\"note\">And {attempts.Count - MostEnds} more.</p>\n");
        }

        html.Raw("</section>\n");
    }

    private void Waiting()
    {
        var waiting = source.Story.Reader.WaitingTasks().ToList();
        if (waiting.Count == 0)
        {
            return;
        }

        html.Write($"<section id=\"waiting\" data-nav=\"Waiting\"><h2>Waiting for people or instruments <span class=\"count\">{waiting.Count}</span></h2>\n<ul class=\"cards\">\n");
        foreach (var task in waiting.Take(MostWaiting))
        {
            html.Write($"<li><h3><button type=\"button\" class=\"link\" data-task=\"{task.TaskId}\">{task.TaskId}</button> <span class=\"meta\">on <code>{task.OperatorKey}</code></span></h3><p>{task.Reason}</p>");
            if (source.Answer(task) is { } command)
            {
                html.Write($"<pre class=\"command\">{command}</pre>");
            }

            html.Raw("</li>\n");
        }

        html.Raw("</ul>\n");
        if (waiting.Count > MostWaiting)
        {
            html.Write($"<p class=\"note\">And {waiting.Count - MostWaiting} more: <button type=\"button\" class=\"link\" data-state=\"WAITING_EXTERNAL\">show them in the table</button>.</p>\n");
        }

        html.Raw("</section>\n");
    }

    /// <summary>Encodes a path relative to the page as a link.</summary>
    public static string Link(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
