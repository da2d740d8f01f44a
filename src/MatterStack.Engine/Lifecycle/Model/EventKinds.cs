using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>The table of event kinds in a run's store. The table in <c>docs/architecture.md</c> is compared with <see cref="All"/>.</summary>
internal static class EventKinds
{
    public const string RunRunning = "RUN_RUNNING";
    public const string RunPaused = "RUN_PAUSED";
    public const string RunCompleted = "RUN_COMPLETED";
    public const string RunFailed = "RUN_FAILED";
    public const string RunCancelled = "RUN_CANCELLED";
    public const string TaskReady = "TASK_READY";
    public const string TaskFailed = "TASK_FAILED";
    public const string TaskCancelled = "TASK_CANCELLED";
    public const string TaskSkipped = "TASK_SKIPPED";
    public const string AttemptCreated = "ATTEMPT_CREATED";
    public const string AttemptSubmitted = "ATTEMPT_SUBMITTED";
    public const string AttemptRunning = "ATTEMPT_RUNNING";
    public const string AttemptWaitingExternal = "ATTEMPT_WAITING_EXTERNAL";
    public const string AttemptCompleted = "ATTEMPT_COMPLETED";
    public const string AttemptFailed = "ATTEMPT_FAILED";
    public const string AttemptCancelled = "ATTEMPT_CANCELLED";
    public const string AttemptFailedInit = "ATTEMPT_FAILED_INIT";
    public const string AttemptPostponed = "ATTEMPT_PUT_OFF";
    public const string AttemptRefused = "ATTEMPT_REFUSED";
    public const string AttemptUnknown = "ATTEMPT_UNKNOWN";
    public const string AttemptNotCached = "ATTEMPT_NOT_CACHED";
    public const string AttemptAnswered = "ATTEMPT_ANSWERED";
    public const string AttemptWarned = "ATTEMPT_WARNED";
    public const string AttemptEndRequestSent = "ATTEMPT_END_TOLD";
    public const string AttemptEndRequestNotSent = "ATTEMPT_END_NOT_TOLD";
    public const string IterationEnded = "ITERATION_ENDED";
    public const string DefinitionChanged = "DEFINITION_CHANGED";
    public const string HookFailed = "HOOK_FAILED";
    public const string RequestPause = "REQUEST_PAUSE";
    public const string RequestResume = "REQUEST_RESUME";
    public const string RequestCancel = "REQUEST_CANCEL";
    public const string RequestCancelAttempt = "REQUEST_CANCELATTEMPT";
    public const string RequestRevive = "REQUEST_REVIVE";
    public const string RequestRerun = "REQUEST_RERUN";
    public const string RequestCleanupOrphans = "REQUEST_CLEANUPORPHANS";

    private static readonly EnumText<RunState> RunKinds = new("an event of a run",
        (RunState.Running, RunRunning), (RunState.Paused, RunPaused), (RunState.Completed, RunCompleted), (RunState.Failed, RunFailed),
        (RunState.Cancelled, RunCancelled));

    private static readonly EnumText<TaskState> TaskKinds = new("an event of a task",
        (TaskState.Ready, TaskReady), (TaskState.Failed, TaskFailed), (TaskState.Cancelled, TaskCancelled), (TaskState.Skipped, TaskSkipped));

    private static readonly EnumText<AttemptStatus> AttemptKinds = new("an event of an attempt",
        (AttemptStatus.Created, AttemptCreated), (AttemptStatus.Submitted, AttemptSubmitted), (AttemptStatus.Running, AttemptRunning),
        (AttemptStatus.WaitingExternal, AttemptWaitingExternal), (AttemptStatus.Completed, AttemptCompleted), (AttemptStatus.Failed, AttemptFailed),
        (AttemptStatus.FailedInit, AttemptFailedInit), (AttemptStatus.Cancelled, AttemptCancelled));

    private static readonly EnumText<RequestKind> RequestKinds = new("an event of a request",
        (RequestKind.Pause, RequestPause), (RequestKind.Resume, RequestResume), (RequestKind.Cancel, RequestCancel),
        (RequestKind.CancelAttempt, RequestCancelAttempt), (RequestKind.Revive, RequestRevive), (RequestKind.Rerun, RequestRerun),
        (RequestKind.CleanupOrphans, RequestCleanupOrphans));

    private const string Answer = "it was executed, or refused (then `details` begins with `refused:`)";

    /// <summary>All kinds, in the order of the documentation.</summary>
    public static IReadOnlyList<EventKind> All { get; } =
    [
        new(RunRunning, "the first tick begins, a paused run is resumed, an ended run is revived or a task is rerun",
            "`details`: reason", "attempts may start from here on"),
        new(RunPaused, "`Pause` is executed",
            "`details`: reason", "no attempt starts until `RUN_RUNNING`"),
        new(RunCompleted, "all tasks have ended and none failed, except those that may fail",
            "`details`: reason", "no attempt is live; only `REQUEST_REVIVE` or `REQUEST_RERUN` continues the run"),
        new(RunFailed, "a task failed or was cancelled, and no other task can start",
            "`details`: reason", "no attempt is live; only `REQUEST_REVIVE` or `REQUEST_RERUN` continues the run"),
        new(RunCancelled, "`Cancel` is executed and the last attempt has ended",
            "`details`: reason", "no attempt is live; only `REQUEST_REVIVE` or `REQUEST_RERUN` continues the run"),
        new(TaskReady, "a task that was not `PENDING` gets another attempt: a retry, `Revive` or `Rerun`",
            "`task_id`, `details`: reason", "an attempt of the task has ended before; a first `READY` has no event"),
        new(TaskFailed, "a task has no attempt left, or cannot be routed",
            "`task_id`, `details`: reason", "the task is over unless it is revived"),
        new(TaskCancelled, "a cancellation ends the task",
            "`task_id`, `details`: reason", "the task is over unless it is revived"),
        new(TaskSkipped, "a dependency failed, was cancelled or was skipped",
            "`task_id`, `details`: reason", "the task has no attempt in this pass"),
        new(AttemptCreated, "an attempt is intended",
            "`task_id`, `attempt_id`", "it may exist outside from now on, under its id"),
        new(AttemptSubmitted, "it is in a queue, or its id there is new",
            "`task_id`, `attempt_id`", "a job may exist; may repeat"),
        new(AttemptRunning, "it runs",
            "`task_id`, `attempt_id`", "`attempts.external_id` names its process or job"),
        new(AttemptWaitingExternal, "a person or an instrument works on it, or the text of the wait is new",
            "`task_id`, `attempt_id`, `details`: awaited answer", "the request is outside; may repeat with another text"),
        new(AttemptCompleted, "it ended with success",
            "`task_id`, `attempt_id`, `details`: reason, or the origin of a cached result", "the attempt never changes again; its outputs are recorded"),
        new(AttemptFailed, "it ended without success",
            "`task_id`, `attempt_id`, `details`: reason, or the origin of a cached result", "the attempt never changes again; its outputs are recorded"),
        new(AttemptCancelled, "its requested end happened",
            "`task_id`, `attempt_id`, `details`: reason, or the origin of a cached result", "the attempt never changes again; its outputs are recorded"),
        new(AttemptFailedInit, "it could not be started",
            "`task_id`, `attempt_id`, `details`: reason", "nothing of it runs outside"),
        new(AttemptPostponed, "its start is delayed, for a new reason",
            "`task_id`, `attempt_id`, `details`: reason", "it has not started and uses up no attempt"),
        new(AttemptRefused, "a scheduler refuses it with an ambiguous message for the first time",
            "`task_id`, `attempt_id`", "the hour of further tries begins here"),
        new(AttemptUnknown, "its operator cannot observe it",
            "`task_id`, `attempt_id`, `details`: reason", "it may run; nothing is started instead"),
        new(AttemptNotCached, "a known result could not be restored",
            "`task_id`, `attempt_id`, `details`: reason", "the attempt is executed"),
        new(AttemptAnswered, "a person or instrument has answered",
            "`task_id`, `attempt_id`, `actor`, `details`: answer and hash of its file", "this answer counts, and no later one"),
        new(AttemptWarned, "it ends with a warning, for example about a file that was not fetched",
            "`task_id`, `attempt_id`, `details`: warning", "the end is valid in spite of it"),
        new(AttemptEndRequestSent, "its end was requested outside, or the state of that request is new",
            "`task_id`, `attempt_id`, `details`", "the end is requested and not confirmed"),
        new(AttemptEndRequestNotSent, "its end could not be requested outside",
            "`task_id`, `attempt_id`, `details`: problem", "it may continue; later commands request the end again"),
        new(IterationEnded, "a campaign class has analyzed an iteration",
            "`details`: what follows", "the campaign's state and the next tasks are in the store"),
        new(DefinitionChanged, "the project's declaration differs from the run's for the first time",
            "`details`: both hashes", "the run continues with its own definition"),
        new(HookFailed, "a hook was not delivered",
            "`details`: hook and problem", "it is delivered again, or no more (then `details` says so)"),
        new(RequestPause, "`Pause` is answered",
            "`actor`, `details`: answer and reason", Answer),
        new(RequestResume, "`Resume` is answered",
            "`actor`, `details`: answer and reason", Answer),
        new(RequestCancel, "`Cancel` is answered",
            "`actor`, `details`: answer and reason", Answer),
        new(RequestCancelAttempt, "`CancelAttempt` is answered",
            "`attempt_id`, `actor`, `details`: answer and reason", Answer),
        new(RequestRevive, "`Revive` is answered",
            "`actor`, `details`: answer and reason", Answer),
        new(RequestRerun, "`Rerun` is answered",
            "`task_id`, `actor`, `details`: answer and reason", Answer),
        new(RequestCleanupOrphans, "`CleanupOrphans` is answered",
            "`actor`, `details`: answer and reason", Answer),
        new(WiringEvents.Persisted, "the first wiring was put in force ([history](wiring.md#historyjsonl))",
            "`actor`, `details`: source, hashes, reason", "later attempts use this wiring"),
        new(WiringEvents.OverrideForced, "another wiring was put in force",
            "`actor`, `details`: source, hashes, reason", "later attempts use this wiring"),
        new(WiringEvents.Repaired, "the snapshot in force was written again",
            "`actor`, `details`: source, hashes, reason", "later attempts use this wiring"),
        new(WiringEvents.OverrideRefused, "another wiring was refused",
            "`actor`, `details`: source, hashes, reason", "the wiring in force did not change"),
        new(WiringEvents.Tampered, "a changed snapshot was found",
            "`actor`, `details`: source, hashes, reason", "the wiring in force did not change"),
    ];

    /// <summary>Kind of the event at a change of the run's state.</summary>
    public static string GetKind(RunState to) => RunKinds.GetText(to);

    /// <summary>Kind of the event at a change of a task's state. The store has no such event for other states.</summary>
    public static string GetKind(TaskState to) => TaskKinds.GetText(to);

    /// <summary>Kind of the event at a change of an attempt's state.</summary>
    public static string GetKind(AttemptStatus to) => AttemptKinds.GetText(to);

    /// <summary>Kind of the event at the answer to a request.</summary>
    public static string GetKind(RequestKind request) => RequestKinds.GetText(request);

    /// <summary>Finds the state that a run has after an event. Returns null if the event is no change of the run's state.</summary>
    public static RunState? FindRunState(string kind) => RunKinds.FindValue(kind);

    /// <summary>Finds the state that a task has after an event. Returns null if the event is no change of a task's state.</summary>
    public static TaskState? FindTaskState(string kind) => TaskKinds.FindValue(kind);

    /// <summary>Finds the state that an attempt has after an event. Returns null if the event is no change of an attempt's state.</summary>
    public static AttemptStatus? FindAttemptStatus(string kind) => AttemptKinds.FindValue(kind);

    /// <summary>Finds the request that an event answers. Returns null if the event is no answer to a request.</summary>
    public static RequestKind? FindRequestKind(string kind) => RequestKinds.FindValue(kind);
}
