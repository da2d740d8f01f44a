using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The job of an attempt on its cluster.</summary>
/// <param name="request">The attempt.</param>
/// <param name="site">Wiring of the cluster for the attempt.</param>
/// <param name="place">Folder of the attempt's files on the cluster.</param>
/// <param name="report">Receives facts.</param>
/// <param name="faults">Receives unexpected exceptions.</param>
internal sealed class ClusterJob(AttemptRequest request, HpcSite site, IJobStaging place, Action<Observation> report, FaultLog faults)
{
    private LastReport? _lastReport;
    private string? _lastPostponement;
    private bool _isRunning;

    public AttemptRequest Request => request;

    public HpcSite Site => site;

    public IJobStaging Staging => place;

    public JobResources Resources { get; private set; } = site.GetResources(request);

    /// <summary>Node or nodes that it has, or had at its end; null if unknown.</summary>
    public string? Node { get; private set; }

    /// <summary>What it used, as far as the queue and the accounting have said; null if they said nothing.</summary>
    public AttemptUsage? Usage { get; private set; }

    /// <summary>Its end, if the accounting is to be asked what it used; otherwise null.</summary>
    public PendingUsage? EndedWithoutUsage { get; private set; }

    /// <summary>Receives facts.</summary>
    public Action<Observation> Report => report;

    /// <summary>Variables of its codes that hold secrets, as the wiring has them. They come with the submission, so the jobs of an array
    /// have the same.</summary>
    public string CodeSecrets =>
        field ??= site.Codes.IsEmpty
            ? ""
            : string.Join(
                '\n',
                site.Codes.FindUsedCodes(request.Task.Commands)
                    .SelectMany(static code => code.Env)
                    .Where(static pair => SecretReference.IsIn(pair.Value))
                    .Select(static pair => $"{pair.Key}={pair.Value}")
            );

    /// <summary>Job name; null before the job is prepared.</summary>
    public string? Name { get; private set; }

    /// <summary>Array index; null if the job is not an array member.</summary>
    public int? Index { get; private set; }

    /// <summary>Job id in the queue; null if unknown or if the job may never have been submitted.</summary>
    public string? Id { get; private set; }

    /// <summary>Time of the last submission.</summary>
    public TimeSpan LastTriedAt { get; set; }

    /// <summary>Number of submissions without a usable answer.</summary>
    public int UnansweredCount { get; set; }

    /// <summary>Time at which a submission with a lost answer is over at the latest.</summary>
    public TimeSpan AnswerDeadline { get; set; }

    /// <summary>Whether its folder is complete.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>Whether the store records that the job is, or may be, submitted: then its script stays until the job is found.</summary>
    public bool IsRecorded
    {
        get;
        set
        {
            field = value;
            IsPrepared |= value;
        }
    }

    /// <summary>Whether an earlier command prepared the job and could not submit it.</summary>
    public bool WasPostponed { get; init; }

    /// <summary>Message of the last submission without a usable answer.</summary>
    public string? LastMessage { get; set; }

    /// <summary>Start of ambiguous refusals; null if there are none.</summary>
    public DateTimeOffset? RefusedSince { get; private set; } = request.RefusedSince;

    /// <summary>State of a repeated query about the job: time of the next query and current back-off.</summary>
    public (TimeSpan At, TimeSpan Pause) NextQuery { get; set; }

    /// <summary>Wait for an accounting record; counts only time in which the machine answered.</summary>
    public UnconfirmedEnd? UnconfirmedEnd { get; set; }

    /// <summary>Whether queue and accounting have answered and do not know the job.</summary>
    public bool WasNotFound { get; set; }

    /// <summary>Whether the scheduler says that the job has ended, without saying how.</summary>
    public bool HasVanished { get; set; }

    /// <summary>Last state in the queue; null if the queue has not listed the job yet.</summary>
    public JobState? LastQueueState { get; set; }

    /// <summary>Submission time as listed in the queue; null if the queue has not listed the job yet.</summary>
    public string? QueueSubmitTime { get; set; }

    /// <summary>
    /// Name that the queue lists for this job id if it differs from the job name (the job was renamed, or the id belongs to another job);
    /// otherwise null.
    /// </summary>
    public string? ListedName { get; set; }

    /// <summary>Whether a row is this job under another name: a reused id has another submission time.</summary>
    public bool IsRenamedRow(JobRow row) => Id is not null && row.Id == Id && row.SubmitTime == QueueSubmitTime;

    /// <summary>Whether the job is held because the run is paused.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Reason of the requested cancellation; null if none is requested.</summary>
    public string? CancelReason { get; set; }

    /// <summary>Why the job is to be deleted if it has not begun; null if it is to go on.</summary>
    public string? WithdrawReason { get; set; }

    /// <summary>Whether it is not known yet whether the job is deleted or has begun.</summary>
    public bool IsBeingWithdrawn => WithdrawReason is not null && CancelReason is null && End is null && !IsOver;

    /// <summary>Lets the job go on that was to be deleted before it began.</summary>
    public void KeepBegun(DateTimeOffset now)
    {
        if (IsBeingWithdrawn)
        {
            WithdrawReason = null;
            report(new Observation.NotWithdrawn(request.Attempt, now, $"job {Id} has begun and goes on with its former values"));
        }
    }

    /// <summary>Why the job is removed from the queue although nobody cancels the attempt: its grown request can never be met. Null if it
    /// stays.</summary>
    public string? RefusalReason { get; private set; }

    /// <summary>Removes the job from the queue if its time limit has grown beyond what jobs of the queue may have: it would wait for
    /// ever.</summary>
    public void RefuseGrownRequest(JobState.Waiting waiting)
    {
        var stated = request.Task.TimeLimit ?? site.Scheduler.DefaultTimeLimit;
        if (waiting.ExceedsLimit && CancelReason is null && request.Given?.TimeLimit is { } limit && (stated is null || limit > stated))
        {
            RefusalReason =
                $"{OperatorCodes.SubmissionRefused}: {site.Scheduler.Type} can never start job {Id} with its grown time limit "
                + $"({waiting.Reason})";
            CancelReason = RefusalReason;
        }
    }

    /// <summary>Reports the end of a job that was removed from the queue.</summary>
    public void ReportRemoved(DateTimeOffset now, AttemptEnd ending) =>
        ReportFact(
            RefusalReason is { } refusal && CancelReason == refusal && !_isRunning
                ? new Observation.NotStarted(request.Attempt, now, refusal) { IsPermanent = true }
                : new Observation.Exited(request.Attempt, now, ending)
        );

    /// <summary>Time of the last cancel command; null if there was none.</summary>
    public TimeSpan? CancelSentAt { get; set; }

    /// <summary>Number of cancel commands.</summary>
    public int CancelCount { get; set; }

    public bool IsCancelSent => CancelSentAt is not null;

    /// <summary>Whether cancellation is requested and the end is not confirmed.</summary>
    public bool IsBeingCancelled => CancelReason is not null && End is null && !IsOver;

    /// <summary>Time in which its files could not be fetched; null before the first failure.</summary>
    public CollectionRetries? Retries { get; set; }

    /// <summary>How the job ended according to the scheduler, until its outputs are here; null before the end.</summary>
    public JobState? End
    {
        get;
        set
        {
            field = value;
            NextQuery = default;
        }
    }

    public bool IsOver { get; private set; }

    public void AssignName(string name, int? index) => (Name, Index) = (name, index);

    /// <summary>Clears the name: certainly no job has it.</summary>
    public void ClearName() => (Name, Index, WasNotFound) = (null, null, false);

    /// <summary>Reports that the job waits on this machine, with the reason.</summary>
    public void ReportPostponed(DateTimeOffset now, string why)
    {
        // Numbers change from one try to the next; do not report the same reason again.
        if (_lastPostponement != (_lastPostponement = RemoveDigits(why)))
        {
            report(new Observation.StatusNote(request.Attempt, now, why));
        }
    }

    /// <summary>Records an ambiguous refusal, which may be final.</summary>
    public void RecordDoubt(DateTimeOffset now)
    {
        if (RefusedSince is null)
        {
            RefusedSince = now;
            report(new Observation.Refused(request.Attempt, now));
        }
    }

    /// <summary>Lets the job run on every node, since the scheduler refuses it otherwise.</summary>
    public void DropExclusion(DateTimeOffset now, string refusal)
    {
        var nodes = Resources.ExcludedNodes;
        Resources = Resources with { ExcludedNodes = "" };
        report(
            new Observation.Placed(
                request.Attempt,
                now,
                new GivenResources { ExcludedNodes = [] },
                $"{nodes} is not avoided: the scheduler refuses the job on the other nodes ({refusal})"
            )
        );
    }

    /// <summary>Records the node that a row names, and the times in it.</summary>
    public void RecordNode(JobRow row) => (Node, Usage) = (row.Node ?? Node, row.Usage ?? Usage);

    /// <summary>Sets the id, known from the store or the scheduler.</summary>
    public void AssignId(string? id) => Id = id;

    /// <summary>Records the end that the scheduler reports.</summary>
    public void RecordEnd(JobRow row, DateTimeOffset now)
    {
        RecordId(row, now);
        RecordNode(row);
        End = row.State;
    }

    /// <summary>The job has left the queue and accounting knows its id. Records the id, so that a person can find the job there.</summary>
    public void RecordId(JobRow row, DateTimeOffset now)
    {
        if (Id is null)
        {
            report(new Observation.Submitted(request.Attempt, now, row.Id, $"was found as job {row.Id}, which has left the queue"));
        }

        Id = row.Id;
    }

    public void ReportWaiting(DateTimeOffset now, string reason)
    {
        IsRecorded = true;
        reason = IsHeld ? reason + ", since the run is paused" : reason;
        if (_isRunning)
        {
            ReportNote(now, $"was requeued and waits as job {Id}: {reason}");
        }
        else if (TryRemember(new LastReport(ReportKind.Waiting, Id, reason)))
        {
            report(
                new Observation.Submitted(
                    request.Attempt,
                    now,
                    Id ?? Name!,
                    Id is null ? $"was submitted as {Name}; {reason}" : $"waits as job {Id}: {reason}"
                )
            );
        }
    }

    public void ReportRunning(DateTimeOffset now, string? remark)
    {
        KeepBegun(now);
        if (!_isRunning)
        {
            _isRunning = true;
            _lastReport = null;
            report(new Observation.Started(request.Attempt, now, Id!));
        }

        if (remark is not null || _lastReport is not null)
        {
            ReportNote(now, remark is null ? null : $"job {Id} is {remark}");
        }
    }

    /// <summary>Reports a note; equal notes are reported once.</summary>
    public void ReportNote(DateTimeOffset now, string? remark)
    {
        if (TryRemember(remark is null ? null : new LastReport(ReportKind.Note, null, remark)))
        {
            report(new Observation.StatusNote(request.Attempt, now, remark));
        }
    }

    /// <summary>Reports that the state is unknown and a person has to decide.</summary>
    public void ReportUnknown(DateTimeOffset now, string why)
    {
        if (TryRemember(new LastReport(ReportKind.Unknown, null, why)))
        {
            report(new Observation.Unreachable(request.Attempt, now, why));
        }
    }

    /// <summary>Reports that the scheduler accepted the cancellation.</summary>
    /// <param name="now">Time, UTC.</param>
    /// <param name="remark">Note if the job has not ended after some time; null before that.</param>
    public void ReportCancelSent(DateTimeOffset now, string? remark) =>
        report(new Observation.EndRequestSent(request.Attempt, now, remark));

    /// <summary>Reports that the cancellation failed.</summary>
    public void ReportCancelFailed(DateTimeOffset now, string why) => report(new Observation.EndRequestFailed(request.Attempt, now, why));

    /// <summary>Reports that the job is blocked by trouble on this machine or the connection; it may be in the queue and is kept.</summary>
    public void ReportBlocked(DateTimeOffset now, Problem why) => report(new Observation.Blocked(request.Attempt, now, why));

    /// <summary>Runs an action for this job; an exception does not affect the other jobs.</summary>
    public void RunGuarded(DateTimeOffset now, Action action) => Background.RunGuarded(action, e => ReportFault(now, e));

    /// <summary>
    /// Handles an unexpected exception: a job that was never submitted, or that has ended, is over; any other job has an unknown state.
    /// </summary>
    public void ReportFault(DateTimeOffset now, Exception exception)
    {
        var why = Fault.FormatReason(faults.RecordFault(exception, $"attempt {request.Index} of task '{request.TaskId}'"));
        if (End is not null)
        {
            ReportFact(new Observation.Exited(request.Attempt, now, new AttemptEnd { Cause = EndCause.Lost, EndedBy = why }));
        }
        else if (Name is null)
        {
            ReportFact(new Observation.NotStarted(request.Attempt, now, why));
        }
        else
        {
            ReportUnknown(now, $"{why} Job {Id ?? Name} may still run; when it is gone, -t:CleanupOrphans ends the attempt");
        }
    }

    public void ReportFact(Observation fact)
    {
        IsOver = fact is Observation.Exited or Observation.NotStarted or Observation.Blocked;
        if (fact is Observation.Exited { End.Usage: { Source: UsageSource.Pending } usage })
        {
            EndedWithoutUsage = new PendingUsage(request.Attempt, request.Key, request.WiringHash, Id, fact.At, usage);
        }

        report(fact);
    }

    // Returns false if this was reported last.
    private bool TryRemember(LastReport? news)
    {
        var isNew = _lastReport != news;
        _lastReport = news;
        return isNew;
    }

    private static string RemoveDigits(string text) => string.Concat(text.Where(c => !char.IsAsciiDigit(c)));

    private enum ReportKind
    {
        Waiting,
        Note,
        Unknown,
    }

    private sealed record LastReport(ReportKind Kind, string? JobId, string Text);
}
