using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Reads what jobs used from the output of <c>sacct</c> and <c>squeue</c>. Both are called with <c>TZ=UTC0</c>: otherwise they
/// print times in the zone of the cluster.</summary>
internal static class SlurmUsage
{
    /// <summary>Columns of <c>sacct</c>, without <c>-X</c>: a job and each of its steps have a row.</summary>
    public const string Format = "JobID,State,Submit,Start,ElapsedRaw,TotalCPU,MaxRSS,NodeList";

    /// <summary>Header line of the output.</summary>
    public const string Header = "JobID|State|Submit|Start|ElapsedRaw|TotalCPU|MaxRSS|NodeList";

    private const string BatchStep = "batch";

    /// <summary>Reads rows of a job and its steps. A job that was requeued has several groups of rows with one id; the last one
    /// counts.</summary>
    /// <param name="rows">Fields of each row, in the order of the output.</param>
    /// <returns>One row for each job whose accounting is known to have ended. The source of its usage is
    /// <see cref="UsageSource.Pending"/> if the rows of its steps are still to come.</returns>
    public static IReadOnlyList<JobRow> Read(IEnumerable<string[]> rows)
    {
        var jobs = new Dictionary<string, Group>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var (id, step) = row[0].Split('.', 2) is [var job, var name] ? (job, name) : (row[0], null);
            if (step is null)
            {
                if (!jobs.TryGetValue(id, out var earlier) || string.CompareOrdinal(row[2], earlier.Job[2]) >= 0)
                {
                    jobs[id] = new Group(row);
                }
            }
            else if (jobs.TryGetValue(id, out var group))
            {
                group.Steps.Add((step, row));
            }
        }

        return [.. jobs.Where(static job => HasEnded(job.Value.Job)).Select(static job => CreateRow(job.Key, job.Value))];
    }

    private static JobRow CreateRow(string id, Group group)
    {
        var row = group.Job;
        var (submitted, started) = (ParseTime(row[2]), ParseTime(row[3]));
        // The accounting gives a job that was cancelled in the queue a start, and no node.
        var node = SlurmParser.FindNode(row[7]);
        var peak = group.Steps.Append((Step: "", Row: row)).Max(static step => ParseSize(step.Row[6]));
        var cpu = ParseCpu(row[5]) is { Ticks: > 0 } whole ? whole : SumSteps(group.Steps);
        // Where nothing is gathered, the time is 0.
        cpu = cpu == TimeSpan.Zero && peak is null ? null : cpu;
        var isComplete = node is null || group.Steps.Any(static step => step.Step == BatchStep && HasEnded(step.Row));
        return new JobRow("", null, id, SlurmParser.ParseState(row[1], null, null), row[2])
        {
            Node = node,
            Usage = node is null
                ? new AttemptUsage { Source = UsageSource.Sacct }
                : new AttemptUsage
                {
                    StartedAt = started,
                    QueueTime = started >= submitted ? started - submitted : null,
                    WallTime = long.TryParse(row[4], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                        ? TimeSpan.FromSeconds(seconds)
                        : null,
                    CpuTime = cpu,
                    PeakMemoryBytes = peak,
                    Source = isComplete ? UsageSource.Sacct : UsageSource.Pending,
                },
        };
    }

    private static TimeSpan? SumSteps(List<(string Step, string[] Row)> steps) =>
        steps.Select(static step => ParseCpu(step.Row[5])).OfType<TimeSpan>().ToList() is { Count: > 0 } durations
            ? TimeSpan.FromTicks(durations.Sum(static duration => duration.Ticks))
            : null;

    private static bool HasEnded(string[] row) =>
        SlurmParser.ParseState(row[1], null, null) is JobState.Completed or JobState.Failed or JobState.Cancelled;

    /// <summary>Parses a time that was printed with <c>TZ=UTC0</c>; null for <c>Unknown</c>, <c>None</c> and <c>N/A</c>.</summary>
    public static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            "yyyy-MM-dd'T'HH:mm:ss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : null;

    /// <summary>Parses <c>[DD-[HH:]]MM:SS[.ms]</c>; null if it is not a time.</summary>
    public static TimeSpan? ParseCpu(string text)
    {
        var (days, rest) = text.Split('-') is [var before, var after] ? (before, after) : ("0", text);
        var parts = rest.Split(':');
        var total = 0.0;
        foreach (var part in parts)
        {
            if (!double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            total = total * 60 + number;
        }

        return parts.Length is 2 or 3 && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
            ? TimeSpan.FromDays(whole) + TimeSpan.FromSeconds(total)
            : null;
    }

    /// <summary>Parses a size: <c>5188K</c>, <c>1.25G</c>, <c>5312512</c> (bytes); null if it is empty or 0, which no process is.</summary>
    public static long? ParseSize(string text)
    {
        var unit = text.Length == 0 ? -1 : "KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        return
            double.TryParse(unit < 0 ? text : text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number > 0
            ? (long)(number * Math.Pow(1024, unit + 1))
            : null;
    }

    private sealed record Group(string[] Job)
    {
        public List<(string Step, string[] Row)> Steps { get; } = [];
    }
}
