using MatterStack.Engine.Files;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Receives the rest of a partly fetched file: a line of <c>sha256sum</c>, a zero byte, and then the rest of the
/// content.</summary>
/// <param name="rest">Receives the rest of the content.</param>
internal sealed class ResumedFileStream(Stream rest) : WriteOnlyStream
{
    private bool _isRest;

    /// <summary>The line of <c>sha256sum</c>.</summary>
    public MemoryStream HashLine { get; } = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_isRest)
        {
            var end = buffer.IndexOf((byte)0);
            HashLine.Write(end < 0 ? buffer : buffer[..end]);
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
