using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Reports the progress of a run: a line per change while there are few changes, and a regular summary.</summary>
internal sealed class ProgressReporter(string slug, RunFolder run, ICommandLog log, TimeProvider clock) : IRunObserver
{
    private static readonly TimeSpan SummaryPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SummaryPauseWhileSilent = TimeSpan.FromSeconds(5);

    // An unchanged summary only shows that this process is alive.
    private static readonly TimeSpan SignOfLife = TimeSpan.FromMinutes(5);

    // Two clocks may differ by this much for one time span. A larger difference means that one of them was set.
    private static readonly TimeSpan Agreement = TimeSpan.FromSeconds(10);

    // Maximum number of lines at once, and additional lines per second.
    private const double Burst = 40;
    private const double Refill = 2;

    private readonly Dictionary<AttemptId, (DateTimeOffset At, long Stamp)> _started = [];
    private readonly WorkEstimate _estimate = new(clock);
    private double _allowance = Burst;
    private long _refilledAt = clock.GetTimestamp();
    private long _summaryAt = clock.GetTimestamp();
    private string? _counted;
    private string? _putOff;
    private int _unsaid;

    public void ReportStart(RunModel model) => _estimate.Begin(model);

    public void ReportChanges(RunModel model, IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case Change.AttemptMoved { State: AttemptState.Running } moved:
                    _started[moved.Attempt.Id] = (moved.At, clock.GetTimestamp());
                    if (_allowance > Burst / 2)
                    {
                        Line(model, $"{moved.Attempt.Task.Id} started{AttemptText(moved.Attempt)}");
                    }

                    break;
                case Change.AttemptMoved { State: AttemptState.Ended ended } moved:
                    Ended(model, moved, ended);
                    break;
                case Change.EndRequested { Attempt: { } attempt, Request: { SentAt: null, PendingReason: { } trouble } }:
                    Line(model, $"{attempt.Task.Id}: the request to end it could not be delivered: {trouble}");
                    break;
                case Change.EndRequested { Attempt: { } attempt, Request: { SentAt: not null } request }:
                    Line(model, $"{attempt.Task.Id} was told to end{(request.PendingReason is null ? $" ({request.Reason})" : ": " + request.PendingReason)}");
                    break;
                case Change.TaskMoved { To: TaskState.WaitingExternal } moved:
                    _estimate.Wait(moved.Task);
                    Line(model, $"{moved.Task.Id} {moved.Reason}");
                    break;
                case Change.IterationEnded { Next.Tasks: { } tasks } over:
                    log.Say($"{slug}: iteration {over.Iteration} is analyzed; iteration {over.Iteration + 1} has {tasks.Count} tasks");
                    break;
                case Change.IterationEnded over:
                    log.Say($"{slug}: iteration {over.Iteration} is analyzed; the campaign is finished");
                    break;
                case Change.EventRecorded { Kind: "HOOK_FAILED" } failed:
                    Line(model, $"hook {failed.Details}");
                    break;
                case Change.EventRecorded { Kind: "ATTEMPT_WARNED" } warned:
                    Line(model, $"{warned.Task} warning: {warned.Details}");
                    break;
                case Change.TaskMoved { To: TaskState.Skipped } moved:
                    Line(model, $"{moved.Task.Id} skipped: {moved.Reason}");
                    break;
                case Change.TaskMoved { To: TaskState.Failed } moved when moved.Task.AttemptCount == 0:
                    Line(model, $"{moved.Task.Id} FAILED: {moved.Reason}");
                    break;
                default:
                    break;
            }
        }

        foreach (var putOff in changes.OfType<Change.EventRecorded>().Where(n => n.Kind == TickPlanner.PostponedEvent).GroupBy(n => n.Details))
        {
            PutOff(model, putOff.Key, [.. putOff]);
        }

        _estimate.Follow(model);
    }

    public void ReportRoundEnd(RunModel model)
    {
        var silent = clock.GetElapsedTime(_summaryAt);
        if (_unsaid > 0 ? silent >= SummaryPauseWhileSilent : silent >= SignOfLife || (silent >= SummaryPause && Counts(model) != _counted))
        {
            Summary(model);
        }
    }

    public void ReportProblem(Problem problem) => log.Report(problem);

    public void Summary(RunModel model)
    {
        _summaryAt = clock.GetTimestamp();
        _unsaid = 0;
        _counted = Counts(model);
        log.Say(_counted + (Done(model) < model.Tasks.Count ? _estimate.Words(model) : ""));
    }

    private string Counts(RunModel model)
    {
        var failed = model.CountTasks(TaskState.Failed);
        var allowed = failed == 0 ? 0 : model.Tasks.Count(static task => task is { State: TaskState.Failed, AllowFailure: true });
        return string.Create(CultureInfo.InvariantCulture, $"{slug}: {Done(model)} of {model.Tasks.Count} done")
            + Part(model.CountTasks(TaskState.Running), "under way") + Part(model.CountTasks(TaskState.WaitingExternal), "waiting for people or instruments")
            + Part(model.LiveAttempts.Count(static attempt => attempt.EndRequest is not null), "being ended") + Part(failed, "failed" + (allowed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({allowed} allowed to)")))
            + Part(model.CountTasks(TaskState.Cancelled), "cancelled") + Part(model.CountTasks(TaskState.Skipped), "skipped");
    }

    /// <summary>Formats a time span for people.</summary>
    internal static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.0} h"),
    };

    private void Ended(RunModel model, Change.AttemptMoved moved, AttemptState.Ended ended)
    {
        var attempt = moved.Attempt;
        var took = _started.Remove(attempt.Id, out var began) ? $" ({Span(Took(began, moved.At))})" : "";
        if (moved.End?.CachedResult is null && ended.Outcome != AttemptOutcome.Cancelled && (ended.Outcome == AttemptOutcome.Completed || attempt.Index >= attempt.Task.MaxAttempts))
        {
            _estimate.Count(model, attempt.Task);
        }

        if (ended.Outcome == AttemptOutcome.Completed)
        {
            Line(model, $"{attempt.Task.Id} completed{(moved.End?.CachedResult is null ? took : " (from the cache)")}{(ended.Reason is null ? "" : ": " + ended.Reason)}");
            return;
        }

        var next = attempt.Index < attempt.Task.MaxAttempts && ended.Outcome != AttemptOutcome.Cancelled ? $"; attempt {attempt.Index + 1} of {attempt.Task.MaxAttempts} follows" : "";
        var word = ended.Outcome == AttemptOutcome.Cancelled ? "cancelled" : "FAILED";
        Line(model, $"{attempt.Task.Id} {word}{took}: {ended.Reason}{next}{(AttemptLog.Of(run, attempt.RelativePath) is { } file ? "; log: " + file : "")}");
    }

    // The times of the attempt are more exact, but their clock may have been set. The span that this process measured is not affected.
    private TimeSpan Took((DateTimeOffset At, long Stamp) began, DateTimeOffset ended)
    {
        var (told, seen) = (ended - began.At, clock.GetElapsedTime(began.Stamp));
        return told >= TimeSpan.Zero && (told - seen).Duration() < Agreement ? told : seen;
    }

    private void Line(RunModel model, string text)
    {
        _allowance = Math.Min(Burst, _allowance + clock.GetElapsedTime(_refilledAt).TotalSeconds * Refill);
        _refilledAt = clock.GetTimestamp();
        if (_allowance < 1)
        {
            _unsaid++;
            log.Detail(text);
            return;
        }

        _allowance--;
        var width = model.Tasks.Count.ToString(CultureInfo.InvariantCulture).Length;
        log.Say($"  {slug} [{Done(model).ToString(CultureInfo.InvariantCulture).PadLeft(width)}/{model.Tasks.Count}] {text}");
    }

    // Many attempts can wait for the same reason: one line for all of them, and only when the reason changes.
    private void PutOff(RunModel model, string why, IReadOnlyList<Change.EventRecorded> attempts)
    {
        if (_putOff != why)
        {
            _putOff = why;
            Line(model, attempts.Count == 1 ? $"{attempts[0].Task} is put off: {why}" : $"{attempts.Count} tasks are put off: {why}");
        }
    }

    private static int Done(RunModel model) =>
        model.CountTasks(TaskState.Completed) + model.CountTasks(TaskState.Failed) + model.CountTasks(TaskState.Cancelled) + model.CountTasks(TaskState.Skipped);

    private static string AttemptText(LiveAttempt attempt) => attempt.Index > 1 ? string.Create(CultureInfo.InvariantCulture, $" (attempt {attempt.Index})") : "";

    private static string Part(int count, string words) => count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {count} {words}") : "";
}
