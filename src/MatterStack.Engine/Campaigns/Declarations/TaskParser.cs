using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Converts declared tasks to <see cref="CampaignTask"/>s and reports all their problems.</summary>
internal static class TaskParser
{
    public static Result<IReadOnlyList<CampaignTask>> Read(IReadOnlyCollection<DeclaredTask> declared)
    {
        var problems = new List<Problem>();
        var tasks = new List<CampaignTask>(declared.Count);
        tasks.AddRange(declared.Select(item => ParseTask(item, problems)).OfType<CampaignTask>());
        return problems.Any(static p => p.Severity == Severity.Error)
            ? Result<IReadOnlyList<CampaignTask>>.Fail(problems)
            : Result<IReadOnlyList<CampaignTask>>.Ok(tasks, problems);
    }

    private static CampaignTask? ParseTask(DeclaredTask declared, List<Problem> problems)
    {
        if (!TaskId.TryParse(declared.Id, out var id))
        {
            problems.Add(
                Problem.Create(CampaignCodes.IllegalTaskId, $"'{declared.Id}' cannot be a task id ({TaskId.Pattern})", declared.DeclaredAt)
            );
            return null;
        }

        var task = new CampaignTask
        {
            Id = id,
            Site = declared.Site,
            DeclaredAt = declared.Site is null ? declared.DeclaredAt : null,
        };
        var taskProblems = new TaskProblems(task, null, problems);
        var metadata = declared.Metadata;
        for (var i = 0; i < metadata.Names.Count; i++)
        {
            if (!TaskFields.IsKnown(metadata.Names[i]))
            {
                CheckOwnMetadata(metadata.Names[i], metadata.GetTexts(i), taskProblems);
            }
        }

        foreach (var field in TaskFields.All)
        {
            if (metadata.TryGetTexts(field.Name, out var texts))
            {
                task = field.Parse(task, texts, taskProblems);
            }
        }

        return TaskValidator.ValidateTask(task, null, problems);
    }

    // A project may use metadata of its own to make a command.
    private static void CheckOwnMetadata(string name, IReadOnlyList<string> texts, TaskProblems taskProblems)
    {
        foreach (var text in texts)
        {
            taskProblems.CheckText(name, text);
        }
    }
}
