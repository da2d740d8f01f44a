using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Receives printed output and warnings of a campaign.</summary>
/// <param name="PrintLine">Receives each printed line, without control characters and cut to a maximum length.</param>
/// <param name="ReportWarning">Receives each warning.</param>
internal sealed record CampaignListener(Action<string> PrintLine, Action<Problem> ReportWarning)
{
    public static CampaignListener None { get; } = new(_ => { }, _ => { });
}
