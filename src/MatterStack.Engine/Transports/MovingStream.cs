namespace MatterStack.Engine.Transports;

/// <summary>Reports each write, so that a slow transfer is distinguished from a stalled one.</summary>
internal sealed class MovingStream(Stream target, Action moved) : PushedStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        target.Write(buffer);
        moved();
    }

    public override void Flush() => target.Flush();
}
