using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports.Figures;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes <c>report.html</c>: a run on one page that needs only a browser.</summary>
internal static class HtmlReport
{
    public const string FileName = "report.html";

    private const int RefreshSeconds = 5;

    /// <summary>Interval at which the page of an active run reloads itself; more frequent writes are useless.</summary>
    public static TimeSpan RefreshInterval => TimeSpan.FromSeconds(RefreshSeconds);

    /// <returns>Warnings about figures that cannot be drawn.</returns>
    public static IReadOnlyList<Problem> Write(Stream stream, ReportSource source)
    {
        var row = source.Run.Reader.RunRow;
        var live = source.WrittenAt is not null && !source.Run.Reader.State.IsEnd();
        // Figures are read first: the content security policy in the page's head depends on whether there are plots.
        var figures = new RunFigures(source.Files);
        var codes = new CodeUses();
        foreach (var task in source.Run.ReadTasks())
        {
            figures.AddFigures(task);
            foreach (var attempt in task.Attempts)
            {
                codes.AddAttempt(attempt.Row);
            }
        }

        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 14, leaveOpen: true) { NewLine = "\n" };
        var html = new HtmlWriter(writer, source.Paths);
        var plotting = figures.Count > 0 ? ReportAssets.PlottingScript : null;
        HtmlPage.WriteHead(
            html,
            $"{row.State.ToText()} · {row.WorkspaceSlug} · {row.RunId}",
            [ReportAssets.Script, .. plotting is null ? Array.Empty<string>() : [plotting, DrawScript]],
            live ? RefreshSeconds : 0
        );
        new ReportSummary(html, source).Write(live);
        new ReportAttention(html, source).Write();
        new ReportViews(html).Write(figures);
        new ReportUsage(html, source).Write();
        new ReportResults(html, source).Write();
        new ReportDecisions(html, source).Write();
        new ReportWiring(html, source).Write();
        new ReportSoftware(html, source).Write(codes);
        html.Write(
            $"""
            </main>
            <footer><p>MatterStack {row.EngineVersion}. This page is one file and loads nothing from other places; its links point to files of the run next to it.</p></footer>
            <script type="application/json" id="data">
            """
        );
        writer.Flush();
        new ReportData(source.Run, source.Files, source.Paths, figures).Write(stream, json =>
        {
            json.WriteString("run", row.RunId.Value);
            json.WriteNumber("refresh", live ? RefreshSeconds : 0);
            json.WriteString("now", GetReportTime(source).ToText());
        });
        html.WriteRaw("</script>\n");
        // The page is shown before the large plotting library is parsed.
        html.WriteRaw($"<script>{ReportAssets.Script}</script>\n");
        if (plotting is not null)
        {
            html.WriteRaw($"<script>{plotting}</script>\n<script>{DrawScript}</script>\n");
        }

        html.WriteRaw("</body>\n</html>\n");
        return figures.Problems;
    }

    /// <summary>Time of the state that the report shows.</summary>
    public static DateTimeOffset GetReportTime(ReportSource source) =>
        source.WrittenAt ?? source.Run.Reader.RunRow.EndedAt ?? source.Run.Reader.ReadLastEventTime() ?? source.Run.Reader.RunRow.CreatedAt;

    private const string DrawScript = "matterstack.drawFigures();";
}
