using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Whether a place was full when jobs failed there: asked once for all that are collected together.</summary>
internal sealed class FullPlaces
{
    // As long as what was learnt is told of others that end.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IPlace, (TimeSpan At, DiskSpace? Space)> _asked = [];

    /// <summary>Puts behind the reason of an attempt that failed that its disk was full, if it was.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ending">How it ended.</param>
    /// <param name="left">The exit code that it left; null: it could write none.</param>
    /// <param name="now">Time.</param>
    /// <param name="cancel">Gives up.</param>
    public Ending Explain(ClusterJob job, Ending ending, int? left, TimeSpan now, CancellationToken cancel)
    {
        var failed = Verdicts.On(ending).Outcome == Outcome.Failed;
        if (ending.Cancelled || (!failed && left is not null))
        {
            return ending;
        }

        var why = FullDisk.Find(job.Order, Ask(job, now, cancel), job.Place.Name);
        // One that could not even write its exit code may have written half of anything else.
        return failed || why is null ? FullDisk.Explain(ending, why) : ending with { EndedBy = $"its exit code could not be written; {why}" };
    }

    private DiskSpace? Ask(ClusterJob job, TimeSpan now, CancellationToken cancel)
    {
        if (!_asked.TryGetValue(job.Place, out var asked) || now - asked.At > Fresh)
        {
            _asked[job.Place] = asked = (now, job.Place.AskSpace(job.Order, cancel));
        }

        return asked.Space;
    }
}
