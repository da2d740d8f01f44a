using System.Globalization;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Reports.Html;

namespace MatterStack.Engine.Reports.Overview;

/// <summary>Writes <c>index.html</c>: all runs on one page that needs only a browser.</summary>
internal static class OverviewPage
{
    private const int RefreshSeconds = 60;

    /// <summary>Interval at which a loop updates the page, and the page reloads itself while a run is active.</summary>
    public static TimeSpan RefreshInterval => TimeSpan.FromSeconds(RefreshSeconds);

    /// <summary>Returns the page.</summary>
    /// <param name="overview">The runs.</param>
    /// <param name="paths">Removes folders of this machine from texts.</param>
    /// <param name="findLink">Returns the link to a file of the project, relative to the page.</param>
    public static byte[] Write(RunOverview overview, PathRedactor paths, Func<string, string> findLink)
    {
        using var stream = new MemoryStream();
        using (var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 14, leaveOpen: true) { NewLine = "\n" })
        {
            var html = new HtmlWriter(writer, paths);
            var refresh = overview.Runs.Any(static row => !row.Summary.HasEnded) ? RefreshSeconds : 0;
            HtmlPage.WriteHead(
                html,
                $"All runs · {overview.Campaign}",
                [ReportAssets.OverviewScript],
                refresh,
                OverviewData.Marker,
                "wide"
            );
            WriteSummary(html, overview, refresh > 0);
            new OverviewTable(html, overview, findLink).Write();
            WriteEnd(html, overview);
            html.WriteRaw(OverviewData.Begin);
            html.WriteRaw(
                JsonSerializer.Serialize(
                    new OverviewData(
                        "all runs of " + overview.Campaign,
                        refresh,
                        EngineVersion.Text,
                        [
                            .. overview
                                .Runs.Where(row => row.Stamp.IsOldEnough(overview.WrittenAt))
                                .Select(static row => new OverviewData.Entry(row.Stamp.Text, row.Summary)),
                        ]
                    ),
                    OverviewJsonContext.Default.OverviewData
                )
            );
            html.WriteRaw($"{OverviewData.End}\n<script>{ReportAssets.OverviewScript}</script>\n</body>\n</html>\n");
        }

        return stream.ToArray();
    }

    private static void WriteSummary(HtmlWriter html, RunOverview overview, bool live)
    {
        html.Write(
            $"""
            <header class="top">
            <p class="kicker">MatterStack</p>
            <div class="title"><h1>All runs of <bdi>{overview.Campaign}</bdi></h1><button type="button" id="theme" hidden>Dark</button></div>
            <p class="lead">{DescribeCounts(overview)}</p>
            <p class="written">Written {ReportSummary.FormatTime(overview.WrittenAt)}.{(
                live ? " While a loop drives a run, it updates this page, and the page reloads itself." : ""
            )} <button type="button" id="pause" hidden>Pause</button></p>
            </header>
            <main>
            <noscript><p class="note">Sorting and the filter need scripts; the newest run comes first.</p></noscript>

            """
        );
    }

    private static string DescribeCounts(RunOverview overview)
    {
        var unreadable = overview.Runs.Count(static row => row.Summary.Problem is not null);
        var states = overview
            .Runs.Where(static row => row.Summary.State is not null)
            .GroupBy(static row => row.Summary.State!, StringComparer.Ordinal)
            .Select(static group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"))
            .Append(unreadable == 0 ? null : CountText.FormatCount(unreadable, "cannot be read", "cannot be read"))
            .OfType<string>()
            .ToList();
        return CountText.FormatCount(overview.Runs.Count, "run") + (states.Count == 0 ? "." : ": " + string.Join(", ", states) + ".");
    }

    private static void WriteEnd(HtmlWriter html, RunOverview overview)
    {
        if (overview.OtherFolders is { Count: > 0 } others)
        {
            html.Write(
                $"<p class=\"note\">{CountText.FormatCount(others.Count, "folder", "folders")} beside the runs "
                    + $"{(others.Count == 1 ? "has" : "have")} no name of a run: <bdi>{string.Join(", ", others.Take(5))}</bdi>"
                    + $"{(others.Count > 5 ? ", …" : "")}</p>\n"
            );
        }

        html.Write(
            $"""
            </main>
            <footer><p>MatterStack {EngineVersion.Text}. Times are UTC. Processor time and asked core-hours are sums over attempts that were executed and measured; results from the cache used nothing and do not count. Core-hours are wall time × cores that the task asks for.</p></footer>

            """
        );
    }
}
