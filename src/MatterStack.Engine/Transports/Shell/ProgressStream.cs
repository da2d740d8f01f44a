using MatterStack.Engine.Files;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Reports each write, so that a slow transfer is distinguished from a stalled one.</summary>
internal sealed class ProgressStream(Stream target, Action moved) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        target.Write(buffer);
        moved();
    }

    public override void Flush() => target.Flush();
}
