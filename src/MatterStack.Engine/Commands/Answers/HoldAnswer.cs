using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Answers;

/// <summary>The answer of a person about a held task, from the arguments of <c>Respond</c>.</summary>
internal static class HoldAnswer
{
    /// <summary>Whether the arguments are an answer about a held task: the task is held, or the decision is one about held tasks.</summary>
    public static bool IsMeant(CommandContext context, RunReader reader) =>
        FindDecision(context) is not null
        || (context.Arguments.TaskId is { } id && reader.FindTask(TaskId.FromTrusted(id)) is { IsHeld: true });

    /// <summary>Builds and checks the request.</summary>
    public static Result<RunRequest> BuildRequest(CommandContext context, RunReader reader)
    {
        var arguments = context.Arguments;
        if (arguments.TaskId is not { } wanted)
        {
            return CreateTaskMissing(reader);
        }

        if (!TaskLookup.FindTask(reader, wanted).TryGet(out var task, out var problems))
        {
            return Result<RunRequest>.Fail(problems);
        }

        if (!task.IsHeld)
        {
            return Problem.Create(
                RunCodes.NotWaitingForPerson,
                $"Task '{wanted}' is {task.State.ToText()} and is not held{DescribeAnswer(reader, task)}"
            );
        }

        if (FindDecision(context) is not { } decision)
        {
            return CreateProblem(
                arguments.Decision is { } given ? $"Decision is '{given}'" : $"The answer to '{wanted}' has no decision",
                "The task is held: give -p:Decision=retry or -p:Decision=give_up."
            );
        }

        if (arguments is not { Data: null, DataFile: null })
        {
            return CreateProblem($"Task '{wanted}' is held, and the answer has data", "Leave out Data and DataFile.");
        }

        if (reader.ReadQueuedRequests().FirstOrDefault(r => r.Kind.Value == RequestKind.Respond && r.TaskId == task.TaskId) is { } queued)
        {
            return Problem.Create(
                RunCodes.NotWaitingForPerson,
                $"Task '{wanted}' is answered already by {queued.Actor} at {queued.At.ToText()}; "
                    + "that answer waits for the process that drives the run"
            );
        }

        var request = new RunRequest(
            RequestKind.Respond,
            task.TaskId,
            null,
            false,
            UntrustedText.ToLine($"{context.Host.User}@{context.Host.Machine}"),
            UntrustedText.ToLineOrNull(arguments.Comment)
        )
        {
            Decision = decision,
            Changes = ListChanges(arguments),
        };
        return request.Changes.Count == 0 ? request
            : decision == HoldDecision.GiveUp
                ? CreateProblem(
                    $"Decision is give_up, and {string.Join(", ", request.Changes.Select(c => c.Key))} has a value",
                    "Leave the values out, or give -p:Decision=retry."
                )
            : CheckChanges(context, reader, task, request);
    }

    /// <summary>The amended metadata that the arguments state, by name.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ListChanges(RunArguments arguments) =>
        [
            .. new (string Name, string? Text)[]
            {
                (nameof(arguments.MemoryGb), arguments.MemoryGb),
                (nameof(arguments.TimeLimitMinutes), arguments.TimeLimitMinutes),
                (nameof(arguments.Cores), arguments.Cores),
                (nameof(arguments.Nodes), arguments.Nodes),
                (nameof(arguments.Ranks), arguments.Ranks),
                (nameof(arguments.Gpus), arguments.Gpus),
                (nameof(arguments.GpuType), arguments.GpuType),
                (nameof(arguments.MaxAttempts), arguments.MaxAttempts),
            }
                .Where(static value => value.Text is not null)
                .Select(static value => KeyValuePair.Create(value.Name, value.Text!)),
        ];

    // The values and the site are checked here, so that an error names the argument; the process that drives the run checks them again.
    private static Result<RunRequest> CheckChanges(CommandContext context, RunReader reader, TaskRow task, RunRequest request)
    {
        var planned = TaskJson.Read(task.TaskId, task.OperatorKey, reader.FindDefinition(task.TaskId)!);
        if (!TaskAmendments.Parse(planned, request.Changes).TryGet(out var amendment, out var problems))
        {
            return Result<RunRequest>.Fail(problems);
        }

        if (context.Wirings.LoadPersisted(reader.Run.Path).TryGet(out var wiring) && wiring is not null)
        {
            problems = RoutingCheck.CheckTasks(context.Host.Catalog, [amendment.After.Task], wiring.Operators, WiringText.GetName(wiring));
        }

        return problems.Count == 0 ? request : Result<RunRequest>.Fail(problems);
    }

    private static HoldDecision? FindDecision(CommandContext context) =>
        HoldDecisionText.FindDecision(context.Arguments.Decision?.ToLowerInvariant());

    private static Problem CreateTaskMissing(RunReader reader)
    {
        var held = reader.ReadWaitingTasks().Where(static task => task.IsHeld).Select(static task => task.TaskId).Take(20).ToList();
        return new(
            RunCodes.NoSuchTask,
            "Respond needs a task: -p:TaskId=…",
            held.Count == 0 ? "No task is held now." : $"These are held: {string.Join(", ", held)}."
        );
    }

    private static string DescribeAnswer(RunReader reader, TaskRow task) =>
        reader.ReadEvents().LastOrDefault(e => e.Kind == EventKinds.RequestRespond && e.TaskId == task.TaskId) is { } answered
            ? $": answered by {answered.Actor} at {answered.At.ToText()} ({answered.Details})"
            : "";

    private static Problem CreateProblem(string message, string remedy) => new(RunCodes.InvalidAnswer, message, remedy);
}
