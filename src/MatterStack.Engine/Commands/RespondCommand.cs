using MatterStack.Engine.Commands.Answers;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Human;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary><c>Respond</c>: writes a person's answer to a waiting task. The answer is a file in the attempt's folder, so it needs no lock;
/// the process that drives the run reads it. The answer about a held task is a request to the run.</summary>
internal static class RespondCommand
{
    public static CommandResult Execute(CommandContext context, CancellationToken cancel = default) =>
        context.WithRun(run =>
        {
            using var reader = new RunReader(run);
            if (HoldAnswer.IsMeant(context, reader))
            {
                return AnswerHold(context, run, reader, cancel);
            }

            if (HoldAnswer.ListChanges(context.Arguments) is [var (changed, _), ..])
            {
                return context.ReportFailure([
                    new Problem(
                        RunCodes.InvalidAnswer,
                        $"{changed} amends a held task, and the answer is not about one",
                        "Leave it out, or give -p:Decision=retry."
                    ),
                ]);
            }

            if (
                !PendingAnswer.FindTask(context, reader).TryGet(out var asked, out var problems)
                || !AnswerBuilder.BuildAnswer(context, asked).TryGet(out var answer, out problems)
            )
            {
                return context.ReportFailure(problems);
            }

            var task = asked.Planned.Task.Id;
            var writer = new AnswerFileWriter(context.WithGroupAccessOf(run).Host.Disk, asked.Folder, HumanExchange.ResponseFile);
            if (!writer.TryWriteAnswer(answer.Content))
            {
                return context.ReportFailure([
                    Problem.Create(
                        RunCodes.NotWaitingForPerson,
                        $"Task '{task}' is answered already{writer.DescribeResponder()}; the next Step or Loop reads that answer"
                    ),
                ]);
            }

            context.Log.Info(
                $"{context.Workspace.Slug}: task {task} of run {run.Id} is answered ({answer.Decision}); "
                    + "-t:Loop continues with it (a loop that is running reads it by itself)"
            );
            return new CommandResult(
                true,
                [
                    ReportItem.Create(
                        task.Value,
                        ("task_id", task.Value),
                        ("attempt_id", asked.Attempt),
                        ("run_id", reader.RunRow.RunId),
                        ("decision", answer.Decision),
                        ("status", answer.Status),
                        ("responded_by", answer.RespondedBy),
                        ("path", writer.FilePath)
                    ),
                ]
            );
        });

    private static CommandResult AnswerHold(CommandContext context, RunFolder run, RunReader reader, CancellationToken cancel)
    {
        if (!HoldAnswer.BuildRequest(context, reader).TryGet(out var request, out var problems))
        {
            return context.ReportFailure(problems);
        }

        var attempt = reader.FindTask(request.Task!.Value)?.CurrentAttemptId;
        // A reader holds one state of the store, and the answer changes it.
        reader.Dispose();
        var sent = RequestCommand.SendRequest(context, run, request, cancel);
        if (!sent.Success)
        {
            return sent;
        }

        if (request.Decision == HoldDecision.Retry)
        {
            context.Log.Info($"{context.Workspace.Slug}: -t:Loop continues with it (a loop that is running starts it by itself)");
        }

        return new CommandResult(
            true,
            [
                ReportItem.Create(
                    request.Task.Value.Value,
                    ("task_id", request.Task),
                    ("attempt_id", attempt),
                    ("run_id", run.Id),
                    ("decision", request.Decision?.ToText()),
                    ("responded_by", request.Actor)
                ),
            ]
        );
    }
}
