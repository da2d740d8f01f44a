namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Place of a task in the order of starts; the least starts first. The higher priority precedes, then the longer path to the end,
/// then the declaration. Two tasks of a run never have the same rank.</summary>
internal readonly struct TaskRank : IComparable<TaskRank>, IEquatable<TaskRank>
{
    private const int PositionBits = 31;
    private const int PathBits = 22;

    // From the highest bits: priority, path, position. One number, because a queue of 100 000 tasks compares ranks millions of times.
    private readonly ulong _value;

    private TaskRank(ulong value) => _value = value;

    /// <summary>Creates a rank.</summary>
    /// <param name="priority">From -1000 to 1000.</param>
    /// <param name="pathMinutes">Length of the longest path from the task to the end of the workflow, in minutes; not negative. Lengths
    /// that differ by less than one part in 10 000 may count as equal.</param>
    /// <param name="position">Position in the workflow, from 0.</param>
    public TaskRank(int priority, float pathMinutes, int position)
    {
        var lower = (ulong)(1000 - Math.Clamp(priority, -1000, 1000));
        // The bits of floating-point numbers that are not negative are in the order of the numbers.
        var length = BitConverter.SingleToUInt32Bits(Math.Max(pathMinutes, 0)) >> (32 - 1 - PathBits);
        var shorter = (1UL << PathBits) - 1 - length;
        _value = (((lower << PathBits) | shorter) << PositionBits) | (uint)position;
    }

    /// <summary>Follows the rank of every task.</summary>
    public static TaskRank Last { get; } = new(ulong.MaxValue);

    public static bool operator <(TaskRank left, TaskRank right) => left._value < right._value;

    public static bool operator >(TaskRank left, TaskRank right) => left._value > right._value;

    public static bool operator <=(TaskRank left, TaskRank right) => left._value <= right._value;

    public static bool operator >=(TaskRank left, TaskRank right) => left._value >= right._value;

    public static bool operator ==(TaskRank left, TaskRank right) => left._value == right._value;

    public static bool operator !=(TaskRank left, TaskRank right) => left._value != right._value;

    public int CompareTo(TaskRank other) => _value.CompareTo(other._value);

    public bool Equals(TaskRank other) => _value == other._value;

    public override bool Equals(object? obj) => obj is TaskRank other && Equals(other);

    public override int GetHashCode() => _value.GetHashCode();
}
