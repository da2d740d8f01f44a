namespace MatterStack.Engine.Transports;

/// <summary>Says whenever something was written, so that a transfer that moves is told from one that hangs.</summary>
internal sealed class MovingStream(Stream target, Action moved) : PushedStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        target.Write(buffer);
        moved();
    }

    public override void Flush() => target.Flush();
}
