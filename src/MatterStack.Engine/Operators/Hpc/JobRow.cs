using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>A job as the queue or the accounting lists it.</summary>
/// <param name="Name">Job name.</param>
/// <param name="Index">Array index; null if the job is not an array member.</param>
/// <param name="Id">Job id, as the cancel command takes it.</param>
/// <param name="State">Job state.</param>
/// <param name="SubmitTime">Submission time in the scheduler's format, which sorts by time.</param>
internal sealed record JobRow(string Name, int? Index, string Id, JobState State, string SubmitTime)
{
    /// <summary>Sorts rows by their submission. A scheduler may list a refused submission as a failed job; the next one, of the same name
    /// and often of the same second, has a larger number.</summary>
    public static IEnumerable<JobRow> Sort(IEnumerable<JobRow> rows) =>
        rows.OrderBy(static row => row.SubmitTime, StringComparer.Ordinal).ThenBy(static row => row.Number);

    private long Number
    {
        get
        {
            var length = Id.AsSpan().IndexOfAnyExceptInRange('0', '9');
            return long.TryParse(length < 0 ? Id : Id.AsSpan(0, length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : 0;
        }
    }

    /// <summary>Node or nodes that the job has, or had at its end, in the scheduler's notation; null if it has none yet.</summary>
    public string? Node { get; init; }

    /// <summary>What the job has used, as far as this row says; null if it says nothing. Its source is <see cref="UsageSource.None"/> in a
    /// row of the queue, which knows times only.</summary>
    public AttemptUsage? Usage { get; init; }
}
