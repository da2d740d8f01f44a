namespace MatterStack.Engine.Runs;

/// <summary>What is asked to end and is not over, in words: since when, by whom, why, and whether the outside was told.</summary>
internal static class EndText
{
    /// <summary>The run's own line, to be put behind its name; null: it is not asked to end, or has.</summary>
    public static string? OfRun(IReadOnlyList<EndRow> ends) => ends.FirstOrDefault(e => e.AttemptId is null) is { } run
        ? $"is asked to end {Since(run)}; {Count(ends.Count(e => e.AttemptId is not null), "attempt is", "attempts are")} not over, and nothing new is started" : null;

    /// <summary>The line of an attempt, to be put behind what it is.</summary>
    public static string OfAttempt(EndRow end) => $"is asked to end {Since(end)}; {State(end)}";

    /// <summary>What to type where an attempt that is asked to end is not over.</summary>
    public static string WayOut(EndRow end) => end.ToldAtUtc is null
        ? "-t:Step asks again; if it can never be reached, see that its work is gone, then -t:CleanupOrphans gives up on it"
        : "-t:Step looks whether it is over, and asks again; -t:CleanupOrphans gives up on it";

    /// <summary>Whether the outside knows of it.</summary>
    public static string State(EndRow end) => (end.ToldAtUtc, end.Trouble) switch
    {
        (null, null) => "there is no answer yet",
        (null, var trouble) => $"NOT REACHED: {trouble}",
        (var told, null) => $"the outside was told at {told}",
        (var told, var trouble) => $"the outside was told at {told}: {trouble}",
    };

    /// <summary>A number of things.</summary>
    public static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    private static string Since(EndRow end) => $"since {end.AskedAtUtc} by {end.AskedBy} ({end.Reason})";
}
