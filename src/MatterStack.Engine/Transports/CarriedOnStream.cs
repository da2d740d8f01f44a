namespace MatterStack.Engine.Transports;

/// <summary>What comes when a part is carried on: a line of <c>sha256sum</c>, a byte that is zero, and then the rest of the file.</summary>
/// <param name="rest">Takes the rest.</param>
internal sealed class CarriedOnStream(Stream rest) : PushedStream
{
    private bool _isRest;

    /// <summary>The line that came first.</summary>
    public MemoryStream Line { get; } = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_isRest)
        {
            var end = buffer.IndexOf((byte)0);
            Line.Write(end < 0 ? buffer : buffer[..end]);
            if (end < 0)
            {
                return;
            }

            _isRest = true;
            buffer = buffer[(end + 1)..];
        }

        rest.Write(buffer);
    }
}
