namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Question to a campaign.</summary>
/// <param name="Assembly">Absolute path of the assembly that holds the class.</param>
/// <param name="Class">Full name of the class.</param>
/// <param name="Sources">Locates source lines.</param>
/// <param name="State">State when the iteration was planned, as JSON; null before the first analysis.</param>
/// <param name="Results">Results of the iteration; null: the question is for the first workflow.</param>
internal sealed record CampaignQuestion(
    string Assembly,
    string Class,
    SourceLocator Sources,
    string? State = null,
    TaskResults? Results = null
)
{
    /// <summary>Receives printed output and warnings.</summary>
    public CampaignListener Listener { get; init; } = CampaignListener.None;
}
