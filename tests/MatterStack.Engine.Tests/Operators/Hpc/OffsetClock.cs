namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A clock that only a test moves.</summary>
internal sealed class OffsetClock : TimeProvider
{
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan span) => _passed += span;

    public override long GetTimestamp() => _passed.Ticks;

    // In step with the time stamps of files, which no test can move.
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _passed;
}
