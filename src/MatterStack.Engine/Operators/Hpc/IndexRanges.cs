using System.Globalization;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Formats array indices as schedulers do: <c>0-3</c>, <c>7</c>.</summary>
internal static class IndexRanges
{
    public static IEnumerable<string> FormatRanges(IEnumerable<int> indices)
    {
        var sorted = indices.Order().ToList();
        var i = 0;
        while (i < sorted.Count)
        {
            var last = i;
            while (last + 1 < sorted.Count && sorted[last + 1] == sorted[last] + 1)
            {
                last++;
            }

            yield return string.Create(CultureInfo.InvariantCulture, $"{sorted[i]}{(last == i ? "" : $"-{sorted[last]}")}");
            i = last + 1;
        }
    }

    /// <summary>Groups ids by array: the job number, and its members as ranges (empty if the job is not an array).</summary>
    /// <param name="ids">Ids of jobs and of members.</param>
    /// <param name="mark">Separator between job number and index.</param>
    public static IEnumerable<(string Job, IReadOnlyList<string> Ranges)> GroupByArray(IEnumerable<string> ids, char mark) =>
        ids.Select(id => id.Split(mark, 2))
            .GroupBy(parts => parts[0], StringComparer.Ordinal)
            .Select(job =>
                (
                    job.Key,
                    (IReadOnlyList<string>)
                        [
                            .. FormatRanges(
                                job.Where(parts => parts.Length > 1)
                                    .Select(parts => int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture))
                            ),
                        ]
                )
            );
}
