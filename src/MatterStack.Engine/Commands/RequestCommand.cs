using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>What a person asks of a run: <c>Pause</c>, <c>Resume</c>, <c>Cancel</c>, <c>Revive</c>, <c>Rerun</c>, <c>CancelAttempt</c>, <c>CleanupOrphans</c>.</summary>
/// <remarks>Granted here if nobody moves the run; otherwise left in the run's store for the one who does, and waited for.</remarks>
internal static class RequestCommand
{
    private static readonly TimeSpan PatienceForAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static CommandResult Execute(CommandContext context, RequestKind kind, CancellationToken cancel) => context.Guard(() =>
    {
        if (!context.Runs.Find(context.Arguments.RunId).TryGet(out var run, out var problems) || !Read(context, kind).TryGet(out var request, out problems))
        {
            return context.Fail(problems);
        }

        long? left = null;
        var since = context.Host.Clock.GetTimestamp();
        while (true)
        {
            var opened = RunSession.Open(context, run);
            if (opened.TryGet(out var session, out problems))
            {
                using (session)
                {
                    return Tell(context, run, Grant(session, request, left, cancel));
                }
            }

            if (problems.Any(p => p.Code != RunCodes.Locked))
            {
                return context.Fail(problems);
            }

            left ??= RequestBox.Put(run, request, context.Host.Clock.GetUtcNow());
            if (RequestBox.Answer(run, left.Value) is { } answer)
            {
                return Tell(context, run, answer);
            }

            if (cancel.IsCancellationRequested || context.Host.Clock.GetElapsedTime(since) > PatienceForAnswer)
            {
                context.Log.Say($"run {run.Id}: the request is recorded; whoever moves the run has not taken it up yet ({problems[0].Message})");
                return new CommandResult(true, [RunItem.Of(context, run)]);
            }

            cancel.WaitHandle.WaitOne(Pause);
        }
    });

    // A request that was left in the store first is answered with all others there.
    private static RequestAnswer Grant(RunSession session, RunRequest request, long? left, CancellationToken cancel)
    {
        RequestAnswer? answer = null;
        session.Conduct(looping: false, Unobserved.Instance, null, conductor => answer = left is { } seq ? conductor.AttendAll(seq) : conductor.Attend(request), cancel);
        return answer!;
    }

    private static CommandResult Tell(CommandContext context, RunFolder run, RequestAnswer answer)
    {
        if (!answer.Done)
        {
            return context.Fail([new Problem(RunCodes.RequestRefused, $"Run {run.Id}: {answer.Text}", "")]);
        }

        context.Log.Say($"{context.Workspace.Slug}: run {run.Id}: {answer.Text}");
        return new CommandResult(true, [RunItem.Of(context, run)]);
    }

    private static Result<RunRequest> Read(CommandContext context, RequestKind kind)
    {
        var arguments = context.Arguments;
        TaskId? task = null;
        AttemptId? attempt = null;
        if (kind == RequestKind.Rerun)
        {
            if (!TaskId.TryParse(arguments.TaskId, out var parsed))
            {
                return Problem.Of(RunCodes.NoSuchTask, arguments.TaskId is null ? "Rerun needs a task: -p:TaskId=…" : $"'{arguments.TaskId}' cannot be a task's id");
            }

            task = parsed;
        }

        if (kind == RequestKind.CancelAttempt)
        {
            if (!AttemptId.TryParse(arguments.AttemptId, out var parsed))
            {
                return new Problem(RunCodes.IllegalArgument, arguments.AttemptId is null ? "CancelAttempt needs an attempt: -p:AttemptId=…" : $"'{arguments.AttemptId}' cannot be an attempt's id",
                    "-t:Status lists the attempts under way.");
            }

            attempt = parsed;
        }

        return new RunRequest(kind, task, attempt, arguments.Downstream, OutsideText.ToLine($"{context.Host.User}@{context.Host.Machine}"), OutsideText.ToLineOrNull(arguments.Reason));
    }
}
