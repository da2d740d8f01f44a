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
        foreach (var request in live)
        {
            if (FindSubmittedJob(request) is { } known)
            {
                ages[known.Job] = known.Age;
            }
        }

        if (ages.Count > 0)
        {
            cluster.AdoptJobs([.. ages.Keys], job => ages[job]);
        }
    }

    public override void Start(AttemptRequest request) =>
        cluster.StartJob(
            new ClusterJob(request, site, place, context.Report, context.Faults) { WasPostponed = Directory.Exists(request.Folder) }
        );

    public override void Hold() => cluster.HoldJobs();

    public override void Release() => cluster.ReleaseJobs();

    public override void Cancel(AttemptRequest request, string reason)
    {
        if (cluster.CancelAttempt(request.Attempt, reason))
        {
            return;
        }

        // An attempt that is blocked here may still be in the queue.
        if (FindSubmittedJob(request) is { } known)
        {
            cluster.AdoptJobs([known.Job], _ => known.Age);
            cluster.CancelAttempt(request.Attempt, reason);
        }
        else
        {
            context.Report(
                new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason })
            );
        }
    }

    // Returns null if the attempt was never submitted: it has no script and no external id.
    private (ClusterJob Job, TimeSpan Age)? FindSubmittedJob(AttemptRequest request)
    {
        var now = context.Clock.GetUtcNow();
        var path = Path.Combine(request.Folder, JobScript.FileName);
        var kept = JobScript.ReadStored(path);
        if (kept is null && request.ExternalId is null)
        {
            return null;
        }

        var job = new ClusterJob(request, site, place, context.Report, context.Faults);
        job.IsRecorded = true;
        job.IsHeld = QueueHold.HasMarker(request);
        job.UnconfirmedEnd = UnconfirmedEnd.ReadMarker(request, now);
        job.AssignName(kept?.Name ?? SubmissionName.Create(request.Attempt), kept?.Index);
        // A submission's name is stored as the external id before the id was known; the attempt may have another name now.
        job.AssignId(request.ExternalId is { } id && !SubmissionName.IsName(id) ? id : null);
        if (job.Id is null)
        {
            job.ReportWaiting(now, "it is not known yet whether the scheduler accepted it; it is searched for by name");
        }

        return (job, kept is null ? now - (request.SubmittedAt ?? now) : now - FileTime.ReadWriteTime(path));
    }
}
