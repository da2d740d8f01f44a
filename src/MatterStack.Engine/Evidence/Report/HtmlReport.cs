using System.Text;
using MatterStack.Engine.Evidence.Figures;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>Input of a report.</summary>
/// <param name="Story">The run, read from one state of its store.</param>
/// <param name="Files">Files of the folder that the report is written to.</param>
/// <param name="Paths">Removes folders of this machine from texts.</param>
internal sealed record ReportSource(RunStory Story, ReportFiles Files, PortableText Paths)
{
    /// <summary>The wiring in force; null if it cannot be read.</summary>
    public RunWiring? Wiring { get; init; }

    /// <summary>Events of the wiring.</summary>
    public IReadOnlyList<WiringEvent> History { get; init; } = [];

    /// <summary>The machine that created the run; null if not recorded.</summary>
    public RunMachine? Machine { get; init; }

    /// <summary>Time of writing; null in evidence, where the same run must give the same bytes.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>The wiring that a new run would get now; null to omit the comparison.</summary>
    public WiringToday? Today { get; init; }

    /// <summary>Returns the command with which a person answers a task; null if there is none.</summary>
    public Func<TaskRow, string?> Answer { get; init; } = static _ => null;
}

/// <summary>Comparison of a run's wiring with the wiring that a new run would get.</summary>
/// <param name="Name">File or display name of the new wiring.</param>
/// <param name="Same">Whether both are equal byte by byte.</param>
/// <param name="Differences">Differences in meaning.</param>
internal sealed record WiringToday(string Name, bool Same, IReadOnlyList<WiringDifference> Differences);

/// <summary>Writes <c>report.html</c>: a run on one page that needs only a browser.</summary>
internal static class HtmlReport
{
    public const string FileName = "report.html";

    private const int RefreshSeconds = 5;

    /// <summary>Interval at which the page of an active run reloads itself; more frequent writes are useless.</summary>
    public static TimeSpan Refresh => TimeSpan.FromSeconds(RefreshSeconds);

    /// <returns>Warnings about figures that cannot be drawn.</returns>
    public static IReadOnlyList<Problem> Write(Stream stream, ReportSource source)
    {
        var row = source.Story.Reader.RunRow;
        var live = source.WrittenAt is not null && !source.Story.Reader.State.IsEnd();
        // Figures are read first: the content security policy in the page's head depends on whether there are plots.
        var figures = new RunFigures(source.Files);
        foreach (var task in source.Story.Tasks())
        {
            figures.Add(task);
        }

        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 14, leaveOpen: true) { NewLine = "\n" };
        var html = new Html(writer, source.Paths);
        var plotting = figures.Count > 0 ? ReportPart.Plotting : null;
        Head(html, row, live, plotting);
        new ReportSummary(html, source).Write(live);
        new ReportAttention(html, source).Write();
        new ReportViews(html).Write(figures);
        new ReportPeople(html, source).Write();
        new ReportWiring(html, source).Write();
        html.Write($"""
            </main>
            <footer><p>MatterStack {row.EngineVersion}. This page is one file and loads nothing from other places; its links point to files of the run next to it.</p></footer>
            <script type="application/json" id="data">
            """);
        writer.Flush();
        new ReportData(source.Story, source.Files, source.Paths, figures).Write(stream, json =>
        {
            json.WriteString("run", row.RunId);
            json.WriteNumber("refresh", live ? RefreshSeconds : 0);
            json.WriteString("now", Now(source));
        });
        html.Raw("</script>\n");
        // The page is shown before the large plotting library is parsed.
        html.Raw($"<script>{ReportPart.Script}</script>\n");
        if (plotting is not null)
        {
            html.Raw($"<script>{plotting}</script>\n<script>{Draw}</script>\n");
        }

        html.Raw("</body>\n</html>\n");
        return figures.Problems;
    }

    /// <summary>Time of the state that the report shows.</summary>
    public static string Now(ReportSource source) =>
        source.WrittenAt?.ToText() ?? source.Story.Reader.RunRow.EndedAtUtc ?? source.Story.Reader.ReadLastEventTime() ?? source.Story.Reader.RunRow.CreatedAtUtc;

    private const string Draw = "matterstack.drawFigures();";

    private static void Head(Html html, RunRow row, bool live, string? plotting)
    {
        var scripts = string.Join(' ', new[] { ReportPart.Script, plotting, plotting is null ? null : Draw }.OfType<string>().Select(ReportPart.PolicyHash));
        html.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{row.State} · {row.WorkspaceSlug} · {row.RunId}</title>

            """);
        if (live)
        {
            // The script reloads and keeps the scroll position. Without scripts the browser reloads the page.
            html.Write($"<noscript><meta http-equiv=\"refresh\" content=\"{RefreshSeconds}\"></noscript>\n");
        }

        html.Raw($"<style>\n{ReportPart.Style}</style>\n</head>\n<body>\n");
    }
}
