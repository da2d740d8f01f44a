using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A campaign class of the tests themselves in place of one that is compiled and loaded.</summary>
internal sealed class CampaignInMemory(Func<object> make) : ICampaignLoader
{
    private int _asked;
    private int _found;

    /// <summary>How often it was asked.</summary>
    public int Asked => _asked;

    /// <summary>How often it was looked for.</summary>
    public int Found => _found;

    public Result<CampaignClass?> FindClass(string assembly, string? wanted)
    {
        Interlocked.Increment(ref _found);
        return new CampaignClass("InMemory", make() is not Campaign);
    }

    /// <summary>How often it was asked about a failed attempt.</summary>
    public int AskedAboutFailures { get; private set; }

    public IReadOnlyList<FailureAnswer> AskAboutFailures(
        CampaignQuestion question,
        IReadOnlyList<FailedAttempt> failed,
        CancellationToken cancel
    )
    {
        AskedAboutFailures += failed.Count;
        return CampaignLoader.RunInThread(
            () => failed.Select(one => FailureQuestions.AskAboutFailure(() => (ICampaignSteps)make(), one, question)).ToList(),
            question,
            cancel
        );
    }

    public CheckedAnswer AskCampaign(CampaignQuestion question, CancellationToken cancel)
    {
        Interlocked.Increment(ref _asked);
        return CampaignLoader.RunInThread(() => CampaignInvoker.AskCampaign((ICampaignSteps)make(), question), question, cancel);
    }
}
