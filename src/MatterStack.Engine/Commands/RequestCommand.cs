using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>A user's request to a run: <c>Pause</c>, <c>Resume</c>, <c>Cancel</c>, <c>Revive</c>, <c>Rerun</c>, <c>CancelAttempt</c>,
/// <c>CleanupOrphans</c>, <c>Annotate</c>, and <c>Respond</c> for a held task.</summary>
/// <remarks>Granted here if no process drives the run. Otherwise the request goes into the run's store, and this command waits for the
/// answer of the process that drives the run.</remarks>
internal static class RequestCommand
{
    private static readonly TimeSpan MaxWaitForAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public static CommandResult Execute(CommandContext context, RequestKind kind, CancellationToken cancel) =>
        context.WithRun(run =>
        {
            if (!ReadRequest(context, kind).TryGet(out var request, out var problems))
            {
                return context.ReportFailure(problems);
            }

            if (context.Arguments.Select is not { } selection || kind is not (RequestKind.Rerun or RequestKind.CancelAttempt))
            {
                return SendRequest(context, run, request, cancel);
            }

            return SelectedRequest.AddTasks(context, run, request, selection, out var shown).TryGet(out var selected, out problems)
                ? shown ?? SendRequest(context, run, selected, cancel)
                : context.ReportFailure(problems);
        });

    /// <summary>Grants a request here, or sends it to the process that drives the run and waits for its answer.</summary>
    public static CommandResult SendRequest(CommandContext context, RunFolder run, RunRequest request, CancellationToken cancel)
    {
        long? left = null;
        var since = context.Host.Clock.GetTimestamp();
        while (true)
        {
            var opened = RunSession.Open(context, run, ReportCommand.LivePages);
            if (opened.TryGet(out var session, out var problems))
            {
                RequestAnswer granted;
                using (session)
                {
                    granted = GrantRequest(session, request, left, cancel);
                }

                return ReportAnswer(context, run, request, granted);
            }

            if (problems.Any(p => p.Code != RunCodes.Locked))
            {
                return context.ReportFailure(problems);
            }

            left ??= RequestTable.AddRequest(run, request, context.Host.Disk, context.Host.Clock.GetUtcNow());
            if (RequestTable.FindAnswer(run, left.Value) is { } answer)
            {
                WaitForDelivery(context, run, request, answer, cancel);
                return ReportAnswer(context, run, request, answer);
            }

            if (cancel.IsCancellationRequested || context.Host.Clock.GetElapsedTime(since) > MaxWaitForAnswer)
            {
                return ReportQueued(context, run, request, problems[0]);
            }

            cancel.WaitHandle.WaitOne(PollInterval);
        }
    }

    // A request that is in the store already is granted together with all other requests there.
    private static RequestAnswer GrantRequest(RunSession session, RunRequest request, long? left, CancellationToken cancel)
    {
        RequestAnswer? answer = null;
        session.DriveRun(
            looping: false,
            NullRunObserver.Instance,
            null,
            conductor =>
                answer = left is { } seq
                    ? conductor.GrantQueuedRequests(seq, request.Kind, cancel)
                    : conductor.GrantRequest(request, cancel),
            cancel
        );
        return answer!;
    }

    // The process that drives the run delivers the request; the store shows the outcome.
    private static void WaitForDelivery(
        CommandContext context,
        RunFolder run,
        RunRequest request,
        RequestAnswer answer,
        CancellationToken cancel
    )
    {
        var since = context.Host.Clock.GetTimestamp();
        while (
            answer.IsGranted
            && RequestsEnds(request)
            && !cancel.IsCancellationRequested
            && context.Host.Clock.GetElapsedTime(since) < context.Host.Conducting.RequestedEndTimeout
        )
        {
            using (var reader = new RunReader(run))
            {
                if (SelectEnds(reader.ReadOpenEnds(), request).All(e => e is { SentAt: null, DeliveryProblem: not null }))
                {
                    return;
                }
            }

            cancel.WaitHandle.WaitOne(PollInterval);
        }
    }

    private static CommandResult ReportAnswer(CommandContext context, RunFolder run, RunRequest request, RequestAnswer answer)
    {
        if (!answer.IsGranted)
        {
            return context.ReportFailure([
                new Problem(RunCodes.RequestRefused, $"Run {run.Id}: {answer.Text}", SuggestInstead(run, request)),
            ]);
        }

        using var reader = new RunReader(run);
        var ends = reader.ReadOpenEnds().Where(end => request.Tasks.Count == 0 || IsMeant(end, request)).ToList();
        var isOver = request.Kind == RequestKind.Cancel && reader.State == RunState.Cancelled;
        context.Log.Info(
            $"{context.Workspace.Slug}: run {run.Id}: {answer.Text}"
                + $"{(isOver ? "; it is cancelled" : RequestsEnds(request) ? EndRequestText.DescribeDelivered(ends, request.Attempt) : "")}"
        );
        var untold = EndRequestText.FindUndelivered(run, ends, request.Attempt);
        if (untold is not null)
        {
            context.Log.Report(RequestsEnds(request) ? untold : untold.AsWarning());
        }

        return new CommandResult(untold is null || !RequestsEnds(request), [RunReportItem.Create(context, run)]);
    }

    // The last attempt of a held task has ended, so it cannot be cancelled.
    private static string SuggestInstead(RunFolder run, RunRequest request)
    {
        if (request is not { Kind: RequestKind.CancelAttempt, Attempt: { } attempt })
        {
            return "";
        }

        using var reader = new RunReader(run);
        return reader.FindAttempt(attempt) is { } row && reader.FindTaskOf(row) is { IsHeld: true } task
            ? $"Task '{task.TaskId}' is held: -t:Respond -p:TaskId={task.TaskId} -p:Decision=give_up ends it."
            : "";
    }

    // A request that no process has read has ended nothing, so it is an error.
    private static CommandResult ReportQueued(CommandContext context, RunFolder run, RunRequest request, Problem locked)
    {
        var words = $"the request is recorded; the process that drives the run has not granted it yet ({locked.Message})";
        if (RequestsEnds(request))
        {
            context.Log.Report(
                new Problem(
                    RunCodes.EndRequestFailed,
                    $"Run {run.Id}: {words}",
                    "The next command that drives the run grants it: give -t:Step when the process that holds the run has ended."
                )
            );
            return new CommandResult(false, [RunReportItem.Create(context, run)]);
        }

        context.Log.Info($"{context.Workspace.Slug}: run {run.Id}: {words}");
        return new CommandResult(true, [RunReportItem.Create(context, run)]);
    }

    private static bool RequestsEnds(RunRequest request) => request.Kind is RequestKind.Cancel or RequestKind.CancelAttempt;

    private static IEnumerable<EndRow> SelectEnds(IReadOnlyList<EndRow> ends, RunRequest request) =>
        ends.Where(e => e.AttemptId is not null && IsMeant(e, request));

    private static bool IsMeant(EndRow end, RunRequest request) =>
        request.Tasks.Count > 0
            ? end.TaskId is { } task && request.Tasks.Contains(task)
            : request.Attempt is not { } only || end.AttemptId == only;

    private static Result<RunRequest> ReadRequest(CommandContext context, RequestKind kind)
    {
        var arguments = context.Arguments;
        TaskId? task = null;
        AttemptId? attempt = null;
        if (arguments.Select is not null && (kind == RequestKind.Rerun ? arguments.TaskId : arguments.AttemptId) is not null)
        {
            return SelectedTasks.CreateBothGiven(kind == RequestKind.Rerun ? "TaskId" : "AttemptId");
        }

        if (kind == RequestKind.Rerun && arguments.Select is null)
        {
            if (!TaskId.TryParse(arguments.TaskId, out var parsed))
            {
                return Problem.Create(
                    RunCodes.NoSuchTask,
                    arguments.TaskId is null
                        ? "Rerun needs a task: -p:TaskId=… or -p:Select=…"
                        : $"'{arguments.TaskId}' cannot be a task's id"
                );
            }

            task = parsed;
        }

        if (kind == RequestKind.CancelAttempt && arguments.Select is null)
        {
            if (!AttemptId.TryParse(arguments.AttemptId, out var parsed))
            {
                return new Problem(
                    RunCodes.InvalidArgument,
                    arguments.AttemptId is null
                        ? "CancelAttempt needs an attempt: -p:AttemptId=… or -p:Select=…"
                        : $"'{arguments.AttemptId}' cannot be an attempt's id",
                    "-t:Status lists the live attempts."
                );
            }

            attempt = parsed;
        }

        if (kind == RequestKind.Annotate && arguments is { Tags: null, Note: null })
        {
            return new Problem(
                RunCodes.InvalidArgument,
                "Annotate needs tags or a note",
                "-p:Tags=\"paper pilot\" sets the tags, +x adds one and -x removes it; -p:Note=… sets the note."
            );
        }

        return new RunRequest(
            kind,
            task,
            attempt,
            arguments.Downstream,
            UntrustedText.ToLine($"{context.Host.User}@{context.Host.Machine}"),
            UntrustedText.ToLineOrNull(arguments.Reason)
        )
        {
            Tags = kind == RequestKind.Annotate ? UntrustedText.ToLineOrNull(arguments.Tags, UntrustedText.MaxLineLength) : null,
            Note = kind == RequestKind.Annotate ? UntrustedText.ToLineOrNull(arguments.Note) : null,
        };
    }
}
