using System.Text;
using MatterStack.Engine.Evidence.Figures;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>What a report is made of.</summary>
/// <param name="Story">The run, one state of it.</param>
/// <param name="Files">The files beside which it will lie.</param>
/// <param name="Paths">Takes this machine's folders out of texts.</param>
internal sealed record ReportSource(RunStory Story, ReportFiles Files, PortableText Paths)
{
    /// <summary>The wiring in force; null if it cannot be read.</summary>
    public RunWiring? Wiring { get; init; }

    /// <summary>What happened to the wiring.</summary>
    public IReadOnlyList<WiringEvent> History { get; init; } = [];

    /// <summary>The machine that made the run; null if that is not recorded.</summary>
    public RunMachine? Machine { get; init; }

    /// <summary>When the report was written; null in evidence, which says nothing of its making.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>What a new run would be wired with today; null if it is not to be said.</summary>
    public WiringToday? Today { get; init; }

    /// <summary>How a person answers a task, as a command; null if there is nothing to say.</summary>
    public Func<TaskRow, string?> Answer { get; init; } = static _ => null;
}

/// <summary>A run's wiring against what a new run would get.</summary>
/// <param name="Name">Its file, or what people call it.</param>
/// <param name="Same">Whether it is the same, byte by byte.</param>
/// <param name="Differences">What it means otherwise.</param>
internal sealed record WiringToday(string Name, bool Same, IReadOnlyList<WiringDifference> Differences);

/// <summary><c>report.html</c>: a run on one page that needs nothing but a browser.</summary>
internal static class HtmlReport
{
    public const string FileName = "report.html";

    private const int RefreshSeconds = 5;

    /// <summary>How often the page of a run that is going is read again, and so how often it is worth writing.</summary>
    public static TimeSpan Refresh => TimeSpan.FromSeconds(RefreshSeconds);

    /// <returns>Figures that could not be drawn, as warnings.</returns>
    public static IReadOnlyList<Problem> Write(Stream stream, ReportSource source)
    {
        var row = source.Story.Reader.Row;
        var live = source.WrittenAt is not null && !source.Story.Reader.State.IsEnd();
        // What the page's head says of its scripts is known only when it is known whether something is to be drawn.
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
            <footer><p>MatterStack {row.EngineVersion}. This page is one file and loads nothing from anywhere; links lead to files of the run beside it.</p></footer>
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
        // What is there is shown before the library is read.
        html.Raw($"<script>{ReportPart.Script}</script>\n");
        if (plotting is not null)
        {
            html.Raw($"<script>{plotting}</script>\n<script>{Draw}</script>\n");
        }

        html.Raw("</body>\n</html>\n");
        return figures.Problems;
    }

    /// <summary>The moment that the report tells of.</summary>
    public static string Now(ReportSource source) =>
        source.WrittenAt?.ToText() ?? source.Story.Reader.Row.EndedAtUtc ?? source.Story.Reader.LastEventAt() ?? source.Story.Reader.Row.CreatedAtUtc;

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
            // The script keeps the reader's place; without one, the browser at least reads the file again.
            html.Write($"<noscript><meta http-equiv=\"refresh\" content=\"{RefreshSeconds}\"></noscript>\n");
        }

        html.Raw($"<style>\n{ReportPart.Style}</style>\n</head>\n<body>\n");
    }
}
