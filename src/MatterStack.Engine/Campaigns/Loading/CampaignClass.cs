namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>A campaign class as its assembly declares it.</summary>
/// <param name="Name">Full name, as reflection writes it.</param>
/// <param name="AnalyzesResults">Whether it analyzes results and plans again.</param>
internal sealed record CampaignClass(string Name, bool AnalyzesResults);
