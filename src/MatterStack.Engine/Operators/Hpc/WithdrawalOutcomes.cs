namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What became of jobs that were to be deleted before they began.</summary>
/// <param name="GoneIds">Jobs that were deleted; they never ran.</param>
/// <param name="BegunIds">Jobs that have begun, or have ended by themselves.</param>
internal sealed record WithdrawalOutcomes(IReadOnlySet<string> GoneIds, IReadOnlySet<string> BegunIds)
{
    /// <summary>Word before the id of a deleted job.</summary>
    public const string Gone = "matterstack-gone";

    /// <summary>Word before the id of a job that has begun.</summary>
    public const string Begun = "matterstack-begun";

    /// <summary>Parses the output of <see cref="IScheduler.BuildWithdrawScript"/>; other lines may be those of a wrapper.</summary>
    public static WithdrawalOutcomes Parse(string output)
    {
        var (gone, begun) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split(' ') is [var word, var id])
            {
                _ = word == Gone ? gone.Add(id) : word == Begun && begun.Add(id);
            }
        }

        return new(gone, begun);
    }
}
