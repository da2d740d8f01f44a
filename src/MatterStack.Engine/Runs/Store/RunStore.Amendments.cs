using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Store;

/// <content>Amendments that people request.</content>
internal sealed partial class RunStore
{
    private const int MaxProblems = 5;

    /// <summary>Adds the amendment to a person's request: from the task as it is recorded now and the values that the person
    /// wrote.</summary>
    public RunRequest ResolveAmendment(RunRequest request, TaskNode task) =>
        FindUnknownName(request, TaskAmendments.ResourceNames) is { } problem ? request with { AmendmentProblem = problem }
        : TaskAmendments.Parse(ReadResults(rows => rows.ReadPlannedTask(task)), request.Changes).TryGet(out var amendment, out var problems)
            ? request with
            {
                Amendment = amendment,
            }
        : request with { AmendmentProblem = FormatProblems(problems) };

    /// <summary>Adds the amendments of all its tasks to a person's request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The run.</param>
    /// <param name="findProblems">Finds what prevents tasks from running on their operators.</param>
    public RunRequest ResolveAmendments(
        RunRequest request,
        RunModel model,
        Func<IReadOnlyList<CampaignTask>, IReadOnlyList<Problem>> findProblems
    )
    {
        var names = request.ChangesResult ? [.. TaskAmendments.AmendNames, .. TaskAmendments.ResultNames] : TaskAmendments.AmendNames;
        if (FindUnknownName(request, names) is { } unknown)
        {
            return request with { AmendmentProblem = unknown };
        }

        var tasks = request.Tasks.Select(id => (Id: id, Node: model.FindTask(id.Value))).ToList();
        if (tasks.Where(static task => task.Node is null).Select(static task => task.Id).ToList() is { Count: > 0 } missing)
        {
            return request with { AmendmentProblem = $"the run has no task {string.Join(", ", missing.Take(MaxProblems))}" };
        }

        var amendments = new List<TaskAmendment>();
        var found = new List<Problem>();
        ReadResults(rows =>
        {
            foreach (var node in tasks.Select(static task => task.Node!).DistinctBy(static node => node.Position))
            {
                if (TaskAmendments.Parse(rows.ReadPlannedTask(node), request.Changes).TryGet(out var amendment, out var problems))
                {
                    amendments.Add(amendment);
                }
                else
                {
                    found.AddRange(problems);
                }
            }

            return true;
        });
        found.AddRange(findProblems([.. amendments.Where(static amendment => amendment.ChangesAttempt).Select(a => a.After.Task)]));
        return found.Count == 0
            ? request with
            {
                Amendments = amendments,
            }
            : request with
            {
                AmendmentProblem = "no task is amended: " + FormatProblems(found),
            };
    }

    private static string? FindUnknownName(RunRequest request, IReadOnlyList<string> names) =>
        request.Changes.FirstOrDefault(change => !names.Contains(change.Key)) is { Key: { } unknown }
            ? $"'{unknown}' cannot be amended by this version of MatterStack"
            : null;

    private static string FormatProblems(IReadOnlyList<Problem> problems) =>
        string.Join("; ", problems.Take(MaxProblems).Select(static problem => problem.Text))
        + (problems.Count > MaxProblems ? $"; and {CountText.FormatCount(problems.Count - MaxProblems, "more problem")}" : "");
}
