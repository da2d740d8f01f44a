namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Kinds of events and the values that they stand for, one table for both directions.</summary>
/// <param name="rows">The table; values without a row have no event.</param>
internal sealed class EventMeaning<T>(params (T Value, EventKind Kind)[] rows)
    where T : struct, Enum
{
    /// <summary>Kind of the event of a value.</summary>
    public EventKind GetKind(T value)
    {
        foreach (var row in rows)
        {
            if (EqualityComparer<T>.Default.Equals(row.Value, value))
            {
                return row.Kind;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, "no event is recorded for this value");
    }

    /// <summary>Finds the value of an event. Returns null if the table has no such kind.</summary>
    public T? FindValue(EventKind kind)
    {
        foreach (var row in rows)
        {
            if (ReferenceEquals(row.Kind, kind))
            {
                return row.Value;
            }
        }

        return null;
    }
}
