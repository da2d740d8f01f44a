using System.Globalization;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>Reads what <c>qacct -j</c> prints, behind <c>qstat -xml -s z</c>.</summary>
internal static class GridEngineAccounting
{
    private const string Mark = "===";

    // 'failed' of a record, as accounting(5) lists them.
    private const int AfterJob = 100;
    private const int LimitEnforced = 37;
    private static readonly int[] Migrated = [24, 25];

    // It could not begin: it went into the error state or back into the queue, and is over only once somebody has deleted it.
    private static readonly int[] BeforeJob = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 26, 27, 28, 29, 38];

    public static IReadOnlyList<JobRow>? Rows(string output)
    {
        var rows = new List<JobRow>();
        // Of a job that is over a record may come yet; where one is there, it stands behind and counts.
        foreach (var (id, name, indices) in GridEngineQueue.Jobs(output) ?? [])
        {
            rows.AddRange(indices.Select(index => new JobRow(name, index, GridEngineQueue.Id(id, index), new JobState.Gone(), GridEngineQueue.Sortable(id))));
        }

        var record = (Dictionary<string, string>?)null;
        foreach (var line in output.Split('\n').SkipWhile(line => !line.StartsWith(Mark, StringComparison.Ordinal)).Append(Mark))
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                if (record is not null)
                {
                    if (Row(record) is not { } row)
                    {
                        return null;
                    }

                    rows.Add(row);
                }

                record = [];
            }
            else if (line.Split(' ', 2) is [{ Length: > 0 } key, var value])
            {
                // What a wrapper of the site says stands behind.
                record!.TryAdd(key, value.Trim());
            }
        }

        return rows;
    }

    private static JobRow? Row(Dictionary<string, string> record)
    {
        string Of(string key) => record.GetValueOrDefault(key, "");
        // A record without its end, which has what was used, says of a job that was killed nothing that can be relied on.
        if (Of("jobnumber") is not { Length: > 0 } id || Of("jobname") is not { Length: > 0 } name || Number(Of("failed")) is not { } failed || Number(Of("exit_status")) is not { } exit || Number(Of("maxvmem")) is null)
        {
            return null;
        }

        var index = int.TryParse(Of("taskid"), NumberStyles.None, CultureInfo.InvariantCulture, out var member) ? member : (int?)null;
        return new JobRow(name, index, GridEngineQueue.Id(id, index), State((int)failed, Of("failed"), (int)exit, new Use(Of("ru_wallclock"), Of("maxvmem"), Of("slots"), Of("category"))), GridEngineQueue.Sortable(id));
    }

    /// <summary>What a record means. Grid Engine tells neither who ended a job nor which limit did: that is read off what it had asked for and used.</summary>
    private static JobState State(int failed, string told, int exit, Use use) => failed switch
    {
        0 when exit == 0 => new JobState.Completed(),
        // The script has gone on after one of its programs was killed, and ended with that program's code.
        0 when exit is 128 + 9 && use.TookAllMemory is { } much => new JobState.Failed("OUT_OF_MEMORY", much, exit),
        0 => new JobState.Failed("FAILED", null, exit),
        _ when Migrated.Contains(failed) => new JobState.Strange("moved"),
        _ when BeforeJob.Contains(failed) => new JobState.Gone(),
        AfterJob or LimitEnforced when use.TookAllTime => new JobState.Failed("TIMEOUT", null, exit),
        AfterJob or LimitEnforced when use.TookAllMemory is { } much => new JobState.Failed("OUT_OF_MEMORY", much, exit),
        LimitEnforced => new JobState.Failed("LIMIT", "h_rt, h_cpu or h_vmem of its queue", exit),
        // 'qdel' kills; so does 'kill -9', of which there is no other trace either.
        AfterJob when exit is 128 + 9 or 128 + 15 => new JobState.Cancelled(string.Create(CultureInfo.InvariantCulture, $"killed by signal {exit - 128}")),
        AfterJob => new JobState.Failed("FAILED", null, exit),
        _ => new JobState.Failed("FAILED", "Grid Engine's reason " + told, exit == 0 ? null : exit),
    };

    // '37  : qmaster enforced…', '137                  (Killed)', '5s', '227.312MB', '14323712'
    private static double? Number(string text)
    {
        var digits = text.AsSpan();
        var length = digits.IndexOfAnyExcept("0123456789.".AsSpan());
        return double.TryParse(length < 0 ? digits : digits[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number * Unit(length < 0 ? ' ' : digits[length]) : null;
    }

    private static double Unit(char letter) => char.ToUpperInvariant(letter) switch { 'K' => 1024, 'M' => 1024 * 1024, 'G' => 1024.0 * 1024 * 1024, 'T' => 1024.0 * 1024 * 1024 * 1024, _ => 1 };

    /// <summary>What a job used, and what it had asked for.</summary>
    private sealed record Use(string Wallclock, string Memory, string Slots, string Category)
    {
        public bool TookAllTime => Asked("h_rt") is { } limit && Number(Wallclock) is { } took && took >= limit;

        // A job that may not grow any further ends a little below.
        public string? TookAllMemory => Asked("h_vmem") is { } limit && Number(Memory) is { } took && took >= limit * (Number(Slots) ?? 1) * 0.95 ? $"it used {Memory}, and had asked for {Text("h_vmem")} a slot" : null;

        private double? Asked(string resource) => Text(resource) is { } text ? Number(text) : null;

        // '-l h_rt=5,h_vmem=100M -pe smp 2'
        private string? Text(string resource) => Category.Split(' ', ',').FirstOrDefault(part => part.StartsWith(resource + "=", StringComparison.Ordinal))?[(resource.Length + 1)..];
    }
}
