using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Answers;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Changes what tasks of a run ask for, from their next attempts on. Several tasks are only shown until the user confirms
/// it.</summary>
internal static class AmendCommand
{
    private const int MaxProblems = 10;
    private const int MaxShown = 50;

    public static CommandResult Execute(CommandContext context, CancellationToken cancel) =>
        context.WithRun(run =>
        {
            RunRequest? request;
            IReadOnlyList<TaskAmendment> amendments;
            using (var reader = new RunReader(run))
            {
                if (
                    !ReadChanges(context).TryGet(out var changes, out var problems)
                    || !FindTasks(context, reader).TryGet(out var tasks, out problems)
                    || !CheckTasks(context, reader, tasks, changes).TryGet(out amendments!, out problems)
                )
                {
                    return context.ReportFailure(problems);
                }

                if (tasks.Count > 1 && !context.Arguments.Confirm)
                {
                    return ShowTasks(context, reader, tasks, amendments, changes);
                }

                request = CreateRequest(context, tasks, changes);
            }

            var result = RequestCommand.SendRequest(context, run, request, cancel);
            return result with
            {
                Items = [.. result.Items, .. amendments.Select(static amendment => CreateItem(amendment, isConfirmed: true))],
            };
        });

    private static Result<IReadOnlyList<KeyValuePair<string, string>>> ReadChanges(CommandContext context)
    {
        var arguments = context.Arguments;
        List<KeyValuePair<string, string>> changes =
        [
            .. HoldAnswer.ListChanges(arguments),
            .. new (string Name, string? Text)[]
            {
                (nameof(arguments.OperatorKey), arguments.OperatorKey),
                (nameof(arguments.Priority), arguments.Priority),
                (nameof(arguments.RetryOn), arguments.RetryOn),
                (nameof(arguments.Command), arguments.Command),
                (nameof(arguments.Env), arguments.Env),
            }
                .Where(static value => value.Text is not null)
                .Select(static value => KeyValuePair.Create(value.Name, value.Text!)),
        ];
        return changes.Count == 0
                ? new Problem(
                    RunCodes.InvalidArgument,
                    "Amend has no value to change",
                    $"Give one of -p:{string.Join("=…, -p:", TaskAmendments.AmendNames)}=…; "
                        + $"or, with -p:ChangesResult=true, -p:{string.Join("=…, -p:", TaskAmendments.ResultNames)}=…."
                )
            : changes.Find(static change => TaskAmendments.ResultNames.Contains(change.Key)) is { Key: { } name }
            && !arguments.ChangesResult
                ? new Problem(
                    RunCodes.InvalidArgument,
                    $"{name} decides the result of a task, and Amend does not change results",
                    "Give -p:ChangesResult=true if the result may change: the task's fingerprint then changes, too."
                )
            : Result<IReadOnlyList<KeyValuePair<string, string>>>.Ok(changes, []);
    }

    // Completed tasks of a selection have their result; the others are amended.
    private static Result<IReadOnlyList<TaskRow>> FindTasks(CommandContext context, RunReader reader)
    {
        if (context.Arguments is { TaskId: null, Select: null })
        {
            return new Problem(
                RunCodes.NoSuchTask,
                "Amend needs a task: -p:TaskId=… or -p:Select=…",
                "Select takes patterns of ids and state=, cause=, operator=, iteration=, e.g. -p:Select=state=FAILED."
            );
        }

        if (!FindSelected(context, reader).TryGet(out var wanted, out var problems))
        {
            return Result<IReadOnlyList<TaskRow>>.Fail(problems);
        }

        var found = reader.ReadTasks().Where(task => wanted.Contains(task.TaskId)).ToList();
        var open = found.Where(static task => task.State != TaskState.Completed).ToList();
        if (open.Count == 0)
        {
            return new Problem(
                RunCodes.RequestRefused,
                found.Count == 1 ? $"Task '{found[0].TaskId}' is COMPLETED" : $"All {found.Count} selected tasks are COMPLETED",
                "A result does not change. To compute it in another way: -t:Rerun first, then -t:Amend."
            );
        }

        if (open.Count < found.Count)
        {
            context.Log.Info(
                $"  {CountText.FormatCount(found.Count - open.Count, "selected task is", "selected tasks are")} COMPLETED and left out"
            );
        }

        return Result<IReadOnlyList<TaskRow>>.Ok(open, []);
    }

    private static Result<HashSet<TaskId>> FindSelected(CommandContext context, RunReader reader) =>
        context.Arguments switch
        {
            { Select: not null, TaskId: not null } => new Problem(
                RunCodes.InvalidArgument,
                "Both Select and TaskId are given",
                "Give one of them."
            ),
            { Select: { } selection } => reader.SelectTasks(selection).TryGet(out var tasks, out var problems)
                ? tasks.ToHashSet()
                : Result<HashSet<TaskId>>.Fail(problems),
            var arguments => TaskLookup.FindTask(reader, arguments.TaskId!).TryGet(out var task, out var problems)
                ? new HashSet<TaskId> { task.TaskId }
                : Result<HashSet<TaskId>>.Fail(problems),
        };

    private static CommandResult ShowTasks(
        CommandContext context,
        RunReader reader,
        IReadOnlyList<TaskRow> tasks,
        IReadOnlyList<TaskAmendment> amendments,
        IReadOnlyList<KeyValuePair<string, string>> changes
    )
    {
        foreach (var task in tasks.Take(MaxShown))
        {
            context.Log.Info($"  {task.TaskId} {task.State.ToText()}{(task.Reason is { } reason ? ": " + reason : "")}");
        }

        if (tasks.Count > MaxShown)
        {
            context.Log.Info($"  and {tasks.Count - MaxShown} more");
        }

        var values = string.Join(", ", changes.Select(static change => $"{change.Key}={change.Value}"));
        context.Log.Info(
            $"{context.Workspace.Slug}: run {reader.Run.Id}: {values} would amend {CountText.FormatCount(tasks.Count, "task")}; "
                + "nothing is changed. -p:Confirm=true does it"
        );
        return new CommandResult(true, [.. amendments.Select(static amendment => CreateItem(amendment, isConfirmed: false))]);
    }

    // The values and the site are checked here, so that an error names the argument; the process that drives the run checks them again.
    private static Result<IReadOnlyList<TaskAmendment>> CheckTasks(
        CommandContext context,
        RunReader reader,
        IReadOnlyList<TaskRow> tasks,
        IReadOnlyList<KeyValuePair<string, string>> changes
    )
    {
        var amendments = new List<TaskAmendment>();
        var problems = new List<Problem>();
        var definitions = reader.ReadDefinitions().ToDictionary(static task => task.Task, static task => task.Definition);
        foreach (var task in tasks)
        {
            var planned = TaskJson.Read(task.TaskId, task.OperatorKey, definitions[task.TaskId]);
            if (TaskAmendments.Parse(planned, changes).TryGet(out var amendment, out var found))
            {
                amendments.Add(amendment);
            }
            else
            {
                problems.AddRange(found);
            }
        }

        if (context.Wirings.LoadPersisted(reader.Run.Path).TryGet(out var wiring) && wiring is not null)
        {
            problems.AddRange(
                RoutingCheck.CheckTasks(
                    context.Host.Catalog,
                    amendments.Where(static amendment => amendment.ChangesAttempt).Select(static amendment => amendment.After.Task),
                    wiring.Operators,
                    WiringText.GetName(wiring)
                )
            );
        }

        return problems.Count == 0
            ? Result<IReadOnlyList<TaskAmendment>>.Ok(amendments, [])
            : Result<IReadOnlyList<TaskAmendment>>.Fail(
                problems.Count <= MaxProblems
                    ? problems
                    :
                    [
                        .. problems.Take(MaxProblems),
                        Problem.Create(
                            RunCodes.InvalidArgument,
                            $"And {CountText.FormatCount(problems.Count - MaxProblems, "more problem")}"
                        ),
                    ]
            );
    }

    private static RunRequest CreateRequest(
        CommandContext context,
        IReadOnlyList<TaskRow> tasks,
        IReadOnlyList<KeyValuePair<string, string>> changes
    ) =>
        new(
            RequestKind.Amend,
            tasks.Count == 1 ? tasks[0].TaskId : (TaskId?)null,
            null,
            false,
            UntrustedText.ToLine($"{context.Host.User}@{context.Host.Machine}"),
            UntrustedText.ToLineOrNull(context.Arguments.Reason)
        )
        {
            Tasks = [.. tasks.Select(static task => task.TaskId)],
            Changes = changes,
            ChangesResult = context.Arguments.ChangesResult,
        };

    private static ReportItem CreateItem(TaskAmendment amendment, bool isConfirmed) =>
        ReportItem.Create(
            amendment.After.Task.Id.Value,
            ("item", "amendment"),
            ("task_id", amendment.After.Task.Id),
            ("confirmed", isConfirmed ? "true" : "false"),
            ("changes", amendment.Describe()),
            ("changes_result", amendment.ChangesResult ? "true" : "false"),
            ("definition_sha256", AmendmentTable.ComputeHash(amendment.After).Hex),
            ("previous_definition_sha256", AmendmentTable.ComputeHash(amendment.Before).Hex)
        );
}
