using System.Globalization;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Conducting;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Reports the progress of a run: a line per change while there are few changes, and a regular summary. Each line names the
/// campaign, because several can be built at once.</summary>
/// <param name="slug">Name of the workspace.</param>
/// <param name="run">The run.</param>
/// <param name="log">Receives the lines.</param>
/// <param name="isExternal">Whether people or instruments do the work of an operator key.</param>
/// <param name="clock">The clock.</param>
internal sealed class ProgressReporter(string slug, RunFolder run, ICommandLog log, Func<OperatorKey, bool> isExternal, TimeProvider clock)
    : IRunObserver
{
    private static readonly TimeSpan SummaryInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SummaryIntervalAfterSkippedLines = TimeSpan.FromSeconds(5);

    // An unchanged summary only shows that this process is alive.
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMinutes(5);

    // Two clocks may differ by this much for one time span. A larger difference means that one of them was set.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(10);

    // Maximum number of lines at once, and additional lines per second.
    private const double MaxLinesAtOnce = 40;
    private const double LinesPerSecond = 2;

    private readonly Dictionary<AttemptId, (DateTimeOffset At, long Stamp)> _started = [];
    private readonly WorkEstimate _estimate = new(isExternal, clock);
    private double _availableLines = MaxLinesAtOnce;
    private long _refilledAt = clock.GetTimestamp();
    private long _summaryAt = clock.GetTimestamp();
    private string? _lastCounts;
    private string? _lastPostponement;
    private int _skippedLines;

    public void ReportStart(RunModel model) => _estimate.StartMeasuring(model);

    public void ReportChanges(RunModel model, IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case Change.AttemptMoved { State: AttemptState.Running } moved:
                    _started[moved.Attempt.Id] = (moved.At, clock.GetTimestamp());
                    if (_availableLines > MaxLinesAtOnce / 2)
                    {
                        ReportLine(model, $"{moved.Attempt.Task.Id} started{DescribeAttempt(moved.Attempt)}");
                    }

                    break;
                case Change.AttemptMoved { State: AttemptState.Ended ended } moved:
                    ReportAttemptEnd(model, moved, ended);
                    break;
                case Change.EndRequested { Attempt: { } attempt, Request: { SentAt: null, PendingReason: { } trouble } }:
                    ReportLine(model, $"{attempt.Task.Id}: the request to end it could not be delivered: {trouble}");
                    break;
                case Change.EndRequested { Attempt: { } attempt, Request: { SentAt: not null } request }:
                    ReportLine(
                        model,
                        $"{attempt.Task.Id} was told to end"
                            + $"{(request.PendingReason is null ? $" ({request.Reason})" : ": " + request.PendingReason)}"
                    );
                    break;
                case Change.TaskMoved { To: TaskState.WaitingExternal, Task.Hold: not null } moved:
                    ReportLine(model, $"{moved.Task.Id} {moved.Reason}");
                    break;
                case Change.TaskAmended amended:
                    ReportLine(model, $"{amended.Task.Id} is amended by {amended.Actor}: {amended.Amendment.Describe()}");
                    break;
                case Change.TaskMoved { To: TaskState.WaitingExternal } moved:
                    _estimate.MarkExternal(moved.Task);
                    ReportLine(model, $"{moved.Task.Id} {moved.Reason}");
                    break;
                case Change.IterationEnded { Next.Tasks: { } tasks } over:
                    log.Info(
                        $"{slug}: iteration {over.Iteration} is analyzed; iteration {over.Iteration + 1} has "
                            + $"{CountText.FormatCount(tasks.Count, "task")}"
                    );
                    break;
                case Change.IterationEnded over:
                    log.Info($"{slug}: iteration {over.Iteration} is analyzed; the campaign is finished");
                    break;
                case Change.EventRecorded failed when failed.Kind == EventKinds.HookFailed:
                    ReportLine(model, $"hook {failed.Details}");
                    break;
                case Change.EventRecorded warned when warned.Kind == EventKinds.AttemptWarned:
                    ReportLine(model, $"{warned.Task} warning: {warned.Details}");
                    break;
                case Change.TaskMoved { To: TaskState.Skipped } moved:
                    ReportLine(model, $"{moved.Task.Id} skipped: {moved.Reason}");
                    break;
                case Change.TaskMoved { To: TaskState.Failed } moved when moved.Task.AttemptCount == 0:
                    ReportLine(model, $"{moved.Task.Id} FAILED: {moved.Reason}");
                    break;
                default:
                    break;
            }
        }

        foreach (
            var putOff in changes.OfType<Change.EventRecorded>().Where(n => n.Kind == EventKinds.AttemptPostponed).GroupBy(n => n.Details)
        )
        {
            ReportPostponed(model, putOff.Key, [.. putOff]);
        }

        _estimate.MeasureWork(model);
    }

    public void ReportRoundEnd(RunModel model)
    {
        var silent = clock.GetElapsedTime(_summaryAt);
        if (
            _skippedLines > 0
                ? silent >= SummaryIntervalAfterSkippedLines
                : silent >= HeartbeatInterval || (silent >= SummaryInterval && DescribeCounts(model) != _lastCounts)
        )
        {
            ReportSummary(model);
        }
    }

    public void ReportProblem(Problem problem) => log.Report(problem);

    public void ReportSummary(RunModel model)
    {
        _summaryAt = clock.GetTimestamp();
        _skippedLines = 0;
        _lastCounts = DescribeCounts(model);
        log.Info(_lastCounts + (CountEnded(model) < model.Tasks.Count ? _estimate.DescribeRemaining(model) : ""));
    }

    private string DescribeCounts(RunModel model)
    {
        var failed = model.CountTasks(TaskState.Failed);
        var allowed = failed == 0 ? 0 : model.Tasks.Count(static task => task is { State: TaskState.Failed, AllowFailure: true });
        return string.Create(CultureInfo.InvariantCulture, $"{slug}: {CountEnded(model)} of {model.Tasks.Count} done")
            + FormatCount(model.CountTasks(TaskState.Running), "under way")
            + FormatCount(model.CountTasks(TaskState.WaitingExternal) - model.HeldCount, "waiting for people or instruments")
            + FormatCount(model.HeldCount, "held")
            + FormatCount(model.LiveAttempts.Count(static attempt => attempt.EndRequest is not null), "being ended")
            + FormatCount(failed, "failed" + (allowed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({allowed} allowed to)")))
            + FormatCount(model.CountTasks(TaskState.Cancelled), "cancelled")
            + FormatCount(model.CountTasks(TaskState.Skipped), "skipped")
            + FormatCount(model.LeftOutCount, "not selected");
    }

    /// <summary>Formats a time span for people.</summary>
    internal static string FormatSpan(TimeSpan span) =>
        span switch
        {
            { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
            { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
            { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.0} h"),
        };

    private void ReportAttemptEnd(RunModel model, Change.AttemptMoved moved, AttemptState.Ended ended)
    {
        var attempt = moved.Attempt;
        var took = _started.Remove(attempt.Id, out var began) ? $" ({FormatSpan(MeasureDuration(began, moved.At))})" : "";
        if (moved.End?.CachedResult is null && ended.Outcome != AttemptOutcome.Cancelled && attempt.Task.State.IsEnd())
        {
            _estimate.CountTask(model, attempt.Task);
        }

        if (ended.Outcome == AttemptOutcome.Completed)
        {
            ReportLine(
                model,
                $"{attempt.Task.Id} completed{(moved.End?.CachedResult is null ? took : " (from the cache)")}"
                    + $"{(ended.Reason is null ? "" : ": " + ended.Reason)}"
            );
            return;
        }

        var next = attempt.Task.State == TaskState.Ready ? DescribeNext(attempt) : "";
        var word = ended.Outcome == AttemptOutcome.Cancelled ? "cancelled" : AttemptStatus.Failed.ToText();
        ReportLine(
            model,
            $"{attempt.Task.Id} {word}{took}: {ended.Reason}{next}"
                + $"{(AttemptLog.FindLog(run, attempt.RelativePath) is { } file ? "; log: " + file : "")}"
        );
    }

    private static string DescribeNext(LiveAttempt attempt)
    {
        var (task, next) = (attempt.Task, attempt.Index + 1);
        // Only failures of the task itself count against its number of attempts.
        var of = task.History?.OwnFailures == attempt.Index ? string.Create(CultureInfo.InvariantCulture, $" of {task.MaxAttempts}") : "";
        var at = task.History?.NotBefore is { } due ? $" not before {due.ToText()}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"; attempt {next}{of} follows{at}");
    }

    // The times of the attempt are more exact, but their clock may have been set. The span that this process measured is not affected.
    private TimeSpan MeasureDuration((DateTimeOffset At, long Stamp) began, DateTimeOffset ended)
    {
        var (told, seen) = (ended - began.At, clock.GetElapsedTime(began.Stamp));
        return told >= TimeSpan.Zero && (told - seen).Duration() < ClockTolerance ? told : seen;
    }

    private void ReportLine(RunModel model, string text)
    {
        _availableLines = Math.Min(MaxLinesAtOnce, _availableLines + clock.GetElapsedTime(_refilledAt).TotalSeconds * LinesPerSecond);
        _refilledAt = clock.GetTimestamp();
        if (_availableLines < 1)
        {
            _skippedLines++;
            log.Detail($"{slug}: {text}");
            return;
        }

        _availableLines--;
        var width = model.Tasks.Count.ToString(CultureInfo.InvariantCulture).Length;
        log.Info($"  {slug} [{CountEnded(model).ToString(CultureInfo.InvariantCulture).PadLeft(width)}/{model.Tasks.Count}] {text}");
    }

    // Many attempts can wait for the same reason: one line for all of them, and only when the reason changes.
    private void ReportPostponed(RunModel model, string why, IReadOnlyList<Change.EventRecorded> attempts)
    {
        if (_lastPostponement != why)
        {
            _lastPostponement = why;
            ReportLine(
                model,
                attempts.Count == 1
                    ? $"{attempts[0].Task} is put off: {why}"
                    : $"{CountText.FormatCount(attempts.Count, "task is", "tasks are")} put off: {why}"
            );
        }
    }

    private static int CountEnded(RunModel model) =>
        model.CountTasks(TaskState.Completed)
        + model.CountTasks(TaskState.Failed)
        + model.CountTasks(TaskState.Cancelled)
        + model.CountTasks(TaskState.Skipped);

    private static string DescribeAttempt(LiveAttempt attempt) =>
        attempt.Index > 1 ? string.Create(CultureInfo.InvariantCulture, $" (attempt {attempt.Index})") : "";

    private static string FormatCount(int count, string words) =>
        count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {count} {words}") : "";
}
