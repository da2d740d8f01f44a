using System.Diagnostics;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Asks a campaign that is there, and makes of its answer, or of what it throws, something in types of the engine.</summary>
internal static class CampaignCall
{
    /// <exception cref="ProblemException">It threw, or its answer cannot be used.</exception>
    public static CampaignReply Ask(ICampaignSteps campaign, CampaignQuestion question)
    {
        var type = campaign.GetType();
        CampaignAnswer answer;
        List<CampaignTask>? tasks;
        try
        {
            answer = question.Results is { } results ? campaign.Next(question.State, results) : campaign.First();
            // A workflow can hold sequences of the campaign's own making, which run only now.
            tasks = answer.Workflow?.Select(task => task with { DeclaredAt = task.DeclaredAt is { } at ? question.Sources.Locate(at) : null }).ToList();
        }
        catch (ProblemException e)
        {
            // One of ours, which knows what is wrong but not where it was brought about.
            var at = question.Sources.Of(e, question.Assembly, type.Assembly.GetName().Name!) ?? question.Sources.Of(type.GetMethod("Plan"), question.Assembly);
            throw new ProblemException(e.Problems.Select(p => p with { At = p.At ?? at }).ToList());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // An exception keeps the code that it came through, which is to be unloaded; in a unit test it says more than we do.
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

    /// <summary>An exception in a line, with those inside it.</summary>
    public static string Told(Exception thrown)
    {
        var words = new List<string>();
        for (var e = thrown; e is not null && words.Count < 4; e = e.InnerException)
        {
            words.Add($"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }

        return string.Join(" <- ", words);
    }

    // The outermost of its own: Plan or Analyze; the line tells the rest.
    private static string Where(Exception thrown, Type type)
    {
        var method = new StackTrace(thrown, fNeedFileInfo: false).GetFrames().Select(f => f.GetMethod()).LastOrDefault(m => m?.Module.Assembly == type.Assembly);
        return method is null ? type.FullName! : $"{method.DeclaringType?.FullName}.{method.Name}";
    }
}
