namespace MatterStack.Engine.Identity;

/// <summary>Creates the attempt ids of one process that writes a run.</summary>
/// <remarks>Within a second the tail counts up from a random start, so ids are unique and sort in creation order.
/// If the clock steps back, the last stamp stays in use, so no id is repeated.</remarks>
internal sealed class AttemptIdGenerator
{
    private DateTimeOffset _stamp = DateTimeOffset.MinValue;
    private uint _tail;

    public AttemptId CreateNext(DateTimeOffset now)
    {
        var second = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, now.Offset);
        if (second > _stamp)
        {
            _stamp = second;
            // The upper bit stays clear: counting within a second cannot overflow.
            _tail = TimestampedId.CreateRandomTail() & 0x7fff_ffff;
        }
        else
        {
            _tail++;
        }

        return AttemptId.FromTrusted(TimestampedId.Format(_stamp, _tail));
    }
}
