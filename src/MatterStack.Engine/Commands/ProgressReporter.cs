using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Tells of a run's progress in lines: one for each change while there are few, and a summary now and then, however many there are.</summary>
internal sealed class ProgressReporter(string slug, RunFolder run, ICommandLog log, TimeProvider clock) : IRunObserver
{
    private static readonly TimeSpan SummaryPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SummaryPauseWhileSilent = TimeSpan.FromSeconds(5);

    // Lines that may be said at once, and how many more a second.
    private const double Burst = 40;
    private const double Refill = 2;

    private readonly Dictionary<AttemptId, DateTimeOffset> _started = [];
    private double _allowance = Burst;
    private long _refilledAt = clock.GetTimestamp();
    private long _summaryAt = clock.GetTimestamp();
    private long _beganAt = clock.GetTimestamp();
    private int _doneAtBegin;
    private int _unsaid;

    public void Began(RunModel model)
    {
        _beganAt = clock.GetTimestamp();
        _doneAtBegin = Done(model);
    }

    public void Changed(RunModel model, IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case Change.AttemptMoved { State: AttemptState.Running } moved:
                    _started[moved.Attempt.Id] = moved.At;
                    if (_allowance > Burst / 2)
                    {
                        Line(model, $"{moved.Attempt.Task.Id} started{AttemptText(moved.Attempt)}");
                    }

                    break;
                case Change.AttemptMoved { State: AttemptState.Ended ended } moved:
                    Ended(model, moved, ended);
                    break;
                case Change.TaskMoved { To: TaskState.WaitingExternal } moved:
                    Line(model, $"{moved.Task.Id} {moved.Reason}");
                    break;
                case Change.IterationEnded { Next.Tasks: { } tasks } over:
                    log.Say($"{slug}: iteration {over.Iteration} is analyzed; iteration {over.Iteration + 1} has {tasks.Count} tasks");
                    break;
                case Change.IterationEnded over:
                    log.Say($"{slug}: iteration {over.Iteration} is analyzed; the campaign is finished");
                    break;
                case Change.Noted { Kind: "HOOK_FAILED" } failed:
                    Line(model, $"hook {failed.Details}");
                    break;
                case Change.TaskMoved { To: TaskState.Skipped } moved:
                    Line(model, $"{moved.Task.Id} skipped: {moved.Reason}");
                    break;
                case Change.TaskMoved { To: TaskState.Failed } moved when moved.Task.Attempts == 0:
                    Line(model, $"{moved.Task.Id} FAILED: {moved.Reason}");
                    break;
                default:
                    break;
            }
        }
    }

    public void Idle(RunModel model)
    {
        if (clock.GetElapsedTime(_summaryAt) >= (_unsaid > 0 ? SummaryPauseWhileSilent : SummaryPause))
        {
            Summary(model);
        }
    }

    public void Warned(Problem problem) => log.Report(problem);

    public void Summary(RunModel model)
    {
        _summaryAt = clock.GetTimestamp();
        _unsaid = 0;
        var done = Done(model);
        var text = $"{slug}: {done} of {model.Tasks.Count} done"
            + Part(model.Count(TaskState.Running), "under way") + Part(model.Count(TaskState.WaitingExternal), "waiting for people or instruments")
            + Part(model.Count(TaskState.Failed), "failed") + Part(model.Count(TaskState.Skipped), "skipped");
        var here = done - _doneAtBegin;
        if (here > 0 && done < model.Tasks.Count)
        {
            text += "; about " + Span(clock.GetElapsedTime(_beganAt) / here * (model.Tasks.Count - done)) + " left";
        }

        log.Say(text);
    }

    /// <summary>A span of time as people say it.</summary>
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
        var took = _started.Remove(attempt.Id, out var began) ? $" ({Span(moved.At - began)})" : "";
        if (ended.Outcome == Outcome.Completed)
        {
            Line(model, $"{attempt.Task.Id} completed{(moved.Ending?.Cached is null ? took : " (from the cache)")}");
            return;
        }

        var next = attempt.Index < attempt.Task.MaxAttempts && ended.Outcome != Outcome.Cancelled ? $"; attempt {attempt.Index + 1} of {attempt.Task.MaxAttempts} follows" : "";
        var word = ended.Outcome == Outcome.Cancelled ? "cancelled" : "FAILED";
        Line(model, $"{attempt.Task.Id} {word}{took}: {ended.Reason}{next}; log: {Path.Combine(run.Path, attempt.RelativePath, "stderr.log")}");
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
        log.Say($"  [{Done(model).ToString(CultureInfo.InvariantCulture).PadLeft(width)}/{model.Tasks.Count}] {text}");
    }

    private static int Done(RunModel model) =>
        model.Count(TaskState.Completed) + model.Count(TaskState.Failed) + model.Count(TaskState.Cancelled) + model.Count(TaskState.Skipped);

    private static string AttemptText(LiveAttempt attempt) => attempt.Index > 1 ? string.Create(CultureInfo.InvariantCulture, $" (attempt {attempt.Index})") : "";

    private static string Part(int count, string words) => count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {count} {words}") : "";
}
