using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Who is told what a campaign does besides answering.</summary>
/// <param name="Print">Is given each line that it prints, without control characters and cut where it is long.</param>
/// <param name="Warn">Is given what deserves a warning.</param>
internal sealed record CampaignListener(Action<string> Print, Action<Problem> Warn)
{
    public static CampaignListener None { get; } = new(_ => { }, _ => { });
}
