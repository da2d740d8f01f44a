using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>An attempt as its cluster knows it.</summary>
/// <param name="order">The attempt.</param>
/// <param name="site">The cluster as wired for it.</param>
/// <param name="place">Where its files are there.</param>
/// <param name="report">Takes facts.</param>
/// <param name="faults">Takes in what nobody expects.</param>
internal sealed class ClusterJob(AttemptOrder order, HpcSite site, IPlace place, Action<Observation> report, FaultLog faults)
{
    private string? _told;
    private string? _putOff;
    private bool _running;

    public AttemptOrder Order => order;

    public HpcSite Site => site;

    public IPlace Place => place;

    public JobShape Shape { get; } = site.Shape(order);

    /// <summary>Name of its job; null as long as it is not prepared.</summary>
    public string? Name { get; private set; }

    /// <summary>Its index if the job is an array.</summary>
    public int? Index { get; private set; }

    /// <summary>Its id in the queue; null: it was perhaps never submitted.</summary>
    public string? Id { get; private set; }

    /// <summary>When its submission was last tried.</summary>
    public TimeSpan TriedAt { get; set; }

    /// <summary>How often its submission was tried without an answer that is one.</summary>
    public int Unanswered { get; set; }

    /// <summary>When a submission whose answer nobody waited for is over at the latest.</summary>
    public TimeSpan FinalAt { get; set; }

    /// <summary>Whether its folder is in place with all that it needs.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>Whether the store says that it is outside, or may be: then its script stays until it is there.</summary>
    public bool IsRecorded
    {
        get;
        set
        {
            field = value;
            IsPrepared |= value;
        }
    }

    /// <summary>Whether an earlier command prepared it and could not submit it.</summary>
    public bool WasPutOff { get; init; }

    /// <summary>What was said when its submission was last tried without an answer that is one.</summary>
    public string? Said { get; set; }

    /// <summary>Since when it is refused with words that may mean that it never goes; null: it is not.</summary>
    public DateTimeOffset? RefusedSince { get; private set; } = order.RefusedSince;

    /// <summary>What is left to look for, where the queue does not show it: when to ask again, and how long to wait after that.</summary>
    public (TimeSpan At, TimeSpan Pause) Search { get; set; }

    /// <summary>How long it has been asked in vain how it ended, of time in which the machine answered.</summary>
    public UnconfirmedEnd? Unconfirmed { get; set; }

    /// <summary>Whether queue and accounting have answered and do not know it.</summary>
    public bool WasSoughtInVain { get; set; }

    /// <summary>Whether the queue says that it is over, without saying how.</summary>
    public bool IsGone { get; set; }

    /// <summary>How the queue showed it last; null: it has not yet.</summary>
    public JobState? Seen { get; set; }

    /// <summary>When it was submitted, as the queue wrote it last; null: it has not been seen there.</summary>
    public string? SubmittedThere { get; set; }

    /// <summary>The name by which the queue shows another job of its number, or this one renamed; null: it does not.</summary>
    public string? OtherName { get; set; }

    /// <summary>Whether a row is of this job, which somebody has renamed since it was seen: a number that was given anew has another time.</summary>
    public bool IsRenamed(JobRow row) => Id is not null && row.Id == Id && row.Submitted == SubmittedThere;

    /// <summary>Whether it is held since the run is paused.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Why its end was asked for; null: it was not.</summary>
    public string? CancelReason { get; set; }

    /// <summary>When the scheduler was last told to end it; null: it was not.</summary>
    public TimeSpan? CancelledAt { get; set; }

    /// <summary>How often it was told.</summary>
    public int Cancels { get; set; }

    public bool CancelSent => CancelledAt is not null;

    /// <summary>Whether it is to end and nobody knows that it has.</summary>
    public bool IsBeingEnded => CancelReason is not null && End is null && !IsOver;

    /// <summary>For how long what it left could not be fetched; null: that was not tried yet, or never in vain.</summary>
    public CollectingTries? Tries { get; set; }

    /// <summary>How the scheduler says it ended, until its outputs are here.</summary>
    public JobState? End
    {
        get;
        set
        {
            field = value;
            Search = default;
        }
    }

    public bool IsOver { get; private set; }

    public void Call(string name, int? index) => (Name, Index) = (name, index);

    /// <summary>It is certain that no job has its name.</summary>
    public void TakeNameBack() => (Name, Index, WasSoughtInVain) = (null, null, false);

    /// <summary>It waits here, and why.</summary>
    public void PutOff(DateTimeOffset now, string why)
    {
        // Counts change from one try to the next and say nothing new.
        if (_putOff != (_putOff = WithoutNumbers(why)))
        {
            report(new Observation.Remarked(order.Attempt, now, why));
        }
    }

    /// <summary>It is refused with words that may mean that it never goes.</summary>
    public void Doubt(DateTimeOffset now)
    {
        if (RefusedSince is null)
        {
            RefusedSince = now;
            report(new Observation.Refused(order.Attempt, now));
        }
    }

    /// <summary>Its id has been learnt, from whoever asked before or from the scheduler.</summary>
    public void Identify(string? id) => Id = id;

    /// <summary>The scheduler says how it ended.</summary>
    public void EndsAs(JobRow row, DateTimeOffset now)
    {
        LearnId(row, now);
        End = row.State;
    }

    /// <summary>The queue does not show it any more, and the accounting knows its id: by it a person finds it there, even if its exit code alone tells how it ended.</summary>
    public void LearnId(JobRow row, DateTimeOffset now)
    {
        if (Id is null)
        {
            report(new Observation.Submitted(order.Attempt, now, row.Id, $"was found as job {row.Id}, which is not in the queue any more"));
        }

        Id = row.Id;
    }

    public void TellWaiting(DateTimeOffset now, string reason)
    {
        IsRecorded = true;
        reason = IsHeld ? reason + ", since the run is paused" : reason;
        if (_running)
        {
            Remark(now, $"was put back into the queue and waits as job {Id}: {reason}");
        }
        else if (_told != Id + reason)
        {
            _told = Id + reason;
            report(new Observation.Submitted(order.Attempt, now, Id ?? Name!, Id is null ? $"was handed over as {Name}; {reason}" : $"waits as job {Id}: {reason}"));
        }
    }

    public void TellRunning(DateTimeOffset now, string? remark)
    {
        if (!_running)
        {
            _running = true;
            _told = null;
            report(new Observation.Started(order.Attempt, now, Id!));
        }

        if (remark is not null || _told is not null)
        {
            Remark(now, remark is null ? null : $"job {Id} is {remark}");
        }
    }

    /// <summary>Something to be told besides, once as long as it stays the same.</summary>
    public void Remark(DateTimeOffset now, string? remark)
    {
        if (_told != remark)
        {
            _told = remark;
            report(new Observation.Remarked(order.Attempt, now, remark));
        }
    }

    /// <summary>Nothing can be said of it; a person has to decide.</summary>
    public void TellUnknown(DateTimeOffset now, string why)
    {
        if (_told != why)
        {
            _told = why;
            report(new Observation.Unknown(order.Attempt, now, why));
        }
    }

    /// <summary>The scheduler was told to end it.</summary>
    /// <param name="now">When, UTC.</param>
    /// <param name="remark">Why it is not over although some time has passed; null: little has.</param>
    public void TellEndTold(DateTimeOffset now, string? remark) => report(new Observation.EndTold(order.Attempt, now, remark));

    /// <summary>The scheduler could not be told to end it.</summary>
    public void TellEndNotTold(DateTimeOffset now, string why) => report(new Observation.EndNotTold(order.Attempt, now, why));

    /// <summary>Nothing can be done for it because of trouble here; it may be outside and is not forgotten.</summary>
    public void TellHeldUp(DateTimeOffset now, Problem why) => report(new Observation.HeldUp(order.Attempt, now, why));

    /// <summary>Does something for this job that keeps none of the others from going on if it throws.</summary>
    public void Guard(DateTimeOffset now, Action action) => Background.Guard(action, e => Fail(now, e));

    /// <summary>An exception that nobody expects: a job that never went out or has ended is over, of any other nothing can be said.</summary>
    public void Fail(DateTimeOffset now, Exception exception)
    {
        var why = Fault.Reason(faults.Note(exception, $"attempt {order.Index} of task '{order.TaskId}'"));
        if (End is not null)
        {
            Tell(new Observation.Exited(order.Attempt, now, new Ending { EndedBy = why }));
        }
        else if (Name is null)
        {
            Tell(new Observation.NotStarted(order.Attempt, now, why));
        }
        else
        {
            TellUnknown(now, $"{why} Job {Id ?? Name} may still run; when it is gone, -t:CleanupOrphans ends the attempt");
        }
    }

    public void Tell(Observation fact)
    {
        IsOver = fact is Observation.Exited or Observation.NotStarted or Observation.HeldUp;
        report(fact);
    }

    private static string WithoutNumbers(string text) => string.Concat(text.Where(c => !char.IsAsciiDigit(c)));
}
