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

    /// <summary>Asks a campaign what follows failed attempts. A campaign without a usable answer is a warning in the answer.</summary>
    /// <param name="question">Assembly, class and sources.</param>
    /// <param name="failed">The failed attempts.</param>
    /// <param name="cancel">Stops waiting for the answers.</param>
    /// <returns>One answer for each attempt, in their order.</returns>
    /// <exception cref="OperationCanceledException">Waiting was cancelled.</exception>
    IReadOnlyList<FailureAnswer> AskAboutFailures(CampaignQuestion question, IReadOnlyList<FailedAttempt> failed, CancellationToken cancel);
}
