using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Campaign classes of compiled projects. Tests bring some that are in memory.</summary>
internal interface ICampaigns
{
    /// <summary>The campaign class of an assembly; null if it has none.</summary>
    /// <param name="assembly">Absolute path.</param>
    /// <param name="wanted">The class to take; null: the only one there is.</param>
    Result<CampaignClass?> Find(string assembly, string? wanted);

    /// <summary>Asks a campaign what is next.</summary>
    /// <param name="question">What it is asked.</param>
    /// <param name="cancel">Gives up waiting for its answer.</param>
    /// <exception cref="ProblemException">It has no answer: what it threw, with file and line as far as known.</exception>
    /// <exception cref="OperationCanceledException">Waiting was given up.</exception>
    CampaignReply Ask(CampaignQuestion question, CancellationToken cancel);
}

/// <summary>What a campaign is asked.</summary>
/// <param name="Assembly">Absolute path of the assembly that holds the class.</param>
/// <param name="Class">Full name of the class.</param>
/// <param name="Sources">Finds lines.</param>
/// <param name="State">State that it had when the iteration was planned, as JSON; null before the first analysis.</param>
/// <param name="Results">What came out of the iteration; null asks for the first workflow.</param>
internal sealed record CampaignQuestion(string Assembly, string Class, CampaignSources Sources, string? State = null, TaskResults? Results = null)
{
    /// <summary>Who is told what it does besides answering.</summary>
    public CampaignListener Listener { get; init; } = CampaignListener.None;
}

/// <summary>What a campaign said, in types of the engine alone.</summary>
/// <param name="State">Its state as JSON; null if it keeps none.</param>
/// <param name="Tasks">Tasks of the next workflow, checked one by one; null if it is finished.</param>
/// <param name="PlannedAt">Where it plans, as far as known.</param>
internal sealed record CampaignReply(string? State, IReadOnlyList<CampaignTask>? Tasks, SourcePosition? PlannedAt);
