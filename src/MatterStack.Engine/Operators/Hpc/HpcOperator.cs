using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
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
                // A process that ended before it recorded the choice has left it in the script.
                if (known.Script?.Partition is { } partition)
                {
                    ReportPlacement(
                        known.Job,
                        known.Job.Resources.Placement is { } chosen && chosen.Partition == partition
                            ? chosen
                            : new Placement(partition, $"partition {partition}, as submitted")
                    );
                }

                ages[known.Job] = known.Age;
            }
        }

        if (ages.Count > 0)
        {
            cluster.AdoptJobs([.. ages.Keys], job => ages[job]);
        }
    }

    public override void Start(AttemptRequest request)
    {
        var job = new ClusterJob(request, site, place, context.Report, context.Faults) { WasPostponed = Directory.Exists(request.Folder) };
        if (job.Resources.Placement is { Partition: null } misfit)
        {
            // Its request has grown since the task was checked.
            context.Report(
                new Observation.NotStarted(
                    request.Attempt,
                    context.Clock.GetUtcNow(),
                    $"{CampaignCodes.UnsupportedOperator}: it fits no partition of '{request.Key}': {misfit.Reason}"
                )
                {
                    IsPermanent = true,
                }
            );
            return;
        }

        ReportPlacement(job, job.Resources.Placement);
        ReportExclusion(job);
        cluster.StartJob(job);
    }

    internal override void WatchUsage(IReadOnlyList<PendingUsage> ended) => cluster.WatchUsage(ended, site.Scheduler, context.Report);

    internal override void AskUsage(TimeSpan timeout) => cluster.AskUsage(timeout);

    public override void Hold() => cluster.HoldJobs();

    public override void Release() => cluster.ReleaseJobs();

    public override void Cancel(AttemptRequest request, string reason) => RequestEnd(request, reason, cluster.CancelAttempt);

    public override bool TryWithdraw(AttemptRequest request, string reason)
    {
        RequestEnd(request, reason, cluster.WithdrawAttempt);
        return true;
    }

    private void RequestEnd(AttemptRequest request, string reason, Func<AttemptId, string, bool> requestEnd)
    {
        if (requestEnd(request.Attempt, reason))
        {
            return;
        }

        // An attempt that is blocked here may still be in the queue.
        if (FindSubmittedJob(request) is { } known)
        {
            cluster.AdoptJobs([known.Job], _ => known.Age);
            requestEnd(request.Attempt, reason);
        }
        else
        {
            context.Report(
                new Observation.Exited(request.Attempt, context.Clock.GetUtcNow(), new AttemptEnd { IsCancelled = true, EndedBy = reason })
            );
        }
    }

    // Returns null if the attempt was never submitted: it has no script and no external id.
    private (ClusterJob Job, TimeSpan Age, StoredScript? Script)? FindSubmittedJob(AttemptRequest request)
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

        return (job, kept is null ? now - (request.SubmittedAt ?? now) : now - FileTime.ReadWriteTime(path), kept);
    }

    private void ReportExclusion(ClusterJob job)
    {
        var nodes = job.Request.AvoidedNodes;
        if (job.Resources.ExcludedNodes.Length == 0 || (job.Request.Given?.ExcludedNodes?.SequenceEqual(nodes) ?? false))
        {
            return;
        }

        context.Report(
            new Observation.Placed(
                job.Request.Attempt,
                context.Clock.GetUtcNow(),
                new GivenResources { ExcludedNodes = nodes },
                $"not on {string.Join(", ", nodes)}: attempts of this run ended there with NODE_FAIL (avoid_failed_nodes)"
            )
        );
    }

    // The operator also reports a choice of an earlier process; what is recorded is not reported again.
    private void ReportPlacement(ClusterJob job, Placement? placement)
    {
        if (placement?.Partition is { } partition && job.Request.Given?.Partition != partition)
        {
            context.Report(
                new Observation.Placed(
                    job.Request.Attempt,
                    context.Clock.GetUtcNow(),
                    new GivenResources { Partition = partition },
                    placement.Reason
                )
            );
        }
    }
}
