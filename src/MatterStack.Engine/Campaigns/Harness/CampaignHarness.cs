using System.Text.Json;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Runs a campaign class in a unit test without a build, a run or a process. A function replaces the execution of tasks.</summary>
/// <remarks>It applies the same rules as a run, and it asks every question twice: a campaign whose second answer differs is not
/// deterministic.</remarks>
/// <example><code>
/// using var harness = new CampaignHarness(task => HarnessResult.Completed(new { energy = -3.5 }));
/// var history = harness.Run(new Relaxation());
/// </code></example>
public sealed class CampaignHarness : IDisposable
{
    // As in a run.
    private const int MaxAnswers = 50;
    private const string OutputsMissing = "OUTPUTS_MISSING";

    private readonly Func<CampaignTask, HarnessResult> _execute;
    private readonly Lazy<string> _folder = new(() => Directory.CreateTempSubdirectory("matterstack-harness-").FullName);
    private int _attempts;

    /// <param name="execute">Function that is called for each attempt of a task, after the dependencies of the task.</param>
    public CampaignHarness(Func<CampaignTask, HarnessResult> execute)
    {
        ArgumentNullException.ThrowIfNull(execute);
        _execute = execute;
    }

    /// <summary>Maximum number of iterations. A campaign that plans more is reported as endless.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>Replacement of the project's items: the fixed part of the first workflow.</summary>
    public IReadOnlyList<CampaignTask> Items { get; init; } = [];

    /// <summary>Plans and checks the workflow of a campaign without a state.</summary>
    /// <exception cref="ProblemException">The campaign or its workflow has an error.</exception>
    public IReadOnlyList<CampaignTask> Plan(Campaign campaign)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        return PlanFirst(campaign) ?? throw CreateException(CampaignCodes.EmptyWorkflow, $"{campaign.GetType().Name}.Plan returned null");
    }

    /// <summary>Runs a campaign to its end.</summary>
    /// <exception cref="ProblemException">The campaign, a workflow or its state has an error, it is not deterministic, or it does not
    /// end.</exception>
    public CampaignHistory<TState> Run<TState>(Campaign<TState> campaign)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var known = new Dictionary<string, TaskResult>(StringComparer.OrdinalIgnoreCase);
        var iterations = new List<CampaignIteration<TState>>();
        string? state = null;
        for (var (next, number) = (PlanFirst(campaign) ?? Items, 0); ; number++)
        {
            if (number >= MaxIterations)
            {
                throw CreateException(CampaignCodes.NoEnd, $"{campaign.GetType().Name} has not finished after {MaxIterations} iterations");
            }

            var results = Execute(campaign, number, next, known);
            if (next.Any(t => !t.AllowFailure && results[t.Id.Value].Outcome == TaskOutcome.Failed))
            {
                iterations.Add(new(next, results, null));
                return new(iterations, false);
            }

            var question = CreateQuestion(campaign) with { State = state, Results = results };
            var reply = AskTwice(campaign, question);
            state = reply.State;
            iterations.Add(new(next, results, new StateSerializer<TState>(results.JsonOptions).Read(state!)));
            if (reply.Tasks is null)
            {
                return new(iterations, true);
            }

            next = CheckWorkflow(reply.Tasks, number + 1, known, iterations.SelectMany(static i => i.Tasks));
        }
    }

    /// <summary>Deletes the outputs of the tasks.</summary>
    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            Directory.Delete(_folder.Value, recursive: true);
        }
    }

    // The assembly decides whether the campaign is a program that tasks can start.
    private static CampaignQuestion CreateQuestion(ICampaignSteps campaign) =>
        new(campaign.GetType().Assembly.Location, campaign.GetType().FullName!, new SourceLocator(Path.GetFullPath("harness"), null));

    private IReadOnlyList<CampaignTask>? PlanFirst(ICampaignSteps campaign)
    {
        var reply = AskTwice(campaign, CreateQuestion(campaign));
        return reply.Tasks is null && Items.Count > 0 ? null : CheckWorkflow([.. Items, .. reply.Tasks ?? []], 0, [], []);
    }

    private static CheckedAnswer AskTwice(ICampaignSteps campaign, CampaignQuestion question)
    {
        var first = CampaignInvoker.AskCampaign(campaign, question);
        var second = CampaignInvoker.AskCampaign(campaign, question);
        return AnswerComparison.FindDifference(first, second) is { } difference
            ? throw CreateException(CampaignCodes.NotDeterministic, difference)
            : second;
    }

    private static IReadOnlyList<CampaignTask> CheckWorkflow(
        IReadOnlyList<CampaignTask> tasks,
        int iteration,
        Dictionary<string, TaskResult> known,
        IEnumerable<CampaignTask> earlierTasks
    )
    {
        var problems = new List<Problem>();
        if (
            tasks.Count == 0
            || tasks.All(t =>
                !t.AllowDependencyFailure && t.DependsOn.Any(d => known.TryGetValue(d.Value, out var earlier) && !earlier.Completed)
            )
        )
        {
            problems.Add(Problem.Create(CampaignCodes.EmptyWorkflow, $"No task of iteration {iteration} can start"));
        }

        problems.AddRange(WorkflowCheck.FindProblems(tasks, id => known.TryGetValue(id, out var earlier) ? earlier.Id : (TaskId?)null));
        problems.AddRange(
            PublishCheck.FindConflicts(tasks, [], () =>
                earlierTasks.SelectMany(static task => task.Publish.Select(request => (request.Target, task.Id)))
            )
        );
        return problems.Count == 0 ? tasks : throw new ProblemException(problems);
    }

    // Executes each task after its dependencies. There is no cycle, so every pass executes at least one task.
    private TaskResults Execute(
        ICampaignSteps campaign,
        int iteration,
        IReadOnlyList<CampaignTask> tasks,
        Dictionary<string, TaskResult> known
    ) => new(iteration, options =>
        {
            var open = tasks.ToList();
            while (open.Count > 0)
            {
                foreach (var task in open.Where(t => t.DependsOn.All(d => known.ContainsKey(d.Value))).ToList())
                {
                    var missing = task.AllowDependencyFailure
                        ? null
                        : task.DependsOn.Select(d => known[d.Value]).FirstOrDefault(d => !d.Completed);
                    known.Add(
                        task.Id.Value,
                        missing is null
                            ? Execute(campaign, task, options)
                            : new TaskResult(task.Id, TaskOutcome.Skipped, null, "", options)
                            {
                                Reason =
                                    $"its dependency {missing.Id} {(missing.Outcome == TaskOutcome.Skipped ? "was skipped" : "failed")}",
                            }
                    );
                    open.Remove(task);
                }
            }

            return tasks.Select(t => known[t.Id.Value]);
        });

    private TaskResult Execute(ICampaignSteps campaign, CampaignTask task, JsonSerializerOptions options)
    {
        var attempts = new List<TaskAttempt>();
        var answers = 0;
        while (true)
        {
            var result = _execute(task)
                ?? throw new InvalidOperationException($"The function of the harness returned null for task '{task.Id}'");
            result =
                result.Json is { } json && task.Outputs.Contains(AttemptLayout.ResultsFile)
                    ? result.WithFile(AttemptLayout.ResultsFile, json)
                    : result;
            var files = WriteOutputs(result, Path.Combine("tasks", $"{task.Id}@{attempts.Count + 1}"));
            var missing = result.Reason is null
                ? task
                    .Outputs.Where(o =>
                        !Globs.IsPattern(o) && files.All(f => f.Path != o && !f.Path.StartsWith(o + "/", StringComparison.Ordinal))
                    )
                    .ToList()
                : [];
            var reason = result.Reason ?? (missing.Count == 0 ? null : "declared outputs were not produced: " + string.Join(", ", missing));
            var folder = files.Count == 0 ? "" : Path.Combine(_folder.Value, "tasks", $"{task.Id}@{attempts.Count + 1}");
            attempts.Add(CreateAttempt(task, attempts.Count + 1, result, reason) with { Folder = folder });
            if (reason is not null && answers < MaxAnswers && AskAboutFailure(campaign, task, attempts[^1]) is { } changed)
            {
                answers++;
                task = changed;
            }
            else if (reason is null || attempts.Count - answers >= task.MaxAttempts)
            {
                var work = folder;
                return new TaskResult(task.Id, reason is null ? TaskOutcome.Completed : TaskOutcome.Failed, result.Json, work, options)
                {
                    Reason = reason,
                    Files = files,
                    Attempts = attempts,
                };
            }
        }
    }

    // In a run an unusable answer is a warning; a test must see it.
    private static CampaignTask? AskAboutFailure(ICampaignSteps campaign, CampaignTask task, TaskAttempt ended)
    {
        var answer = FailureQuestions.AskAboutFailure(
            () => campaign,
            new FailedAttempt(new PlannedTask(task, []), ended),
            CreateQuestion(campaign)
        );
        return answer.Warning is { } warning ? throw new ProblemException(warning with { Severity = Severity.Error }) : answer.Task;
    }

    private TaskAttempt CreateAttempt(CampaignTask task, int index, HarnessResult result, string? reason) =>
        new()
        {
            Id = AttemptId.FromTrusted(FormattableString.Invariant($"20000101_000000_{++_attempts:x8}")),
            Index = index,
            State = reason is null ? "COMPLETED" : "FAILED",
            Outcome = reason is null ? TaskOutcome.Completed : TaskOutcome.Failed,
            Reason = reason,
            Cause =
                reason is null ? null
                : result.Reason is null ? OutputsMissing
                : result.Cause,
            OperatorKey = task.OperatorKey,
            Wiring = Sha256.ComputeTextHash(""),
            ExitCode = reason is null ? 0 : 1,
            CreatedAt = DateTimeOffset.UnixEpoch,
            SubmittedAt = DateTimeOffset.UnixEpoch,
            EndedAt = DateTimeOffset.UnixEpoch,
        };

    private List<ResultFile> WriteOutputs(HarnessResult result, string folder)
    {
        var left = new List<ResultFile>();
        foreach (var (path, text) in result.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            var full = Path.Combine(_folder.Value, folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, bytes);
            left.Add(new ResultFile(path, Sha256.ComputeHash(bytes), bytes.Length));
        }

        return left;
    }

    private static ProblemException CreateException(ProblemCode code, string message) => new(Problem.Create(code, message));
}
