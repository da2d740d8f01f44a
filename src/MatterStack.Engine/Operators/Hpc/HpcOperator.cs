using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Attempts as jobs of a batch scheduler.</summary>
internal sealed class HpcOperator(Cluster cluster, HpcSite site, IPlace place, OperatorContext context) : AttemptOperator
{
    public override void Observe(IReadOnlyList<AttemptOrder> live)
    {
        var now = context.Clock.GetUtcNow();
        var ages = new Dictionary<ClusterJob, TimeSpan>();
        foreach (var order in live)
        {
            var path = Path.Combine(order.Folder, JobScript.FileName);
            var kept = JobScript.Read(path);
            if (kept is null && order.ExternalId is null)
            {
                // Without its script it was never submitted.
                continue;
            }

            var job = new ClusterJob(order, site, place, context.Report, context.Faults);
            job.IsHeld = Holding.IsMarked(order);
            job.Call(kept?.Name ?? "ms-" + order.Attempt, kept?.Index);
            job.Identify(order.ExternalId is { } id && id != job.Name ? id : null);
            ages[job] = kept is null ? now - (order.SubmittedAt ?? now) : now - FileTime.Written(path);
            if (job.Id is null)
            {
                job.TellWaiting(now, "whether it was taken is not known yet; it is looked for by its name");
            }
        }

        if (ages.Count > 0)
        {
            cluster.Look([.. ages.Keys], job => ages[job]);
        }
    }

    public override void Start(AttemptOrder order) => cluster.Start(new ClusterJob(order, site, place, context.Report, context.Faults));

    public override void Hold() => cluster.Hold();

    public override void Release() => cluster.Release();

    public override void Cancel(AttemptOrder order, string reason)
    {
        if (!cluster.Cancel(order.Attempt, reason))
        {
            context.Report(new Observation.Exited(order.Attempt, context.Clock.GetUtcNow(), new Ending { Cancelled = true, EndedBy = reason }));
        }
    }
}
