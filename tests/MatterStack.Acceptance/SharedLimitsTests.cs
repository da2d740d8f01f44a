using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Two campaigns whose loops share a folder of limits.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SharedLimitsTests
{
    [TestMethod]
    public void The_last_licence_goes_on_when_the_process_of_a_killed_loop_has_ended_and_not_before()
    {
        Require.Component("interrupts");
        using var first = Licensed("a", "touch &quot;$OUT/a.began&quot;; " + Campaign.WaitFor("a.go"));
        using var second = Licensed("b", "touch &quot;$OUT/b.began&quot;", first);
        using var loop = first.Start("Loop");
        Wait.ForFile(first.Sign("a.began"));

        using var other = second.Start("Loop");
        Wait.Until(() => second.Started().Length > 0, "the task without a licence to be started");
        Wait.Until(() => PutOff(second) > 0, "b to wait");
        loop.Signal("KILL");
        loop.Wait();
        // Another command of the second run asks who holds the licence; the process of the killed loop still does.
        other.Signal("INT");
        other.Wait();
        second.Build("Step").Succeeded();
        second.Build("Explain").Succeeded().Says("is put off", "task 'a' of " + first.Run().Folder, "its process ");
        Assert.IsFalse(File.Exists(second.Sign("b.began")));

        using var again = second.Start("Loop");
        first.Give("a.go");
        again.Wait().Says("COMPLETED");

        Assert.AreEqual("COMPLETED", second.Run().Task("b"), "only one of them had the licence: each fails if another holds it");
        first.Build("Loop").Succeeded();
        Assert.AreEqual("COMPLETED", first.Run().Task("a"));
        Assert.IsEmpty(Directory.GetFiles(first.Sign("limits"), "*.json"));
    }

    [TestMethod]
    public void Two_loops_use_no_more_licences_than_there_are()
    {
        using var first = Many("x");
        using var second = Many("y", first);
        using var one = first.Start("Loop");
        using var two = second.Start("Loop");

        Assert.AreEqual(0, one.Wait().ExitCode, one.Said);
        Assert.AreEqual(0, two.Wait().ExitCode, two.Said);
    }

    private static int PutOff(Campaign campaign) =>
        int.Parse(campaign.Run().Text("SELECT count(*) FROM events WHERE kind = 'ATTEMPT_PUT_OFF'"), CultureInfo.InvariantCulture);

    // A command fails if another one holds the licence at the same time.
    private static Campaign Licensed(string task, string work, Campaign? with = null)
    {
        var campaign = new Campaign("<ItemGroup />");
        var alone = (with ?? campaign).Sign("alone");
        campaign.Declare(
            $"""
            <ItemGroup><CampaignTask Include="{task}" Uses="licence" Command="mkdir {alone} || exit 9; {work}; rmdir {alone}" />
            <CampaignTask Include="free" Command="{Campaign.LogStart}" /></ItemGroup>
            """
        );
        Share(campaign, with ?? campaign);
        return campaign;
    }

    private static Campaign Many(string prefix, Campaign? with = null)
    {
        var campaign = new Campaign("<ItemGroup />");
        var alone = (with ?? campaign).Sign("alone");
        var tasks = string.Concat(
            Enumerable
                .Range(0, 12)
                .Select(i => $"""<CampaignTask Include="{prefix}{i}" Uses="licence" Command="mkdir {alone} &amp;&amp; rmdir {alone}" />""")
        );
        campaign.Declare($"<ItemGroup>{tasks}</ItemGroup>");
        Share(campaign, with ?? campaign);
        return campaign;
    }

    private static void Share(Campaign campaign, Campaign with) =>
        campaign.Write(
            "operators.yaml",
            $"defaults: {{ shared_limits: '{with.Sign("limits")}', resources: {{ licence: 1 }} }}\noperators: {{ local.default: }}\n"
        );
}
