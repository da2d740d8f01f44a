using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc.Staging;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Runs attempts as jobs of a batch scheduler.</summary>
internal sealed class HpcOperator(SchedulerConnection cluster, HpcSite site, IJobStaging place, OperatorContext context) : AttemptOperator
{
    public override void Observe(IReadOnlyList<AttemptRequest> live)
    {
        var ages = new Dictionary<ClusterJob, TimeSpan>();
        foreach (var order in live)
        {
            if (FindSubmittedJob(order) is { } known)
            {
                ages[known.Job] = known.Age;
            }
        }

        if (ages.Count > 0)
        {
            cluster.AdoptJobs([.. ages.Keys], job => ages[job]);
        }
    }

    public override void Start(AttemptRequest order) => cluster.StartJob(new ClusterJob(order, site, place, context.Report, context.Faults) { WasPostponed = Directory.Exists(order.Folder) });

    public override void Hold() => cluster.HoldJobs();

    public override void Release() => cluster.ReleaseJobs();

    public override void Cancel(AttemptRequest order, string reason)
    {
        if (cluster.CancelAttempt(order.Attempt, reason))
        {
            return;
        }

        // An attempt that is blocked here may still be in the queue.
        if (FindSubmittedJob(order) is { } known)
        {
            cluster.AdoptJobs([known.Job], _ => known.Age);
            cluster.CancelAttempt(order.Attempt, reason);
        }
        else
        {
            context.Report(new Observation.Exited(order.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason }));
        }
    }

    // Returns null if the attempt was never submitted: it has no script and no external id.
    private (ClusterJob Job, TimeSpan Age)? FindSubmittedJob(AttemptRequest order)
    {
        var now = context.Clock.GetUtcNow();
        var path = Path.Combine(order.Folder, JobScript.FileName);
        var kept = JobScript.ReadStored(path);
        if (kept is null && order.ExternalId is null)
        {
            return null;
        }

        var job = new ClusterJob(order, site, place, context.Report, context.Faults);
        job.IsRecorded = true;
        job.IsHeld = QueueHold.HasMarker(order);
        job.UnconfirmedEnd = UnconfirmedEnd.ReadMarker(order, now);
        job.AssignName(kept?.Name ?? SubmissionName.Create(order.Attempt), kept?.Index);
        // A submission's name is stored as the external id before the id was known; the attempt may have another name now.
        job.AssignId(order.ExternalId is { } id && !SubmissionName.IsName(id) ? id : null);
        if (job.Id is null)
        {
            job.ReportWaiting(now, "it is not known yet whether the scheduler accepted it; it is searched for by name");
        }

        return (job, kept is null ? now - (order.SubmittedAt ?? now) : now - FileTime.ReadWriteTime(path));
    }
}
