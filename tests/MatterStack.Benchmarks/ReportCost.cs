using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MatterStack.Acceptance.Report;
using MatterStack.Engine.Commands;

namespace MatterStack.Benchmarks;

/// <summary>The report of a run with many attempts: how large it is, how long it takes to write and until a browser shows it. Needs
/// chromium.</summary>
internal static class ReportCost
{
    private const int Attempts = 10_000;

    public static IEnumerable<Figure> Measure()
    {
        using var campaign = new BenchmarkCampaign(Attempts, "echo $MATTERSTACK_TASK_ID");
        campaign.Loop();
        yield return Figure.Time(
            $"writing the report of {Attempts} attempts",
            Cost.Median(5, () => Cost.Of(() => Report(campaign))),
            null,
            false,
            "seconds"
        );
        yield return new(
            "its size, each of the attempts with the end of its log",
            new FileInfo(campaign.Run.ReportFile).Length / 1e6,
            null,
            "MB",
            "reported"
        );

        var bare = Path.Combine(campaign.Workspace.Folder, "bare.html");
        File.WriteAllText(bare, "<!DOCTYPE html><title>bare</title><p>bare");
        using var loaded = new AutoResetEvent(false);
        using var chromium = new Chromium(1200, (name, _) =>
        {
            if (name == "Page.loadEventFired")
            {
                loaded.Set();
            }
        });
        foreach (var (what, timing) in new[] { ("first paint", Paint), ("whole page ready, with its table", Load) })
        {
            var (ours, floor) = Cost.Compare(7, () => Time(campaign.Run.ReportFile, timing), () => Time(bare, timing));
            yield return new(
                $"{what}, in headless Chromium, against a page of one line",
                ours.Wall * 1000,
                floor.Wall * 1000,
                "ms",
                "reported"
            );
        }

        yield return new("sorting its 10,000 rows", Median(Sort(campaign.Run.ReportFile)), null, "ms", "reported");
        yield return new("filtering them, a letter typed", Median(Filter()), null, "ms", "reported");

        JsonElement Open(string path, string timing)
        {
            chromium.Call("Page.navigate", new JsonObject { ["url"] = new Uri(path).AbsoluteUri });
            loaded.WaitOne();
            return chromium.Evaluate(timing);
        }

        Cost Time(string path, string timing) => new(Open(path, timing).GetDouble() / 1000, 0);

        IEnumerable<double> Sort(string path)
        {
            Open(path, "1");
            return Enumerable
                .Range(0, 7)
                .Select(_ => chromium.Evaluate(Shown("document.querySelector('#table th[data-key=took] button').click()")).GetDouble())
                .ToList();
        }

        IEnumerable<double> Filter() =>
            Enumerable
                .Range(0, 7)
                .Select(i =>
                    chromium
                        .Evaluate(
                            Shown(
                                string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"(f => {{ f.value = 't{i}'; f.dispatchEvent(new Event('input', {{ bubbles: true }})); "
                                        + $"}})(document.getElementById('filter'))"
                                )
                            )
                        )
                        .GetDouble()
                )
                .ToList();
    }

    // Milliseconds since the page was asked for.
    private const string Paint =
        "new Promise(r => { const look = () => { const p = performance.getEntriesByType('paint')[0]; p ? r(p.startTime) : "
        + "setTimeout(look, 5); }; look(); })";
    private const string Load =
        "new Promise(r => { const look = () => { const n = performance.getEntriesByType('navigation')[0]; "
        + "n.loadEventEnd ? r(n.loadEventEnd) : setTimeout(look, 5); }; look(); })";

    // Until the next frame stands.
    private static string Shown(string action) =>
        $"new Promise(r => {{ const t = performance.now(); {action}; requestAnimationFrame(() => setTimeout(() => r(performance.now() - "
        + $"t), 0)); }})";

    private static double Median(IEnumerable<double> values)
    {
        var all = values.Order().ToList();
        return all[all.Count / 2];
    }

    private static void Report(BenchmarkCampaign campaign)
    {
        if (!ReportCommand.Execute(campaign.Context).Success)
        {
            throw new InvalidOperationException("the command failed");
        }
    }
}
