using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Report;

/// <summary>The report in a real browser: no complaint, and what a reader does with it works.</summary>
[TestClass]
public sealed class ReportPageTests
{
    private const string Rows = "document.querySelectorAll('#table tbody tr').length";
    private const string First = "document.querySelector('#table tbody td').textContent";

    // Puts a text where a person would type it.
    private static string Type(string text) =>
        $"(() => {{ const f = document.getElementById('filter'); f.value = '{text}'; f.dispatchEvent(new Event('input')); }})()";

    [TestMethod]
    public void Rows_are_sorted_and_filtered_opened_and_led_to()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="quick" Command="echo all is well" />
                <CampaignTask Include="broken" Command="echo half done; echo it broke &gt;&amp;2; exit 3" AllowFailure="true" />
                <CampaignTask Include="after" DependsOn="broken" Command="true" />
                <CampaignTask Include="slow" Command="sleep 0.3" />
              </ItemGroup>
            """
        );
        campaign.Build("Loop").Succeeded();
        campaign.Build("Report").Succeeded();
        using var browser = new Browser();
        browser.Open(Page(campaign));

        Assert.AreEqual(4, browser.Number(Rows));
        Assert.AreEqual("broken", browser.Text(First), "what failed comes first");
        StringAssert.Contains(browser.Text("document.getElementById('failures').innerText"), "it broke");
        browser.Evaluate("document.querySelector('th[data-key=took] button').click()");
        browser.Evaluate("document.querySelector('th[data-key=took] button').click()");
        Assert.AreEqual("slow", browser.Text(First), "by the time taken, downwards");
        browser.Evaluate(Type("broke"));
        Assert.AreEqual(2, browser.Number(Rows), "the task, and the one whose reason names it");
        browser.Evaluate(Type(""));
        browser.Evaluate("document.querySelector('#states button[data-state=SKIPPED]').click()");
        Assert.AreEqual("after", browser.Text(First));
        Assert.AreEqual(1, browser.Number(Rows));
        browser.Evaluate("document.querySelector('#failures button[data-task=broken]').click()");
        StringAssert.Contains(browser.Text("document.querySelector('#table .details').innerText"), "half done");
        Assert.IsFalse(
            browser.Evaluate("document.documentElement.scrollWidth > innerWidth").GetBoolean(),
            "nothing leads out of the page to the right"
        );
        Assert.IsEmpty(browser.Complaints, string.Join('\n', browser.Complaints));
    }

    [TestMethod]
    public void Figures_of_several_tasks_are_drawn_as_one_with_a_curve_each()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <Element Include="Ni;Cu" />
              </ItemGroup>
              <Target Name="DeclareTasks" BeforeTargets="CollectCampaignTasks">
                <ItemGroup>
                  <CampaignTask Include="fit_%(Element.Identity)" Command="printf '# title: Equation of state\nvolume (Å^3),energy (eV)\n1,3\n2,1\n3,2\n' > eos.csv" Figures="eos.csv" />
                </ItemGroup>
              </Target>
            """
        );
        campaign.Build("Loop").Succeeded();
        campaign.Build("ExportEvidence").Succeeded().SaysNot("warning");
        using var browser = new Browser();
        browser.Open(Path.Combine(campaign.Run().Folder, "evidence", "report.html"));

        Wait.Until(() => browser.Number("document.querySelectorAll('.js-plotly-plot .scatterlayer .trace').length") == 2, "two curves");
        Assert.AreEqual(1, browser.Number("document.querySelectorAll('.js-plotly-plot').length"));
        StringAssert.Contains(browser.Text("document.querySelector('.js-plotly-plot').textContent"), "energy (eV)");
        Assert.AreEqual("fit_Ni fit_Cu", browser.Text("[...document.querySelectorAll('.legendtext')].map(t => t.textContent).join(' ')"));
        Assert.IsEmpty(browser.Complaints, string.Join('\n', browser.Complaints));
    }

    [TestMethod]
    public void Texts_of_a_hostile_campaign_are_texts()
    {
        const string attack =
            "&lt;/script&gt;&lt;script&gt;document.title='caught'&lt;/script&gt;&lt;img src=x "
            + "onerror=&quot;document.title='caught'&quot;&gt;&lt;!--";
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="shout" AllowFailure="true" Command="printf '%s\n' '{attack.Replace(
                "'",
                "'\\''",
                StringComparison.Ordinal
            )}' '\033[31mred\033[0m'; cat log; cat log &gt;&amp;2; exit 1" Files="log" />
                <CampaignTask Include="ask" Kind="Gate" Message="{attack}" />
                <CampaignTask Include="draw" Command="cat log > f.json" Files="log" Figures="f.json" />
              </ItemGroup>
            """
        );
        campaign.Write(
            "log",
            """{"title": "</script><b onclick=1>", "x": {"label": "<img src=x onerror=\"document.title='caught'\">"}, "y": {"label": "y"}, "series": [{"name": "<script>document.title='caught'</script>", "x": [1, 2], "y": [1, 2], "text": ["<a href='javascript:1'>", null]}]}"""
        );
        campaign.Build("Loop").Succeeded();
        campaign.Build("Report").Succeeded();
        using var browser = new Browser();
        browser.Open(Page(campaign));
        Wait.Until(() => browser.Number("document.querySelectorAll('.js-plotly-plot').length") == 1, "the figure");
        browser.Evaluate("document.querySelectorAll('#table [data-open]').forEach(b => b.click())");

        StringAssert.StartsWith(browser.Text("document.title"), "RUNNING");
        StringAssert.Contains(browser.Text("document.getElementById('failures').innerText"), "<script>document.title='caught'</script>");
        StringAssert.Contains(browser.Text("document.getElementById('waiting').innerText"), "<img src=x onerror=");
        StringAssert.Contains(
            browser.Text("document.getElementById('tasks').innerText"),
            "</script><script>document.title='caught'</script>"
        );
        Assert.AreEqual(
            0,
            browser.Number("document.querySelectorAll('main img, main b, main [onclick], main [onerror], main a[href^=javascript]').length")
        );
        Assert.DoesNotContain("\u001b", browser.Text("document.body.innerText"));
        Assert.IsEmpty(browser.Complaints, string.Join('\n', browser.Complaints));
    }

    [TestMethod]
    public void While_the_run_continues_the_page_reads_itself_again_and_keeps_what_the_reader_has_set()
    {
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="first" Command="{Campaign.WaitFor("go")}" /><CampaignTask Include="second" DependsOn="first" Command="true" /></ItemGroup>"""
        );
        campaign.Build("Init").Succeeded();
        campaign.Build("Report").Succeeded();
        using var browser = new Browser();
        browser.Open(Page(campaign));
        browser.Evaluate(Type("sec"));
        using var loop = campaign.Start("Loop");

        Wait.Until(
            () => browser.Loads > 1 && browser.Text("document.title").StartsWith("RUNNING", StringComparison.Ordinal),
            "the page to have read itself anew"
        );
        Assert.AreEqual("sec", browser.Text("document.getElementById('filter').value"));
        Assert.AreEqual("second", browser.Text(First));
        campaign.Give("go");
        loop.Wait().Succeeded();

        Wait.Until(() => browser.Text("document.title").StartsWith("COMPLETED", StringComparison.Ordinal), "the end");
        Assert.AreEqual(0, browser.Number("JSON.parse(document.getElementById('data').textContent).refresh"), "it rests then");
        Assert.IsEmpty(browser.Complaints, string.Join('\n', browser.Complaints));
    }

    [TestMethod]
    public void Of_10000_rows_a_hundred_are_in_the_page_and_any_of_them_is_found()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup><N Include="{string.Join(
                ';',
                Enumerable.Range(1, 10_000).Select(n => n.ToString(CultureInfo.InvariantCulture))
            )}" /></ItemGroup>
              <Target Name="DeclareTasks" BeforeTargets="CollectCampaignTasks">
                <ItemGroup><CampaignTask Include="t%(N.Identity)" Command="echo %(N.Identity)" /></ItemGroup>
              </Target>
            """
        );
        campaign.Build("Init").Succeeded();
        campaign.Build("Report").Succeeded();
        using var browser = new Browser(width: 390);
        browser.Open(Page(campaign));

        Assert.AreEqual(100, browser.Number(Rows));
        Assert.IsLessThan(3000, browser.Number("document.querySelectorAll('*').length"));
        browser.Evaluate(Type("t9999"));
        Assert.AreEqual("t9999", browser.Text(First));
        browser.Evaluate(Type(""));
        browser.Evaluate("document.querySelector('#table th[data-key=id] button').click()");
        browser.Evaluate("document.querySelector('#table th[data-key=id] button').click()");
        Assert.AreEqual("t10000", browser.Text(First));
        Assert.IsFalse(
            browser.Evaluate("document.documentElement.scrollWidth > innerWidth").GetBoolean(),
            "on a phone nothing leads out to the right"
        );
        Assert.IsEmpty(browser.Complaints, string.Join('\n', browser.Complaints));
    }

    private static string Page(Campaign campaign) => Path.Combine(campaign.Run().Folder, "report.html");
}
