using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>What is asked to end and is not over, in words: since when, by whom, why, and whether the outside was told.</summary>
internal static class EndReport
{
    private const int Shown = 5;

    /// <summary>The run's own line; null: it is not asked to end, or has.</summary>
    public static string? OfRun(IReadOnlyList<EndRow> ends) => ends.FirstOrDefault(e => e.AttemptId is null) is { } run
        ? $"is asked to end {Since(run)}; {Count(ends.Count(e => e.AttemptId is not null), "attempt is", "attempts are")} not over, and nothing new is started" : null;

    /// <summary>The line of an attempt, to be put behind what it is.</summary>
    public static string OfAttempt(EndRow end) => $"is asked to end {Since(end)}; {State(end)}";

    /// <summary>What could not be told, as an error; null: nothing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ends">What is asked to end and is not over.</param>
    /// <param name="only">Of this attempt; null: of all.</param>
    public static Problem? NotTold(RunFolder run, IEnumerable<EndRow> ends, AttemptId? only = null)
    {
        var untold = ends.Where(e => e is { AttemptId: not null, ToldAtUtc: null } && (only is null || e.AttemptId == only.Value.Value)).ToList();
        return untold.Count == 0 ? null : Problem.Of(RunCodes.EndNotTold,
            $"Run {run.Id}: {Count(untold.Count, "attempt", "attempts")} asked to end could not be told so, and may go on: {string.Join("; ", untold.Take(Shown).Select(Name))}{(untold.Count > Shown ? $"; and {untold.Count - Shown} more" : "")}");
    }

    /// <summary>What was told and is not over, to be put behind what was done; empty: nothing.</summary>
    public static string Told(IReadOnlyList<EndRow> ends, AttemptId? only = null)
    {
        var told = ends.Where(e => e is { AttemptId: not null, ToldAtUtc: not null } && (only is null || e.AttemptId == only.Value.Value)).ToList();
        return told.Count == 0 ? "" : $"; {Count(told.Count, "attempt was", "attempts were")} told and {(told.Count == 1 ? "is" : "are")} not over yet: {string.Join("; ", told.Take(Shown).Select(Name))}{(told.Count > Shown ? $"; and {told.Count - Shown} more" : "")}. -t:Step looks again";
    }

    /// <summary>What to type where an attempt that is asked to end is not over.</summary>
    public static string WayOut(EndRow end) => end.ToldAtUtc is null
        ? "-t:Step asks again; if it can never be reached, see that its work is gone, then -t:CleanupOrphans gives up on it"
        : "-t:Step looks whether it is over, and asks again; -t:CleanupOrphans gives up on it";

    private static string Name(EndRow end) => $"{end.TaskId} ({end.AttemptId}{(end.ExternalId is null ? "" : $", {end.ExternalId}")}): {State(end)}";

    private static string State(EndRow end) => (end.ToldAtUtc, end.Trouble) switch
    {
        (null, null) => "there is no answer yet",
        (null, var trouble) => $"NOT REACHED: {trouble}",
        (var told, null) => $"the outside was told at {told}",
        (var told, var trouble) => $"the outside was told at {told}: {trouble}",
    };

    private static string Since(EndRow end) => $"since {end.AskedAtUtc} by {end.AskedBy} ({end.Reason})";

    private static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";
}
