using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>Parses the output of <c>qacct -j</c>, which follows that of <c>qstat -xml -s z</c>.</summary>
internal static class GridEngineAccounting
{
    private const string RecordSeparator = "===";

    // Values of 'failed' in a record, as listed in accounting(5).
    private const int FailedAfterJob = 100;
    private const int LimitEnforced = 37;
    private static readonly int[] MigratedCodes = [24, 25];

    // The daemon of the node lost the job: the node crashed, or was started anew ('probably program or machine crash').
    private static readonly int[] NodeFailedCodes = [19, 21];

    // The job could not start: it is in the error state or back in the queue, and ends only when it is deleted.
    private static readonly int[] FailedBeforeJob = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 26, 27, 28, 29, 38];

    public static IReadOnlyList<JobRow>? ParseRows(string output)
    {
        var rows = new List<JobRow>();
        // The record of an ended job may still arrive; if it is there, its row follows and wins.
        foreach (var (id, name, indices) in GridEngineQueue.ParseJobs(output) ?? [])
        {
            rows.AddRange(
                indices.Select(index => new JobRow(
                    name,
                    index,
                    GridEngineQueue.FormatId(id, index),
                    new JobState.Vanished(),
                    GridEngineQueue.ToSortableText(id)
                ))
            );
        }

        var record = (Dictionary<string, string>?)null;
        foreach (
            var line in output
                .Split('\n')
                .SkipWhile(line => !line.StartsWith(RecordSeparator, StringComparison.Ordinal))
                .Append(RecordSeparator)
        )
        {
            if (line.StartsWith(RecordSeparator, StringComparison.Ordinal))
            {
                if (record is not null)
                {
                    if (ParseRecord(record) is not { } row)
                    {
                        return null;
                    }

                    rows.Add(row);
                }

                record = [];
            }
            else if (line.Split(' ', 2) is [{ Length: > 0 } key, var value])
            {
                // Text of a site's wrapper follows the first value.
                record!.TryAdd(key, value.Trim());
            }
        }

        return rows;
    }

    private static JobRow? ParseRecord(Dictionary<string, string> record)
    {
        string GetField(string key) => record.GetValueOrDefault(key, "");
        // A record without its last lines, which contain the usage, is not reliable for a killed job.
        if (
            GetField("jobnumber") is not { Length: > 0 } id
            || GetField("jobname") is not { Length: > 0 } name
            || ParseNumber(GetField("failed")) is not { } failed
            || ParseNumber(GetField("exit_status")) is not { } exit
            || ParseNumber(GetField("maxvmem")) is null
        )
        {
            return null;
        }

        var index = int.TryParse(GetField("taskid"), NumberStyles.None, CultureInfo.InvariantCulture, out var member) ? member : (int?)null;
        return new JobRow(
            name,
            index,
            GridEngineQueue.FormatId(id, index),
            ParseState(
                (int)failed,
                GetField("failed"),
                (int)exit,
                new ResourceUsage(GetField("ru_wallclock"), GetField("maxvmem"), GetField("slots"), GetField("category"))
            ),
            GridEngineQueue.ToSortableText(id)
        )
        {
            Node = GetField("hostname") is { Length: > 0 } host && host != "unknown" ? host : null,
            Usage = GridEngineUsage.Read(GetField, ParseNumber),
        };
    }

    /// <summary>
    /// Derives the state from a record. Grid Engine does not record who ended a job or which limit did; this is derived from the requested
    /// and used resources.
    /// </summary>
    private static JobState ParseState(int failed, string told, int exit, ResourceUsage use) =>
        failed switch
        {
            0 when exit == 0 => new JobState.Completed(),
            // The script continued after one of its programs was killed, and ended with that program's code.
            0 when exit is 128 + 9 && use.MemoryExhaustion is { } much => new JobState.Failed(
                EndCause.OutOfMemory,
                "OUT_OF_MEMORY",
                much,
                exit
            ),
            0 => new JobState.Failed(EndCause.Exited, "FAILED", null, exit),
            _ when MigratedCodes.Contains(failed) => new JobState.Unrecognized("moved"),
            _ when FailedBeforeJob.Contains(failed) => new JobState.Vanished(),
            _ when NodeFailedCodes.Contains(failed) => new JobState.Failed(
                EndCause.NodeFailure,
                "NODE_FAIL",
                "Grid Engine's reason " + told,
                exit == 0 ? null : exit
            ),
            // The signals of the soft limits; a program that does not know them is ended by them.
            FailedAfterJob when exit is 128 + 10 && use.HasUsedAllSoftTime => new JobState.Failed(
                EndCause.TimeLimit,
                "TIMEOUT",
                "s_rt",
                exit
            ),
            FailedAfterJob or LimitEnforced when use.HasUsedAllTime => new JobState.Failed(EndCause.TimeLimit, "TIMEOUT", null, exit),
            FailedAfterJob or LimitEnforced when use.MemoryExhaustion is { } much => new JobState.Failed(
                EndCause.OutOfMemory,
                "OUT_OF_MEMORY",
                much,
                exit
            ),
            // sge_status(5): 'killed due to exceeding run time limit'; its job requested none, so its queue has one.
            LimitEnforced => new JobState.Failed(EndCause.TimeLimit, "TIMEOUT", "h_rt, h_cpu or h_vmem of its queue", exit),
            // 'qdel' kills with these signals; 'kill -9' does too and leaves no other trace.
            FailedAfterJob when exit is 128 + 9 or 128 + 15 => new JobState.Cancelled(
                string.Create(CultureInfo.InvariantCulture, $"killed by signal {exit - 128}")
            ),
            FailedAfterJob => new JobState.Failed(EndCause.Exited, "FAILED", null, exit),
            _ => new JobState.Failed(EndCause.Exited, "FAILED", "Grid Engine's reason " + told, exit == 0 ? null : exit),
        };

    // '37  : qmaster enforced…', '137                  (Killed)', '5s', '227.312MB', '14323712'
    private static double? ParseNumber(string text)
    {
        var digits = text.AsSpan();
        var length = digits.IndexOfAnyExcept("0123456789.".AsSpan());
        return double.TryParse(
            length < 0 ? digits : digits[..length],
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number * GetUnitFactor(length < 0 ? ' ' : digits[length])
            : null;
    }

    private static double GetUnitFactor(char letter) =>
        char.ToUpperInvariant(letter) switch
        {
            'K' => 1024,
            'M' => 1024 * 1024,
            'G' => 1024.0 * 1024 * 1024,
            'T' => 1024.0 * 1024 * 1024 * 1024,
            _ => 1,
        };

    /// <summary>Used and requested resources of a job.</summary>
    private sealed record ResourceUsage(string Wallclock, string Memory, string Slots, string Category)
    {
        public bool HasUsedAllTime => HasReached("h_rt");

        public bool HasUsedAllSoftTime => HasReached("s_rt");

        // A job that cannot allocate more ends slightly below the limit.
        public string? MemoryExhaustion =>
            GetRequested("h_vmem") is { } limit && ParseNumber(Memory) is { } took && took >= limit * (ParseNumber(Slots) ?? 1) * 0.95
                ? $"it used {Memory} and had requested {FindRequestText("h_vmem")} per slot"
                : null;

        private bool HasReached(string resource) =>
            GetRequested(resource) is { } limit && ParseNumber(Wallclock) is { } took && took >= limit;

        private double? GetRequested(string resource) => FindRequestText(resource) is { } text ? ParseNumber(text) : null;

        // '-l h_rt=5,h_vmem=100M -pe smp 2'
        private string? FindRequestText(string resource) =>
            Category
                .Split(' ', ',')
                .FirstOrDefault(part => part.StartsWith(resource + "=", StringComparison.Ordinal))
                ?[(resource.Length + 1)..];
    }
}
