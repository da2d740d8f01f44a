using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Usage;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes the section about what attempts asked for and used, by groups of tasks.</summary>
internal sealed class ReportUsage(HtmlWriter html, ReportSource source)
{
    private const int MaxGroups = 40;

    public void Write()
    {
        var groups = RunUsage.SumUp(source.Run.Reader.ReadUsage()).Where(static usage => usage.Ended > 0).ToList();
        if (groups.Count == 0)
        {
            return;
        }

        html.WriteRaw(
            """
            <section id="usage" data-nav="Usage"><h2>Asked and used</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Asked and used"><table class="plain usage"><thead><tr><th>Tasks</th><th>Operator</th><th>Attempts</th><th>Cores</th><th>Memory</th><th>Time</th><th>In queue</th><th>Worth writing</th></tr></thead><tbody>

            """
        );
        foreach (var usage in groups.Take(MaxGroups))
        {
            WriteGroup(usage);
        }

        html.WriteRaw("</tbody></table></div>\n");
        if (groups.Count > MaxGroups)
        {
            html.Write($"<p class=\"note\">And {groups.Count - MaxGroups} more: -t:Usage lists them.</p>\n");
        }

        html.WriteRaw(
            "<p class=\"note\">Used are median, 95th percentile and maximum of completed attempts; memory is that of the largest process. "
                + "Results from the cache used nothing.</p>\n</section>\n"
        );
    }

    private void WriteGroup(GroupUsage usage)
    {
        html.Write(
            $"<tr><td data-label=\"Tasks\"><code>{usage.Group.Name}</code> <small>{CountText.FormatCount(usage.Tasks, "task")}</small></td>"
                + $"<td data-label=\"Operator\"><code>{usage.Group.Key}</code></td><td data-label=\"Attempts\">{usage.Completed} completed"
        );
        WriteSmall(UsageColumns.FormatCounts(usage.Ends));
        WriteSmall(usage.Active == 0 ? null : FormattableString.Invariant($"{usage.Active} under way"));
        WriteSmall(usage.Cached == 0 ? null : FormattableString.Invariant($"{usage.Cached} from the cache"));
        WriteSmall(UsageColumns.FormatCounts(usage.Notes) is { } notes ? "unknown: " + notes : null);
        html.WriteRaw("</td>");
        WriteAmount("Cores", usage.AskedCores, usage.BusyCores, AmountText.FormatNumber, usage, usage.IsLargestProcess ? " per rank" : "");
        WriteAmount("Memory", usage.AskedMemory, usage.PeakMemory, AmountText.FormatBytes, usage);
        WriteAmount("Time", usage.AskedTime, usage.WallTime, AmountText.FormatSeconds, usage);
        html.WriteRaw("<td data-label=\"In queue\">");
        WriteUsed(usage.QueueTime, AmountText.FormatSeconds, usage);
        html.Write($"</td><td data-label=\"Worth writing\"><code>{UsageAdvisor.SuggestMetadata(usage).Text}</code></td></tr>\n");
    }

    private void WriteAmount(
        string name,
        AskedAmount asked,
        UsageFigures used,
        Func<double?, string> format,
        GroupUsage usage,
        string more = ""
    )
    {
        html.Write($"<td data-label=\"{name}\">asked {UsageLines.FormatAsked(asked, format)}{more}<br>used ");
        WriteUsed(used, format, usage);
        html.WriteRaw("</td>");
    }

    private void WriteUsed(UsageFigures used, Func<double?, string> format, GroupUsage usage)
    {
        if (used.Count == 0)
        {
            html.Write(
                $"<span class=\"unknown\" title=\"{UsageColumns.FormatCounts(usage.Notes) ?? "No attempt has completed"}\">unknown</span>"
            );
        }
        else
        {
            html.Write($"{UsageLines.FormatUsed(used, format)}");
        }
    }

    private void WriteSmall(string? text)
    {
        if (text is not null)
        {
            html.Write($"<br><small>{text}</small>");
        }
    }
}
