using System.Diagnostics;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Calls a loaded campaign and converts its answer or its exception to types of the engine.</summary>
internal static class CampaignInvoker
{
    /// <exception cref="ProblemException">The campaign threw, or its answer cannot be used.</exception>
    public static CheckedAnswer AskCampaign(ICampaignSteps campaign, CampaignQuestion question)
    {
        var type = campaign.GetType();
        CampaignAnswer answer;
        List<CampaignTask>? tasks;
        try
        {
            answer = question.Results is { } results
                ? campaign.AnalyzeAndPlan(question.State, results, new JsonStates(results.JsonOptions))
                : campaign.PlanFirst();
            // A workflow can hold lazy sequences of the campaign, which run only now.
            tasks = answer
                .Workflow?.Select(task => task with { DeclaredAt = task.DeclaredAt is { } at ? question.Sources.MapPosition(at) : null })
                .ToList();
        }
        catch (ProblemException e)
        {
            // An exception of the engine knows the problem, but not the line of the campaign that caused it.
            var at = question.Sources.FindPosition(e, question.Assembly, type.Assembly.GetName().Name!)
                ?? question.Sources.FindPosition(type.GetMethod("Plan"), question.Assembly);
            throw new ProblemException(e.Problems.Select(p => p with { Position = p.Position ?? at }).ToList());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // An inner exception would keep the campaign's code loaded. In a unit test nothing is unloaded, and the inner exception has
            // more details.
            throw new ProblemException(
                new Problem(
                    CampaignCodes.CampaignThrew,
                    $"{FindThrowingMethod(e, type)} threw {DescribeException(e)}",
                    ApiMismatch.IsCause(e) ? ApiMismatch.CampaignRemedy : CampaignCodes.CampaignThrew.Remedy,
                    question.Sources.FindPosition(e, question.Assembly, type.Assembly.GetName().Name!)
                ),
                type.Assembly.IsCollectible ? null : e
            );
        }

        var planned = question.Sources.FindPosition(type.GetMethod("Plan"), question.Assembly);
        var problems = new List<Problem>();
        tasks = tasks?.Select(task => TaskValidator.ValidateTask(task, planned, problems)).ToList();
        foreach (var task in tasks?.Where(t => CampaignProgram.IsUsedBy(t) && !CampaignProgram.CanStart(question.Assembly)) ?? [])
        {
            problems.Add(Problem.Create(CampaignCodes.NoProgram, $"Task '{task.Id}' uses {CampaignProgram.Placeholder}", task.DeclaredAt));
        }

        return problems.Count > 0
            ? throw new ProblemException(problems)
            : new CheckedAnswer(answer.State, tasks, planned) { HandlesFailures = FailureQuestions.HandlesFailures(type) };
    }

    /// <summary>Describes an exception and its inner exceptions in one line.</summary>
    public static string DescribeException(Exception thrown)
    {
        var words = new List<string>();
        for (var e = thrown; e is not null && words.Count < 4; e = e.InnerException)
        {
            words.Add($"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }

        return string.Join(" <- ", words);
    }

    // The outermost method of the campaign, which is Plan or Analyze. The position of the problem names the line.
    private static string FindThrowingMethod(Exception thrown, Type type)
    {
        var method = new StackTrace(thrown, fNeedFileInfo: false)
            .GetFrames()
            .Select(f => f.GetMethod())
            .LastOrDefault(m => m?.Module.Assembly == type.Assembly);
        return method is null ? type.FullName! : $"{method.DeclaringType?.FullName}.{method.Name}";
    }
}
