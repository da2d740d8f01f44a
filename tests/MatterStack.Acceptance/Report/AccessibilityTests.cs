using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Report;

/// <summary>The report and the page of all runs as axe-core sees them: names, contrasts and roles that readers of a screen depend
/// on.</summary>
[TestClass]
public sealed class AccessibilityTests
{
    [TestMethod]
    public void No_rule_of_axe_core_is_broken()
    {
        Require.Component("npm");
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a_task_with_a_name_that_does_not_fit_into_its_box" Command="true" />
                <CampaignTask Include="broken" Command="echo it broke &gt;&amp;2; exit 3" AllowFailure="true" />
                <CampaignTask Include="gate" Kind="Gate" DependsOn="a_task_with_a_name_that_does_not_fit_into_its_box" />
              </ItemGroup>
            """
        );
        foreach (var file in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(Repository.Folder, "tests", "accessibility", file), campaign.Sign(file));
        }

        var (installed, said) = Shell.Run("npm ci --ignore-scripts --no-audit --no-fund", campaign.Signs);
        if (installed != 0)
        {
            Require.Absent("npm", "the package axe-core could not be installed: " + said);
        }

        campaign.Build("Loop").Succeeded();
        campaign.Build("Report").Succeeded();
        var run = campaign.Run().Folder;
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(run + "0").FullName, "state.sqlite"), "broken");
        campaign.Build("Report", "-p:All=true").Succeeded();
        var checker = File.ReadAllText(campaign.Sign("node_modules/axe-core/axe.min.js"));
        using var browser = new Browser();
        foreach (var page in (string[])[Path.Combine(campaign.Runs, "index.html"), Path.Combine(run, "report.html")])
        {
            browser.Open(page);
            // A page that reads itself anew would take the checker away with it.
            browser.Evaluate("document.getElementById('pause').click()");
            browser.Evaluate("document.querySelectorAll('#table [data-open]').forEach(b => b.click())");
            browser.Evaluate(checker);
            Assert.AreEqual("", Broken(browser), page + ", light");
            browser.Evaluate("document.getElementById('theme').click()");
            Assert.AreEqual("", Broken(browser), page + ", dark");
        }

        // It does look: what it is to find, it finds.
        browser.Evaluate("document.querySelector('#graph-view .node').setAttribute('aria-label', 'another name')");
        StringAssert.Contains(Broken(browser), "label-content-name-mismatch");
    }

    // Also the rules that are not on by themselves.
    private static string Broken(Browser browser) =>
        browser.Text(
            """
            axe.run(document, { rules: { 'label-content-name-mismatch': { enabled: true } } })
              .then(found => found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).slice(0, 3).join(' | ')).join('\n'))
            """
        );
}
