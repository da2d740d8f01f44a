namespace MatterStack.Engine.Identity;

/// <summary>Makes the attempt ids of one writer of one run.</summary>
/// <remarks>Within a second the tail counts up from a random start, so ids are unique and sort in the order they were made;
/// a clock that steps back does not bring an id back, since the last stamp is kept.</remarks>
internal sealed class AttemptIdSource
{
    private DateTimeOffset _stamp = DateTimeOffset.MinValue;
    private uint _tail;

    public AttemptId Next(DateTimeOffset now)
    {
        var second = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, now.Offset);
        if (second > _stamp)
        {
            _stamp = second;
            // The upper bit stays clear: a second cannot wrap.
            _tail = StampedId.RandomTail() & 0x7fff_ffff;
        }
        else
        {
            _tail++;
        }

        return AttemptId.Trusted(StampedId.Format(_stamp, _tail));
    }
}
