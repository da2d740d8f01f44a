using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Report;

/// <summary>The page of all runs in a real browser.</summary>
[TestClass]
public sealed class OverviewPageTests
{
    private const string Rows = "[...document.querySelectorAll('#runs tbody tr')].filter(r => !r.hidden)";
    private const string Ids = Rows + ".map(r => r.cells[0].textContent).join(' ')";
    private const string IsTooWide = "document.documentElement.scrollWidth > innerWidth";

    [TestMethod]
    public void Runs_are_sorted_filtered_opened_and_printed_as_seen()
    {
        Require.Component("chromium");
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="good" Command="true" />
                <CampaignTask Include="bad" Command="exit 3" AllowFailure="true" />
              </ItemGroup>
            """,
            name: "a b#c%20d"
        );
        campaign.Build("Loop").Succeeded();
        campaign.Build("Annotate", "-p:Tags=+pilot", "-p:Note=<img src=x onerror=alert(1)> " + new string('w', 300)).Succeeded();
        campaign.Build("Report").Succeeded();
        var run = campaign.Run().Folder;
        var first = Path.GetFileName(run);
        for (var i = 1; i <= 30; i++)
        {
            // Folders of runs can be copied; each has a later id.
            Copy(run, Path.Combine(campaign.Runs, string.Create(CultureInfo.InvariantCulture, $"2199{first[4..^2]}{i:00}")));
        }

        var broken = $"2199{first[4..^2]}30";
        File.WriteAllText(Path.Combine(campaign.Runs, broken, "state.sqlite"), "no database");

        campaign.Build("Report", "-p:All=true").Succeeded().Says("page of 31 runs, 1 of which cannot be read");

        using var browser = new Browser();
        browser.Open(Path.Combine(campaign.Runs, "index.html"));
        Assert.AreEqual(31, browser.Number(Rows + ".length"));
        StringAssert.StartsWith(browser.Text(Ids), broken, "the newest comes first");
        browser.Evaluate("document.querySelector('#runs th[data-key=run] button').click()");
        StringAssert.StartsWith(browser.Text(Ids), first);
        Assert.AreEqual("ascending", browser.Text("document.querySelector('#runs th[data-key=run]').getAttribute('aria-sort')"));
        StringAssert.EndsWith(browser.Text("document.getElementById('shown').textContent"), "by Run, ascending");
        browser.Evaluate("document.querySelector('#runs th[data-key=duration] button').click()");
        StringAssert.EndsWith(browser.Text(Ids), broken, "a run without a duration comes last");
        browser.Evaluate("document.querySelector('#runs th[data-key=duration] button').click()");
        StringAssert.EndsWith(browser.Text(Ids), broken, "also downwards");
        browser.Evaluate("document.querySelector('#states button[data-state=UNREADABLE]').click()");
        Assert.AreEqual(broken, browser.Text(Ids));
        browser.Evaluate("document.getElementById('clear').click()");
        browser.Evaluate(
            $"(() => {{ const f = document.getElementById('filter'); f.value = 'pilot {first}'; f.dispatchEvent(new Event('input')); }})()"
        );
        Assert.AreEqual(first, browser.Text(Ids));

        // What is printed is what is seen.
        Save(browser, "screen", 1400);
        Save(browser, "dark", 1400, dark: true);
        Assert.AreNotEqual("rgb(246, 247, 249)", browser.Text("getComputedStyle(document.body).backgroundColor"));
        // A4 on its side, without margins.
        Save(browser, "printed", 1032, printed: true);
        Assert.AreEqual(first, browser.Text(Ids));
        Assert.IsFalse(
            browser.Evaluate("[...document.querySelectorAll('.scroll')].some(s => s.scrollWidth > s.clientWidth + 1)").GetBoolean(),
            "nothing is cut off"
        );
        Assert.IsGreaterThan(1000, browser.Print());
        browser.Evaluate("document.getElementById('clear').click()");
        Save(browser, "phone", 390);
        Assert.IsFalse(browser.Evaluate(IsTooWide).GetBoolean(), "on a phone nothing leads out to the right");
        Assert.AreEqual(0, browser.Number("document.querySelectorAll('main img, main [onerror]').length"));

        browser.Show(1200);
        var report = browser.Text("document.querySelector('#runs a[href$=\"report.html\"]').href");
        var loads = browser.Loads;
        browser.Evaluate("document.querySelector('#runs a[href$=\"report.html\"]').click()");
        Wait.Until(() => browser.Loads > loads, report + " to be loaded");
        StringAssert.Contains(browser.Text("document.title"), first);
        Assert.IsEmpty(browser.Complaints, string.Join('\n', browser.Complaints));
    }

    // Images for people: MATTERSTACK_SCREENSHOTS names a folder for them.
    private static void Save(Browser browser, string name, int width, bool dark = false, bool printed = false)
    {
        browser.Show(width, dark, printed);
        if (Environment.GetEnvironmentVariable("MATTERSTACK_SCREENSHOTS") is { Length: > 0 } folder)
        {
            browser.Save(Path.Combine(folder, name + ".png"));
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
