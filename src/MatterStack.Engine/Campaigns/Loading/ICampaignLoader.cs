using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Finds and calls campaign classes of compiled projects. Tests have an implementation in memory.</summary>
internal interface ICampaignLoader
{
    /// <summary>Finds the campaign class of an assembly; null if it has none.</summary>
    /// <param name="assembly">Absolute path.</param>
    /// <param name="wanted">Full or short name of the class; null: the only campaign class of the assembly.</param>
    Result<CampaignClass?> FindClass(string assembly, string? wanted);

    /// <summary>Asks a campaign for its next workflow.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancel">Stops waiting for the answer.</param>
    /// <exception cref="ProblemException">The campaign has no answer. The problem describes its exception, with file and line if
    /// known.</exception>
    /// <exception cref="OperationCanceledException">Waiting was cancelled.</exception>
    CheckedAnswer AskCampaign(CampaignQuestion question, CancellationToken cancel);
}

/// <summary>Question to a campaign.</summary>
/// <param name="Assembly">Absolute path of the assembly that holds the class.</param>
/// <param name="Class">Full name of the class.</param>
/// <param name="Sources">Locates source lines.</param>
/// <param name="State">State when the iteration was planned, as JSON; null before the first analysis.</param>
/// <param name="Results">Results of the iteration; null: the question is for the first workflow.</param>
internal sealed record CampaignQuestion(string Assembly, string Class, SourceLocator Sources, string? State = null, TaskResults? Results = null)
{
    /// <summary>Receives printed output and warnings.</summary>
    public CampaignListener Listener { get; init; } = CampaignListener.None;
}

/// <summary>Answer of a campaign, in types of the engine only.</summary>
/// <param name="State">Its state as JSON; null if it keeps none.</param>
/// <param name="Tasks">Tasks of the next workflow, checked one by one; null if the campaign is finished.</param>
/// <param name="PlannedAt">Position of its Plan method, if known.</param>
internal sealed record CheckedAnswer(string? State, IReadOnlyList<CampaignTask>? Tasks, SourcePosition? PlannedAt);
