using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>The table of event kinds in a run's store. The table in <c>docs/architecture.md</c> is compared with
/// <see cref="All"/>.</summary>
internal static partial class EventKinds
{
    private const string Answer = "it was executed, or refused (then `details` begins with `refused:`)";
    private static readonly List<EventKind> Kinds = [];

    public static readonly EventKind RunRunning = Add(
        "RUN_RUNNING",
        "the first tick begins, a paused run is resumed, an ended run is revived or a task is rerun",
        "`details`: reason",
        "attempts may start from here on"
    );

    public static readonly EventKind RunPaused = Add(
        "RUN_PAUSED",
        "`Pause` is executed, or `MatterStackMaxFailures` is reached",
        "`details`: reason",
        "no attempt starts until `RUN_RUNNING`"
    );

    public static readonly EventKind RunSelected = Add(
        "RUN_SELECTED",
        "`Loop` or `Step` has another selection than the command before",
        "`actor`, `details`: the selection, or that all tasks are selected",
        "tasks that are not selected do not start until the next such event"
    );

    public static readonly EventKind RunCompleted = Add(
        "RUN_COMPLETED",
        "all tasks have ended and none failed, except those that may fail",
        "`details`: reason",
        "no attempt is live; only `REQUEST_REVIVE` or `REQUEST_RERUN` continues the run"
    );

    public static readonly EventKind RunFailed = Add(
        "RUN_FAILED",
        "a task failed or was cancelled, and no other task can start",
        "`details`: reason",
        "no attempt is live; only `REQUEST_REVIVE` or `REQUEST_RERUN` continues the run"
    );

    public static readonly EventKind RunCancelled = Add(
        "RUN_CANCELLED",
        "`Cancel` is executed and the last attempt has ended",
        "`details`: reason",
        "no attempt is live; only `REQUEST_REVIVE` or `REQUEST_RERUN` continues the run"
    );

    public static readonly EventKind RunPublished = Add(
        "RUN_PUBLISHED",
        "outputs of a completed run were copied into the project's folder (`Publish`)",
        "`details`: files, and what they replaced",
        "the table `published` has the files with their hashes"
    );

    public static readonly EventKind RunNotPublished = Add(
        "RUN_NOT_PUBLISHED",
        "outputs of a completed run cannot be published, for a new reason",
        "`details`: reason",
        "no file of the run was published since; a later `Loop` or `Step` tries again"
    );

    public static readonly EventKind TaskReady = Add(
        "TASK_READY",
        "a task that was not `PENDING` gets another attempt: a retry, `Revive` or `Rerun`",
        "`task_id`, `details`: reason",
        "an attempt of the task has ended before; a first `READY` has no event"
    );

    public static readonly EventKind TaskFailed = Add(
        "TASK_FAILED",
        "a task has no attempt left, or cannot be routed",
        "`task_id`, `details`: reason",
        "the task is over unless it is revived"
    );

    public static readonly EventKind TaskHeld = Add(
        "TASK_HELD",
        "a task has no attempt left, and its `OnFailure` is `hold`",
        "`task_id`, `attempt_id`, `details`: cause and reason",
        "no attempt of the task starts until a person answers, or reruns it or a dependency"
    );

    public static readonly EventKind AttemptNotReplaced = Add(
        "ATTEMPT_NOT_REPLACED",
        "it has begun, or its operator cannot take it back, although its task was amended",
        "`task_id`, `attempt_id`, `details`: reason",
        "it goes on with its former values; the next attempt has the new ones"
    );

    public static readonly EventKind TaskAmended = Add(
        "TASK_AMENDED",
        "a person or a campaign class changes metadata of a task",
        "`task_id`, `attempt_id`: the last attempt, `actor`, `details`: changes and reason",
        "the next attempt has the new values; the table `amendments` has both"
    );

    public static readonly EventKind TaskCancelled = Add(
        "TASK_CANCELLED",
        "a cancellation ends the task",
        "`task_id`, `details`: reason",
        "the task is over unless it is revived"
    );

    public static readonly EventKind TaskSkipped = Add(
        "TASK_SKIPPED",
        "a dependency failed, was cancelled or was skipped",
        "`task_id`, `details`: reason",
        "the task has no attempt in this pass"
    );

    public static readonly EventKind CanaryStarted = Add(
        "CANARY_STARTED",
        "the first of several tasks that are alike is intended (`MatterStackCanary`)",
        "`task_id`, `attempt_id`, `details`: number of tasks",
        "the others wait until it has completed"
    );

    public static readonly EventKind CanaryPassed = Add(
        "CANARY_PASSED",
        "the first of several tasks that are alike has completed",
        "`task_id`, `details`: number of tasks that may start",
        "the others may start"
    );

    public static readonly EventKind CanaryFailed = Add(
        "CANARY_FAILED",
        "the first of several tasks that are alike has failed for good",
        "`task_id`, `details`: reason",
        "the run is paused; the others may start when it continues"
    );

    public static readonly EventKind AttemptCreated = Add(
        "ATTEMPT_CREATED",
        "an attempt is intended",
        "`task_id`, `attempt_id`",
        "it may exist outside from now on, under its id"
    );

    public static readonly EventKind AttemptSubmitted = Add(
        "ATTEMPT_SUBMITTED",
        "it is in a queue, or its id there is new",
        "`task_id`, `attempt_id`",
        "a job may exist; may repeat"
    );

    public static readonly EventKind AttemptRunning = Add(
        "ATTEMPT_RUNNING",
        "it runs",
        "`task_id`, `attempt_id`",
        "`attempts.external_id` names its process or job"
    );

    public static readonly EventKind AttemptWaitingExternal = Add(
        "ATTEMPT_WAITING_EXTERNAL",
        "a person or an instrument works on it, or the text of the wait is new",
        "`task_id`, `attempt_id`, `details`: awaited answer",
        "the request is outside; may repeat with another text"
    );

    public static readonly EventKind AttemptCompleted = Add(
        "ATTEMPT_COMPLETED",
        "it ended with success",
        "`task_id`, `attempt_id`, `details`: reason, or the origin of a cached result",
        "the attempt never changes again; its outputs are recorded"
    );

    public static readonly EventKind AttemptFailed = Add(
        "ATTEMPT_FAILED",
        "it ended without success",
        "`task_id`, `attempt_id`, `details`: reason, or the origin of a cached result",
        "the attempt never changes again; its outputs are recorded"
    );

    public static readonly EventKind AttemptCancelled = Add(
        "ATTEMPT_CANCELLED",
        "its requested end happened",
        "`task_id`, `attempt_id`, `details`: reason, or the origin of a cached result",
        "the attempt never changes again; its outputs are recorded"
    );

    public static readonly EventKind AttemptFailedInit = Add(
        "ATTEMPT_FAILED_INIT",
        "it could not be started",
        "`task_id`, `attempt_id`, `details`: reason",
        "nothing of it runs outside"
    );

    public static readonly EventKind AttemptPostponed = Add(
        "ATTEMPT_PUT_OFF",
        "its start is delayed, for a new reason",
        "`task_id`, `attempt_id`, `details`: reason",
        "it has not started and uses up no attempt"
    );

    public static readonly EventKind AttemptPlaced = Add(
        "ATTEMPT_PLACED",
        "its operator gave it resources, for example the partition of its job",
        "`task_id`, `attempt_id`, `details`: resources, and why these",
        "`attempts.given` has the resources"
    );

    public static readonly EventKind AttemptRefused = Add(
        "ATTEMPT_REFUSED",
        "a scheduler refuses it with an ambiguous message for the first time",
        "`task_id`, `attempt_id`",
        "the hour of further tries begins here"
    );

    public static readonly EventKind AttemptUnknown = Add(
        "ATTEMPT_UNKNOWN",
        "its operator cannot observe it",
        "`task_id`, `attempt_id`, `details`: reason",
        "it may run; nothing is started instead"
    );

    public static readonly EventKind AttemptNotCached = Add(
        "ATTEMPT_NOT_CACHED",
        "a known result could not be restored",
        "`task_id`, `attempt_id`, `details`: reason",
        "the attempt is executed"
    );

    public static readonly EventKind AttemptAnswered = Add(
        "ATTEMPT_ANSWERED",
        "a person or instrument has answered",
        "`task_id`, `attempt_id`, `actor`, `details`: answer and hash of its file",
        "this answer counts, and no later one"
    );

    public static readonly EventKind AttemptCarries = Add(
        "ATTEMPT_CARRIES",
        "it is intended to begin with files that an earlier attempt of its task left",
        "`task_id`, `attempt_id`, `details`: files, sizes, and the attempts that wrote them",
        "`carried_files` has these files with their hashes"
    );

    public static readonly EventKind AttemptNotCarried = Add(
        "ATTEMPT_NOT_CARRIED",
        "it has ended, and began without the files that it was to begin with",
        "`task_id`, `attempt_id`, `details`: reason",
        "its command began afresh; its end says nothing about the files"
    );

    public static readonly EventKind AttemptWarned = Add(
        "ATTEMPT_WARNED",
        "it ends with a warning, for example about a file that was not fetched",
        "`task_id`, `attempt_id`, `details`: warning",
        "the end is valid in spite of it"
    );

    public static readonly EventKind AttemptEndRequestSent = Add(
        "ATTEMPT_END_TOLD",
        "its end was requested outside, or the state of that request is new",
        "`task_id`, `attempt_id`, `details`",
        "the end is requested and not confirmed"
    );

    public static readonly EventKind AttemptEndRequestNotSent = Add(
        "ATTEMPT_END_NOT_TOLD",
        "its end could not be requested outside",
        "`task_id`, `attempt_id`, `details`: problem",
        "it may continue; later commands request the end again"
    );

    public static readonly EventKind IterationEnded = Add(
        "ITERATION_ENDED",
        "a campaign class has analyzed an iteration",
        "`details`: what follows",
        "the campaign's state and the next tasks are in the store"
    );

    public static readonly EventKind DefinitionChanged = Add(
        "DEFINITION_CHANGED",
        "the project's declaration differs from the run's for the first time",
        "`details`: both hashes",
        "the run continues with its own definition"
    );

    public static readonly EventKind HookFailed = Add(
        "HOOK_FAILED",
        "a hook was not delivered",
        "`details`: hook and problem",
        "it is delivered again, or no more (then `details` says so)"
    );

    public static readonly EventKind RequestPause = AddRequest("Pause", "`actor`, `details`: answer and reason");

    public static readonly EventKind RequestResume = AddRequest("Resume", "`actor`, `details`: answer and reason");

    public static readonly EventKind RequestCancel = AddRequest("Cancel", "`actor`, `details`: answer and reason");

    public static readonly EventKind RequestCancelAttempt = AddRequest(
        "CancelAttempt",
        "`attempt_id`, `actor`, `details`: answer and reason"
    );

    public static readonly EventKind RequestRevive = AddRequest("Revive", "`actor`, `details`: answer and reason");

    public static readonly EventKind RequestRerun = AddRequest("Rerun", "`task_id`, `actor`, `details`: answer and reason");

    public static readonly EventKind RequestRespond = AddRequest("Respond", "`task_id`, `actor`, `details`: answer and comment");

    public static readonly EventKind RequestAmend = AddRequest("Amend", "`actor`, `details`: answer and reason");

    public static readonly EventKind RequestAnnotate = AddRequest("Annotate", "`actor`, `details`: answer");

    public static readonly EventKind RequestDrive = AddRequest("Drive", "`actor`, `details`: answer");

    public static readonly EventKind RequestCleanupOrphans = AddRequest("CleanupOrphans", "`actor`, `details`: answer and reason");

    public static readonly EventKind WiringPersisted = Add(
        WiringEventKind.Persisted.ToText(),
        "the first wiring was put in force ([history](wiring.md#historyjsonl))",
        "`actor`, `details`: source, hashes, reason",
        "later attempts use this wiring"
    );

    public static readonly EventKind WiringOverrideForced = Add(
        WiringEventKind.OverrideForced.ToText(),
        "another wiring was put in force",
        "`actor`, `details`: source, hashes, reason",
        "later attempts use this wiring"
    );

    public static readonly EventKind WiringRepaired = Add(
        WiringEventKind.Repaired.ToText(),
        "the snapshot in force was written again",
        "`actor`, `details`: source, hashes, reason",
        "later attempts use this wiring"
    );

    public static readonly EventKind WiringOverrideRefused = Add(
        WiringEventKind.OverrideRefused.ToText(),
        "another wiring was refused",
        "`actor`, `details`: source, hashes, reason",
        "the wiring in force did not change"
    );

    public static readonly EventKind WiringTampered = Add(
        WiringEventKind.Tampered.ToText(),
        "a changed snapshot was found",
        "`actor`, `details`: source, hashes, reason",
        "the wiring in force did not change"
    );

    // Text of the column, for readers of rows.
    private static readonly Dictionary<string, EventKind> ByName = Kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    private static readonly EventMeaning<RunState> RunKinds = new(
        (RunState.Running, RunRunning),
        (RunState.Paused, RunPaused),
        (RunState.Completed, RunCompleted),
        (RunState.Failed, RunFailed),
        (RunState.Cancelled, RunCancelled)
    );

    private static readonly EventMeaning<TaskState> TaskKinds = new(
        (TaskState.Ready, TaskReady),
        (TaskState.Failed, TaskFailed),
        (TaskState.Cancelled, TaskCancelled),
        (TaskState.Skipped, TaskSkipped)
    );

    private static readonly EventMeaning<AttemptStatus> AttemptKinds = new(
        (AttemptStatus.Created, AttemptCreated),
        (AttemptStatus.Submitted, AttemptSubmitted),
        (AttemptStatus.Running, AttemptRunning),
        (AttemptStatus.WaitingExternal, AttemptWaitingExternal),
        (AttemptStatus.Completed, AttemptCompleted),
        (AttemptStatus.Failed, AttemptFailed),
        (AttemptStatus.FailedInit, AttemptFailedInit),
        (AttemptStatus.Cancelled, AttemptCancelled)
    );

    private static readonly EventMeaning<RequestKind> RequestKinds = new(
        (RequestKind.Pause, RequestPause),
        (RequestKind.Resume, RequestResume),
        (RequestKind.Cancel, RequestCancel),
        (RequestKind.CancelAttempt, RequestCancelAttempt),
        (RequestKind.Revive, RequestRevive),
        (RequestKind.Rerun, RequestRerun),
        (RequestKind.Respond, RequestRespond),
        (RequestKind.Amend, RequestAmend),
        (RequestKind.Annotate, RequestAnnotate),
        (RequestKind.Drive, RequestDrive),
        (RequestKind.CleanupOrphans, RequestCleanupOrphans)
    );

    /// <summary>All kinds, in the order of the documentation.</summary>
    public static IReadOnlyList<EventKind> All => Kinds;
}
