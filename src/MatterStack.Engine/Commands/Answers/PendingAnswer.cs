using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Answers;

/// <summary>An attempt that waits for a person's answer.</summary>
/// <param name="Planned">Its task.</param>
/// <param name="Attempt">Its id.</param>
/// <param name="Folder">Its folder.</param>
internal sealed record PendingAnswer(PlannedTask Planned, AttemptId Attempt, string Folder)
{
    /// <summary>Most tasks that a message lists.</summary>
    private const int MaxListed = 20;

    private string SchemaFile => Path.Combine(Folder, AttemptLayout.WorkFolder, AnswerSchema.FileName);

    /// <summary>Finds the task that the arguments name, and checks that it waits for a person.</summary>
    public static Result<PendingAnswer> FindTask(CommandContext context, RunReader reader)
    {
        if (context.Arguments.TaskId is not { } wanted)
        {
            return CreateTaskMissing(
                reader.ReadWaitingTasks().Where(task => context.TakesResponses(task.OperatorKey)).Take(MaxListed).ToList()
            );
        }

        if (!TaskLookup.FindTask(reader, wanted).TryGet(out var task, out var problems))
        {
            return Result<PendingAnswer>.Fail(problems);
        }

        if (!OperatorKey.TryParseCanonical(task.OperatorKey.Value, out var key) || !context.TakesResponses(task.OperatorKey))
        {
            return Problem.Create(
                RunCodes.NotWaitingForPerson,
                $"Task '{wanted}' is with {task.OperatorKey}, which a person does not answer"
                    + (task.State == TaskState.WaitingExternal ? $"; it {task.Reason}" : "")
            );
        }

        if (task.State != TaskState.WaitingExternal || task.CurrentAttemptId is not { } current)
        {
            return Problem.Create(
                RunCodes.NotWaitingForPerson,
                $"Task '{wanted}' is {task.State.ToText()}"
                    + (
                        task.State.IsEnd()
                            ? $"{DescribeAnswer(reader, task)}; a later answer has no effect"
                            : ": it does not wait for an answer yet"
                    )
            );
        }

        var attempt = reader.FindAttempt(current)!;
        var folder = Path.Combine(reader.Run.Path, attempt.RelativePath);
        var planned = TaskJson.Read(task.TaskId, key, reader.FindDefinition(task.TaskId)!);
        return Directory.Exists(folder)
            ? new PendingAnswer(planned, attempt.AttemptId, folder)
            : new Problem(
                RunCodes.NotWaitingForPerson,
                $"The folder of task '{wanted}', {folder}, was removed, together with the request",
                "Give -t:Step, which creates the folder again; then give the answer again."
            );
    }

    /// <summary>Compares the data of an answer with the schema that the task has, if any. Returns the first mismatch, or null.</summary>
    /// <param name="dataJson">The data as JSON.</param>
    public Problem? FindMismatch(string dataJson) =>
        Planned.Inputs.Any(input => input.Path == AnswerSchema.FileName) && AnswerSchema.FindMismatch(SchemaFile, dataJson) is { } mismatch
            ? new Problem(
                RunCodes.InvalidAnswer,
                $"The data do not match the task's schema.json: {mismatch}",
                $"Correct them; the schema is {SchemaFile}."
            )
            : null;

    private static Problem CreateTaskMissing(List<TaskRow> waiting) =>
        new(
            RunCodes.NoSuchTask,
            "Respond needs a task: -p:TaskId=…",
            waiting.Count == 0
                ? "No task waits for a person now."
                : $"These wait: {string.Join(", ", waiting.Select(task => task.TaskId))}."
        );

    private static string DescribeAnswer(RunReader reader, TaskRow task)
    {
        var answered = task.CurrentAttemptId is null
            ? null
            : reader.ReadEvents().LastOrDefault(e => e.Kind == EventKinds.AttemptAnswered && e.AttemptId == task.CurrentAttemptId);
        return answered is null
            ? ""
            : $": answered{(answered.Actor is null ? "" : " by " + answered.Actor)} at {answered.At.ToText()} ({answered.Details})";
    }
}
