using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports.Html;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Overview;

/// <summary>Writes the table of all runs.</summary>
/// <param name="html">Writes the page.</param>
/// <param name="overview">The runs.</param>
/// <param name="findLink">Returns the link to a file of the project, relative to the page.</param>
internal sealed class OverviewTable(HtmlWriter html, RunOverview overview, Func<string, string> findLink)
{
    private const string Unreadable = "UNREADABLE";
    private const int MaxCauses = 3;
    private const int MaxTextLength = 300;

    private static readonly string[] StateOrder =
    [
        .. new[]
        {
            TaskState.Completed,
            TaskState.Failed,
            TaskState.WaitingExternal,
            TaskState.Running,
            TaskState.Ready,
            TaskState.Pending,
            TaskState.Cancelled,
            TaskState.Skipped,
        }.Select(static state => state.ToText()),
    ];

    // In most folders all runs have the name of the workspace, which the heading states.
    private readonly bool _hasCampaigns = overview.Runs.Any(row => row.Summary.Campaign is { } name && name != overview.Campaign);

    public void Write()
    {
        html.WriteRaw(
            """
            <section>
            <div class="filters" id="filters" hidden><label>Filter <input type="search" id="filter" placeholder="run, tag, note, state, cause" autocomplete="off" spellcheck="false"></label>
            <div id="states" role="group" aria-label="States"></div><button type="button" id="clear" hidden>Show all</button></div>
            <p id="shown" role="status"></p>
            <div class="scroll" tabindex="0" role="region" aria-label="All runs"><table id="runs" class="sortable">

            """
        );
        html.WriteRaw("<thead><tr>");
        WriteHeading("run", "Run");
        if (_hasCampaigns)
        {
            WriteHeading("campaign", "Campaign");
        }

        WriteHeading("state", "State");
        WriteHeading("progress", "Completed", isNumber: true);
        WriteHeading("tags", "Tags and note");
        WriteHeading("wiring", "Wiring");
        WriteHeading("started", "Created");
        WriteHeading("duration", "Duration", isNumber: true);
        WriteHeading("cpu", "CPU (h)", isNumber: true, "Processor time of all attempts, in hours");
        WriteHeading("asked", "Asked (core-h)", isNumber: true, "Wall time × cores that the task asks for, in hours");
        WriteHeading("queue", "In queue", isNumber: true, "Mean time between submission and start of an attempt");
        WriteHeading("failures", "Failed", isNumber: true);
        WriteHeading("links", "Files");
        html.WriteRaw("</tr></thead>\n<tbody>\n");
        foreach (var row in overview.Runs)
        {
            WriteRow(row);
        }

        html.WriteRaw("</tbody></table></div>\n</section>\n");
    }

    private void WriteHeading(string key, string name, bool isNumber = false, string? title = null)
    {
        html.Write($"<th scope=\"col\" data-key=\"{key}\" data-kind=\"{(isNumber ? "num" : "text")}\"");
        if (isNumber)
        {
            html.WriteRaw(" class=\"num\"");
        }

        if (title is not null)
        {
            html.Write($" title=\"{title}\"");
        }

        html.Write($">{name}</th>");
    }

    private void WriteRow(RunOverview.Row row)
    {
        var run = row.Summary;
        html.Write($"<tr data-state=\"{run.State ?? Unreadable}\"><th scope=\"row\" data-key=\"run\" data-sort=\"{run.RunId}\">");
        var hasReport = File.Exists(row.Folder.ReportFile);
        html.WriteRaw("<code>");
        WriteLink(hasReport ? FindRunLink(run, HtmlReport.FileName) : null, run.RunId);
        html.WriteRaw("</code></th>");
        if (_hasCampaigns)
        {
            WriteCell("campaign", "Campaign", run.Campaign);
            html.Write($"<bdi>{UntrustedText.ToLine(run.Campaign, MaxTextLength)}</bdi></td>");
        }

        WriteCell("state", "", run.State ?? Unreadable);
        html.Write($"<span class=\"badge s-{run.State ?? Unreadable}\">{run.State ?? Unreadable}</span></td>");
        if (run.Problem is not null)
        {
            html.Write($"<td data-label=\"\" colspan=\"10\">{run.Problem}</td></tr>\n");
            return;
        }

        WriteProgress(run);
        WriteTags(run);
        WriteWiring(run);
        WriteCell("started", "Created", run.CreatedAt?.ToText(), "when");
        if (run.CreatedAt is { } at)
        {
            html.Write($"{at.UtcDateTime:yyyy-MM-dd} <small>{at.UtcDateTime:HH:mm}</small>");
        }

        html.WriteRaw("</td>");
        var duration = (run.EndedAt ?? overview.WrittenAt) - run.CreatedAt;
        WriteCell("duration", "Duration", FormatSort(duration?.TotalSeconds), "num");
        html.Write($"{(duration is { } span ? ReportSummary.FormatDuration(span) : "")}{(run.HasEnded ? "" : " so far")}</td>");
        WriteUsage(run.Usage ?? new UsageTotals(0, 0, 0, 0, 0, 0, 0, 0));
        WriteFailures(run);
        WriteFiles(row, hasReport);
        html.WriteRaw("</tr>\n");
    }

    private void WriteProgress(RunSummary run)
    {
        var all = run.Tasks.Values.Sum();
        var completed = run.Tasks.GetValueOrDefault(TaskState.Completed.ToText());
        WriteCell("progress", "Completed", FormatSort(all == 0 ? null : (double)completed / all), "num");
        html.Write($"{completed} of {all}<div class=\"bar small\" aria-hidden=\"true\">");
        foreach (var state in StateOrder.Where(run.Tasks.ContainsKey))
        {
            html.Write($"<span class=\"s-{state}\" style=\"flex-grow:{run.Tasks[state]}\" title=\"{run.Tasks[state]} {state}\"></span>");
        }

        html.WriteRaw("</div></td>");
    }

    private void WriteTags(RunSummary run)
    {
        var note = run.Note is null ? null : UntrustedText.ToLine(run.Note, MaxTextLength);
        var text = string.Join(' ', run.Tags.Append(note ?? ""));
        WriteCell("tags", "Tags and note", text.Trim().Length == 0 ? null : text, "text");
        foreach (var tag in run.Tags)
        {
            html.Write($"<bdi class=\"tag\">{UntrustedText.ToLine(tag, MaxTextLength)}</bdi> ");
        }

        if (note is not null)
        {
            html.Write($"<bdi class=\"note-text\" title=\"{note}\">{note}</bdi>");
        }

        html.WriteRaw("</td>");
    }

    private void WriteWiring(RunSummary run)
    {
        WriteCell("wiring", "Wiring", run.WiringSha256);
        if (run.WiringSha256 is { } hash)
        {
            html.Write(
                $"<code title=\"{hash}\">{(Sha256.TryParse(hash, out var parsed) ? parsed.Short : hash)}</code> "
                    + $"<small>{run.WiringSource}</small>"
            );
        }
        else
        {
            html.WriteRaw("<span class=\"unknown\" title=\"The snapshot of the wiring cannot be read\">unknown</span>");
        }

        html.WriteRaw("</td>");
    }

    private void WriteUsage(UsageTotals usage)
    {
        WriteSum("cpu", "CPU (h)", usage.CpuSeconds / 3600, usage.WithCpu, usage.Attempts, ReportSummary.FormatHours);
        WriteSum("asked", "Asked (core-h)", usage.CoreSeconds / 3600, usage.WithWall, usage.Attempts, ReportSummary.FormatHours);
        var mean = usage.WithQueue == 0 ? 0 : usage.QueueSeconds / usage.WithQueue;
        WriteSum(
            "queue",
            "In queue",
            mean,
            usage.WithQueue,
            usage.Attempts,
            static seconds => ReportSummary.FormatDuration(TimeSpan.FromSeconds(seconds)),
            $", longest {ReportSummary.FormatDuration(TimeSpan.FromSeconds(usage.LongestQueueSeconds))}"
        );
    }

    // A sum over some of the attempts says so, and a sum over none is unknown.
    private void WriteSum(string key, string name, double sum, long known, long attempts, Func<double, string> format, string more = "")
    {
        WriteCell(key, name, FormatSort(known == 0 ? null : sum), "num");
        if (attempts == 0)
        {
            html.WriteRaw("<span class=\"unknown\" title=\"No attempt was executed and has ended\">none</span></td>");
        }
        else if (known == 0)
        {
            html.Write(
                $"<span class=\"unknown\" title=\"Not measured in {CountText.FormatCount(attempts, "attempt")}\">unknown</span></td>"
            );
        }
        else
        {
            html.Write($"<span title=\"{known} of {CountText.FormatCount(attempts, "attempt")}{more}\">{format(sum)}</span>");
            if (known < attempts)
            {
                html.Write($" <small>{known} of {attempts} measured</small>");
            }

            html.WriteRaw("</td>");
        }
    }

    private void WriteFailures(RunSummary run)
    {
        var count = run.Failures.Sum(static failure => failure.Tasks);
        WriteCell("failures", "Failed", FormatSort(count), "num");
        html.Write($"{count}");
        foreach (var failure in run.Failures.Take(MaxCauses))
        {
            html.Write($" <small>{failure.Cause ?? "cause unknown"} {failure.Tasks}</small>");
        }

        if (run.Failures.Count > MaxCauses)
        {
            html.WriteRaw(" <small>…</small>");
        }

        html.WriteRaw("</td>");
    }

    private void WriteFiles(RunOverview.Row row, bool hasReport)
    {
        var run = row.Summary;
        var hasEvidence = File.Exists(Path.Combine(row.Folder.EvidenceFolder, HtmlReport.FileName));
        var count = (hasReport ? 1 : 0) + (hasEvidence ? 1 : 0) + run.PublishedCount;
        WriteCell("links", "Files", count == 0 ? null : FormatSort(count), "links");
        if (hasReport)
        {
            WriteLink(FindRunLink(run, HtmlReport.FileName), "report", run.RunId);
        }

        if (hasEvidence)
        {
            WriteLink(FindRunLink(run, "evidence/" + HtmlReport.FileName), "evidence", run.RunId);
        }

        foreach (var path in run.Published)
        {
            html.Write($"<a href=\"{findLink(path)}\" title=\"{path}\"><bdi>{path[(path.LastIndexOf('/') + 1)..]}</bdi></a>");
        }

        if (run.PublishedCount > run.Published.Count)
        {
            html.Write($"<small>and {run.PublishedCount - run.Published.Count} more published</small>");
        }

        html.WriteRaw("</td>");
    }

    private void WriteCell(string key, string name, string? sort, string? kind = null)
    {
        html.Write($"<td data-key=\"{key}\" data-label=\"{name}\"");
        if (kind is not null)
        {
            html.Write($" class=\"{kind}\"");
        }

        if (sort is not null)
        {
            html.Write($" data-sort=\"{UntrustedText.ToLine(sort, MaxTextLength)}\"");
        }

        html.WriteRaw(">");
    }

    // All links of one kind have the same text; a screen reader that lists links needs the run's id.
    private void WriteLink(string? link, string text, string? run = null)
    {
        if (link is null)
        {
            html.Write($"{text}");
        }
        else
        {
            html.Write($"<a href=\"{link}\"");
            if (run is not null)
            {
                html.Write($" aria-label=\"{text} of {run}\"");
            }

            html.Write($">{text}</a>");
        }
    }

    private static string FindRunLink(RunSummary run, string path) => ReportAttention.EncodeLink($"{run.RunId}/{path}");

    private static string? FormatSort(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
}
