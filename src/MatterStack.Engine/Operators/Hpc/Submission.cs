namespace MatterStack.Engine.Operators.Hpc;

/// <summary>A job, or an array of jobs, to submit.</summary>
/// <param name="Name">Job name, by which the job is found again.</param>
/// <param name="Indices">Indices of the array; null for a single job, whose script is <c>submit.sh</c> in the current folder.</param>
/// <param name="Script">Script of an array.</param>
/// <param name="SearchFirst">Whether the job may have been submitted before: then the script searches for it first, under the lock that
/// submissions take.</param>
/// <param name="Environment">Environment variables whose values must not be written to a file.</param>
/// <param name="TimeLimit">Time limit of the scheduler's command.</param>
internal sealed record Submission(
    string Name,
    IReadOnlyList<int>? Indices,
    string? Script,
    bool SearchFirst,
    IReadOnlyList<KeyValuePair<string, string>> Environment,
    TimeSpan TimeLimit
);
