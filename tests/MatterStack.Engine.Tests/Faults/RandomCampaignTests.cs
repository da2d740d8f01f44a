using System.Globalization;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>Campaigns, failures, interruptions, clocks and answers made up from a seed, against the planner and a simple model of what must
/// hold.</summary>
/// <remarks><c>MATTERSTACK_RANDOM_TICKS</c> sets how many ticks, <c>MATTERSTACK_RANDOM_SEED</c> where the seeds begin.</remarks>
[TestClass]
public sealed class RandomCampaignTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Slow]
    public void Random_campaigns_hold_together_at_every_tick_and_come_to_an_end()
    {
        var wanted = Number("MATTERSTACK_RANDOM_TICKS", 40_000);
        var seed = Number("MATTERSTACK_RANDOM_SEED", 1);
        var ticks = 0;
        var campaigns = 0;
        for (; ticks < wanted; seed++, campaigns++)
        {
            var campaign = RandomCampaign.Of(seed);
            try
            {
                ticks += campaign.Run();
            }
            catch (AssertFailedException e)
            {
                Assert.Fail($"seed {seed}: {e.Message}{Environment.NewLine}smallest case found:{Environment.NewLine}{Shrunk(campaign)}");
            }
        }

        TestContext.WriteLine($"{ticks} ticks of {campaigns} campaigns");
    }

    // Leaves out tasks and events as long as it still fails.
    private static RandomCampaign Shrunk(RandomCampaign failing)
    {
        var again = true;
        while (again)
        {
            again = false;
            foreach (var smaller in failing.Smaller())
            {
                if (Fails(smaller))
                {
                    (failing, again) = (smaller, true);
                    break;
                }
            }
        }

        return failing;
    }

    private static bool Fails(RandomCampaign campaign)
    {
        try
        {
            campaign.Run();
            return false;
        }
        catch (AssertFailedException)
        {
            return true;
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
