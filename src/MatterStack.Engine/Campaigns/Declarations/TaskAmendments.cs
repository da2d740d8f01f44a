using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Creates amendments of recorded tasks. The table of task fields checks the values and finds the differences.</summary>
internal static class TaskAmendments
{
    /// <summary>Metadata that a person can amend together with an answer: the requested resources, and the number of attempts.</summary>
    public static IReadOnlyList<string> ResourceNames { get; } =
    [
        nameof(CampaignTask.MemoryGb),
        nameof(CampaignTask.TimeLimitMinutes),
        nameof(CampaignTask.Cores),
        nameof(CampaignTask.Nodes),
        nameof(CampaignTask.Ranks),
        nameof(CampaignTask.Gpus),
        nameof(CampaignTask.GpuType),
        nameof(CampaignTask.MaxAttempts),
    ];

    /// <summary>Metadata that <c>Amend</c> changes.</summary>
    public static IReadOnlyList<string> AmendNames { get; } =
    [.. ResourceNames, nameof(CampaignTask.OperatorKey), nameof(CampaignTask.Priority), nameof(CampaignTask.RetryOn)];

    /// <summary>Metadata that <c>Amend</c> changes only if the person states that the result may change.</summary>
    public static IReadOnlyList<string> ResultNames { get; } = [nameof(CampaignTask.Command), nameof(CampaignTask.Env)];

    // Inputs, outputs, dependencies and routing of a task stay: other tasks and the cache rest on them.
    private static readonly HashSet<string> NamesOfAnswers =
    [
        .. ResourceNames,
        nameof(CampaignTask.Command),
        nameof(CampaignTask.RestartCommand),
        nameof(CampaignTask.Env),
        nameof(CampaignTask.Uses),
        nameof(CampaignTask.Carry),
        nameof(CampaignTask.CarryIf),
        nameof(CampaignTask.StopSignal),
        nameof(CampaignTask.Monitor),
        nameof(CampaignTask.MonitorEvery),
        nameof(CampaignTask.RetryOn),
        nameof(CampaignTask.RetryMemoryFactor),
        nameof(CampaignTask.RetryTimeFactor),
        nameof(CampaignTask.RetryDelay),
        nameof(CampaignTask.OnFailure),
    ];

    // They decide about the order of attempts and about what follows their ends, and no attempt sees them.
    private static readonly HashSet<string> NamesBetweenAttempts =
    [
        nameof(CampaignTask.Priority),
        nameof(CampaignTask.MaxAttempts),
        nameof(CampaignTask.RetryOn),
        nameof(CampaignTask.RetryMemoryFactor),
        nameof(CampaignTask.RetryTimeFactor),
        nameof(CampaignTask.RetryDelay),
        nameof(CampaignTask.OnFailure),
        nameof(CampaignTask.AllowFailure),
        nameof(CampaignTask.AllowDependencyFailure),
    ];

    /// <summary>Creates the amendment from one form of a task to another.</summary>
    public static TaskAmendment Create(PlannedTask before, PlannedTask after)
    {
        var changed = TaskFields
            .All.Select(field => (Field: field, Previous: field.FindStoredValue(before), Current: field.FindStoredValue(after)))
            .Where(static change => change.Previous != change.Current)
            .ToList();
        return new(before, after, [.. changed.Select(static change => new TaskChange(change.Field.Name, change.Previous, change.Current))])
        {
            ChangesResult = changed.Exists(static change => change.Field.AffectsResults),
            ChangesAttempt = changed.Exists(static change => !NamesBetweenAttempts.Contains(change.Field.Name)),
        };
    }

    /// <summary>Creates an amendment from values as a person writes them. Illegal values are problems, as for the metadata of an
    /// item.</summary>
    /// <param name="before">The task as it is recorded.</param>
    /// <param name="texts">Values by name of the metadata.</param>
    public static Result<TaskAmendment> Parse(PlannedTask before, IEnumerable<KeyValuePair<string, string>> texts)
    {
        var problems = new List<Problem>();
        var task = before.Task;
        var taskProblems = new TaskProblems(task, null, problems);
        foreach (var (name, text) in texts)
        {
            var field = TaskFields.Find(name) ?? throw new ArgumentException($"'{name}' is not a metadata of a task", nameof(texts));
            task = field.Parse(task, field.IsList ? text.Split(';') : [text], taskProblems);
        }

        if (problems.Count == 0)
        {
            task = TaskValidator.ValidateTask(task, null, problems);
        }

        return problems.Count == 0 ? Create(before, before with { Task = task }) : Result<TaskAmendment>.Fail(problems);
    }

    /// <summary>Finds a difference that an answer of a campaign class cannot make. Returns the name of the metadata, or null.</summary>
    public static string? FindForbiddenChange(CampaignTask before, CampaignTask after) =>
        after.Id != before.Id ? nameof(CampaignTask.Id)
        // A recorded task has the files that were found, and no longer the request.
        : after.Files.Count > 0 && !after.Files.SequenceEqual(before.Files) ? nameof(CampaignTask.Files)
        : Create(new PlannedTask(before, []), new PlannedTask(after, []))
            .Changes.Select(static change => change.Name)
            .FirstOrDefault(name => !NamesOfAnswers.Contains(name));
}
