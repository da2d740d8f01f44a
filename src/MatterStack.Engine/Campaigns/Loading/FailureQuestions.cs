using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Asks a loaded campaign class what follows failed attempts. A class without a usable answer never stops the run: the answer is a
/// warning, and the metadata of the task decide.</summary>
internal static class FailureQuestions
{
    /// <summary>Whether a campaign class overrides <c>OnFailed</c>.</summary>
    public static bool HandlesFailures(Type type) =>
        type.GetMethod(nameof(ICampaignSteps.OnFailed), [typeof(CampaignTask), typeof(TaskAttempt)]) is { } method
        && method.DeclaringType!.Assembly != typeof(ICampaignSteps).Assembly
        && method.GetBaseDefinition().DeclaringType!.Assembly == typeof(ICampaignSteps).Assembly;

    /// <summary>Asks about one failed attempt.</summary>
    /// <param name="create">Creates the instance that is asked.</param>
    /// <param name="failed">The failed attempt.</param>
    /// <param name="question">Assembly, class and sources.</param>
    public static FailureAnswer AskAboutFailure(Func<ICampaignSteps> create, FailedAttempt failed, CampaignQuestion question)
    {
        var before = failed.Planned.Task;
        var type = typeof(ICampaignSteps);
        CampaignTask? answer;
        try
        {
            var campaign = create();
            type = campaign.GetType();
            answer = campaign.OnFailed(before, failed.Ended);
        }
        catch (ProblemException e)
        {
            return Refuse(question, e.Problems);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new FailureAnswer(
                null,
                new Problem(
                    CampaignCodes.CampaignThrew,
                    $"{question.Class}.OnFailed threw {CampaignInvoker.DescribeException(e)}",
                    ApiMismatch.IsCause(e) ? ApiMismatch.CampaignRemedy : CampaignCodes.FailureAnswerRefused.Remedy,
                    question.Sources.FindPosition(e, question.Assembly, type.Assembly.GetName().Name!)
                ).AsWarning()
            );
        }

        if (answer is null)
        {
            return new FailureAnswer(null, null);
        }

        var problems = new List<Problem>();
        // The answer is about a recorded task, so the place of its declaration is not asked for.
        var after = TaskValidator.ValidateTask(answer with { DeclaredAt = null, Site = null }, null, problems);
        if (problems.Count == 0 && TaskAmendments.FindForbiddenChange(before, after) is { } forbidden)
        {
            problems.Add(
                new Problem(
                    CampaignCodes.FailureAnswerRefused,
                    $"it changes {forbidden}, which an answer cannot change",
                    CampaignCodes.FailureAnswerRefused.Remedy
                )
            );
        }

        return problems.Count == 0 ? new FailureAnswer(after, null) : Refuse(question, problems);
    }

    private static FailureAnswer Refuse(CampaignQuestion question, IReadOnlyList<Problem> problems) =>
        new(
            null,
            new Problem(
                CampaignCodes.FailureAnswerRefused,
                $"The answer of {question.Class}.OnFailed is not used: {string.Join("; ", problems.Select(p => p.Text))}",
                CampaignCodes.FailureAnswerRefused.Remedy
            ).AsWarning()
        );
}
