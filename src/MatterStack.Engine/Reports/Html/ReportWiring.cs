using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes the wiring in force, its history, and a comparison with the wiring that a new run would get.</summary>
internal sealed class ReportWiring(HtmlWriter html, ReportSource source)
{
    private const int MaxDifferences = 50;

    public void Write()
    {
        html.WriteRaw("<section id=\"wiring\" data-nav=\"Wiring\"><h2>Operator wiring</h2>\n");
        if (source.Wiring is { } wiring)
        {
            html.Write(
                $"""
                <dl class="facts wide">
                <div><dt>Source</dt><dd><code>{wiring.Origin.ToText()}</code>{(
                    wiring.ResolvedPath is { } path ? ", " + GetFileName(path) : ""
                )}</dd></div>
                <div><dt>SHA-256</dt><dd><code class="hash">{wiring.Hash}</code></dd></div>
                <div><dt>Snapshot</dt><dd><a href="{SnapshotPaths.RelativeSnapshotPath}">{SnapshotPaths.RelativeSnapshotPath}</a> (check the hash with <code>sha256sum</code>)</dd></div>
                </dl>

                """
            );
            WriteOperators(wiring);
        }
        else
        {
            html.WriteRaw("<p class=\"note warning\">The snapshot of the wiring cannot be read.</p>\n");
        }

        WriteCurrentWiring();
        WriteHistory();
        html.WriteRaw("</section>\n");
    }

    private void WriteOperators(RunWiring wiring)
    {
        html.WriteRaw(
            "<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Operator key</th><th>Kind</th><th>Backend</th>"
                + "<th>Hash of the settings that can change a result</th></tr></thead><tbody>\n"
        );
        var used = source.Run.Reader.ReadOperatorKeys().ToHashSet();
        foreach (var (key, wired) in wiring.Operators.Operators.OrderBy(static o => o.Key))
        {
            html.Write(
                $"<tr><td data-label=\"Operator\"><code>{key.Value}</code>{(wired.OperatorName is { } name ? " " + name : "")}"
                    + $"{(used.Contains(key) ? "" : " (not used)")}</td><td data-label=\"Kind\">{wired.Kind}</td>"
                    + $"<td data-label=\"Backend\">{(wired.Backend is Backend.None ? "" : wired.Backend.Type)}</td><td data-label=\"Hash\">"
                    + $"<code class=\"hash\">{wired.Hash}</code></td></tr>\n"
            );
        }

        html.WriteRaw("</tbody></table></div>\n");
    }

    private void WriteCurrentWiring()
    {
        if (source.CurrentWiring is not { } today)
        {
            return;
        }

        var comparison =
            today.IsSame ? "the same wiring."
            : today.Differences.Count == 0 ? "an equivalent wiring; comments, layout or order differ."
            : "a different wiring.";
        html.Write($"<h3>Current wiring</h3>\n<p>A new run would use {today.Name}: {comparison}</p>\n");
        if (today.Differences.Count == 0)
        {
            return;
        }

        html.WriteRaw(
            "<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Setting</th><th>This run</th><th>New run</th>"
                + "<th>Can change a result</th></tr></thead><tbody>\n"
        );
        foreach (var difference in today.Differences.Take(MaxDifferences))
        {
            html.Write(
                $"<tr><td data-label=\"Setting\"><code>{(difference.Key is { } key ? key.Value + " " : "")}{difference.Field}</code></td>"
                    + $"<td data-label=\"This run\">{difference.Before ?? "not set"}</td><td data-label=\"New run\">"
                    + $"{difference.After ?? "not set"}</td><td data-label=\"Can change a result\">"
                    + $"{(difference.AffectsResults ? "yes"
                        : difference.ConcernedParts is { } parts ? $"of tasks that use {parts}"
                        : "no")}</td></tr>\n"
            );
        }

        html.WriteRaw("</tbody></table></div>\n");
        if (today.Differences.Count > MaxDifferences)
        {
            html.Write($"<p class=\"note\">And {today.Differences.Count - MaxDifferences} more: -t:WiringDiff lists them.</p>\n");
        }
    }

    private void WriteHistory()
    {
        if (source.History.Count == 0)
        {
            return;
        }

        html.WriteRaw(
            "<h3>History</h3>\n<div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Time</th><th>Event</th><th>User</th>"
                + "<th>Wiring</th><th>Reason</th></tr></thead><tbody>\n"
        );
        foreach (var happened in source.History)
        {
            html.Write(
                $"<tr><td data-label=\"Time\">{ReportSummary.FormatTime(happened.AtUtc)}</td>"
                    + $"<td data-label=\"Event\">{DescribeKind(happened.Kind)}</td><td data-label=\"User\">"
                    + $"{happened.User}@{happened.Host}</td><td data-label=\"Wiring\">"
            );
            WriteHash(happened.Sha256);
            if (happened.PriorSha256 is not null && happened.PriorSha256 != happened.Sha256)
            {
                html.WriteRaw(" in place of ");
                WriteHash(happened.PriorSha256);
            }

            html.Write(
                $"{(happened.ResolvedPath is { } path ? ", " + GetFileName(path) : "")}</td><td data-label=\"Reason\">"
                    + $"{happened.Reason}</td></tr>\n"
            );
        }

        html.WriteRaw("</tbody></table></div>\n");
    }

    private void WriteHash(Sha256? hash)
    {
        if (hash is { } known)
        {
            html.Write($"<code title=\"{known.Hex}\">{known.Short}</code>");
        }
    }

    private static string DescribeKind(RecordedKind<WiringEventKind> kind) =>
        kind.Value switch
        {
            WiringEventKind.Persisted => "persisted",
            WiringEventKind.OverrideRefused => "override refused",
            WiringEventKind.OverrideForced => "override forced",
            WiringEventKind.Tampered => "changed outside MatterStack",
            WiringEventKind.Repaired => "repaired",
            _ => kind.Text,
        };

    private static string GetFileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
