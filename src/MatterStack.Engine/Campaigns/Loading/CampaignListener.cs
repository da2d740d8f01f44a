using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Receives printed output and warnings of a campaign.</summary>
/// <param name="Print">Receives each printed line, without control characters and cut to a maximum length.</param>
/// <param name="Warn">Receives each warning.</param>
internal sealed record CampaignListener(Action<string> Print, Action<Problem> Warn)
{
    public static CampaignListener None { get; } = new(_ => { }, _ => { });
}
