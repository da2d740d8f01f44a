using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Reports.Overview;

/// <summary>Reads summaries of runs.</summary>
/// <param name="wirings">Reads the wiring of a run.</param>
/// <param name="paths">Removes folders of this machine from messages.</param>
internal sealed class RunSummaryReader(WiringService wirings, PathRedactor paths)
{
    /// <summary>Number of published files that a summary names.</summary>
    private const int MaxPublished = 3;

    /// <summary>Reads the summary of a run. A run that cannot be read gets a summary that says why.</summary>
    public RunSummary Read(RunFolder run)
    {
        try
        {
            using var reader = new RunReader(run);
            return Read(reader);
        }
        catch (ProblemException e)
        {
            return CreateUnreadable(run, string.Join("; ", e.Problems.Select(static problem => problem.Message)));
        }
        catch (Exception e)
        {
            // One run that nobody has foreseen must not hide the others.
            return CreateUnreadable(run, Fault.CreateProblem(e, "a run").Message);
        }
    }

    private RunSummary Read(RunReader reader)
    {
        var row = reader.RunRow;
        var wiring = wirings.Identify(reader.Run.Path);
        var (published, names) = reader.ReadPublishedPaths(MaxPublished);
        return new RunSummary
        {
            RunId = reader.Run.Id.Value,
            Campaign = row.WorkspaceSlug,
            State = row.State.ToText(),
            Reason = paths.Redact(row.Reason),
            HasEnded = row.State.IsEnd(),
            Tasks = reader.CountTasksByState(),
            Tags = row.Tags,
            Note = paths.Redact(row.Note),
            WiringSha256 = wiring?.Hash.Hex,
            WiringSource = wiring?.Origin.ToText(),
            CreatedAt = row.CreatedAt,
            EndedAt = row.EndedAt,
            Usage = reader.ReadUsageTotals(),
            Failures = [.. reader.CountFailureCauses().Select(static failure => new RunSummary.FailureCount(failure.Cause, failure.Tasks))],
            PublishedCount = published,
            Published = names,
        };
    }

    private RunSummary CreateUnreadable(RunFolder run, string why) =>
        new()
        {
            RunId = run.Id.Value,
            Problem = UntrustedText.ToLine(paths.Redact(why)),
            HasEnded = true,
        };
}
