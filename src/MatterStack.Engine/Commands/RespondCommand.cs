using MatterStack.Engine.Commands.Answers;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Human;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary><c>Respond</c>: writes a person's answer to a waiting task. The answer is a file in the attempt's folder, so it needs no lock;
/// the process that drives the run reads it.</summary>
internal static class RespondCommand
{
    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            using var reader = new RunReader(run);
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
}
