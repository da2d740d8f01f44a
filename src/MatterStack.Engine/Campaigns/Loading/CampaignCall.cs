using System.Diagnostics;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Calls a loaded campaign and converts its answer or its exception to types of the engine.</summary>
internal static class CampaignCall
{
    /// <exception cref="ProblemException">The campaign threw, or its answer cannot be used.</exception>
    public static CampaignReply Ask(ICampaignSteps campaign, CampaignQuestion question)
    {
        var type = campaign.GetType();
        CampaignAnswer answer;
        List<CampaignTask>? tasks;
        try
        {
            answer = question.Results is { } results ? campaign.Next(question.State, results) : campaign.First();
            // A workflow can hold lazy sequences of the campaign, which run only now.
            tasks = answer.Workflow?.Select(task => task with { DeclaredAt = task.DeclaredAt is { } at ? question.Sources.Locate(at) : null }).ToList();
        }
        catch (ProblemException e)
        {
            // An exception of the engine knows the problem, but not the line of the campaign that caused it.
            var at = question.Sources.Of(e, question.Assembly, type.Assembly.GetName().Name!) ?? question.Sources.Of(type.GetMethod("Plan"), question.Assembly);
            throw new ProblemException(e.Problems.Select(p => p with { At = p.At ?? at }).ToList());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // An inner exception would keep the campaign's code loaded. In a unit test nothing is unloaded, and the inner exception has
            // more details.
            throw new ProblemException(new Problem(CampaignCodes.CampaignThrew, $"{Where(e, type)} threw {Told(e)}", CampaignCodes.CampaignThrew.Remedy,
                question.Sources.Of(e, question.Assembly, type.Assembly.GetName().Name!)), type.Assembly.IsCollectible ? null : e);
        }

        var planned = question.Sources.Of(type.GetMethod("Plan"), question.Assembly);
        var problems = new List<Problem>();
        tasks = tasks?.Select(task => TaskCheck.Check(task, planned, problems)).ToList();
        foreach (var task in tasks?.Where(t => CampaignProgram.IsUsedBy(t.Command) && !CampaignProgram.CanStart(question.Assembly)) ?? [])
        {
            problems.Add(Problem.Of(CampaignCodes.NoProgram, $"Task '{task.Id}' uses {CampaignProgram.Placeholder}", task.DeclaredAt));
        }

        return problems.Count > 0 ? throw new ProblemException(problems) : new CampaignReply(answer.State, tasks, planned);
    }

    /// <summary>Describes an exception and its inner exceptions in one line.</summary>
    public static string Told(Exception thrown)
    {
        var words = new List<string>();
        for (var e = thrown; e is not null && words.Count < 4; e = e.InnerException)
        {
            words.Add($"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }

        return string.Join(" <- ", words);
    }

    // The outermost method of the campaign, which is Plan or Analyze. The position of the problem names the line.
    private static string Where(Exception thrown, Type type)
    {
        var method = new StackTrace(thrown, fNeedFileInfo: false).GetFrames().Select(f => f.GetMethod()).LastOrDefault(m => m?.Module.Assembly == type.Assembly);
        return method is null ? type.FullName! : $"{method.DeclaringType?.FullName}.{method.Name}";
    }
}
