namespace MatterStack.Engine.Tests.Transports;

/// <summary>Lets so many bytes pass and then breaks, as a connection does.</summary>
internal sealed class CuttingStream(Stream target, long most, Action<int>? passed = null) : Stream
{
    private long _left = most;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var count = (int)Math.Min(_left, buffer.Length);
        target.Write(buffer[..count]);
        passed?.Invoke(count);
        _left -= count;
        if (count < buffer.Length)
        {
            throw new IOException("the connection broke");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => target.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
