namespace MatterStack.Engine.Transports;

/// <summary>Deals out one stream to files whose lengths are known, in their order; each is appended to what it has.</summary>
internal sealed class PartWriter(IReadOnlyList<(string Path, long Length)> parts) : Stream
{
    private FileStream? _current;
    private int _index;
    private long _left = parts.Count == 0 ? 0 : parts[0].Length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (_index < parts.Count)
        {
            _current ??= Open(parts[_index].Path);
            var count = (int)Math.Min(_left, buffer.Length);
            _current.Write(buffer[..count]);
            buffer = buffer[count..];
            _left -= count;
            if (_left > 0)
            {
                return;
            }

            Next();
        }

        if (buffer.Length > 0)
        {
            throw new IOException("more came than the files had when they were listed");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _current?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Files without content may not have had their turn.
            while (_index < parts.Count && _left == 0)
            {
                _current ??= Open(parts[_index].Path);
                Next();
            }

            _current?.Dispose();
            _current = null;
        }

        base.Dispose(disposing);
    }

    private static FileStream Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.Append, FileAccess.Write);
    }

    private void Next()
    {
        _current!.Dispose();
        _current = null;
        _index++;
        _left = _index < parts.Count ? parts[_index].Length : 0;
    }
}
