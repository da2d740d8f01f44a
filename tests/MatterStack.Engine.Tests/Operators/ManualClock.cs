namespace MatterStack.Engine.Tests.Operators;

/// <summary>Time that stands still until a test moves it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _ticks = DateTime.UtcNow.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan span) => Interlocked.Add(ref _ticks, span.Ticks);
}
