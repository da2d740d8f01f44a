using MatterStack.Engine.Files;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>
/// Compares written bytes with another stream at the same position and records the differences. A later write to a position replaces the
/// earlier result.
/// </summary>
internal sealed class ComparingStream(Stream wanted) : WriteOnlyStream
{
    // Only the first difference is reported; the limit keeps a completely different file from filling the memory.
    private const int MaxDifferences = 4096;
    private readonly SortedSet<long> _differences = [];
    private readonly byte[] _wantedBuffer = new byte[1 << 16];
    private long _position;
    private long _length;

    /// <summary>Byte position of the first difference; null if there is none.</summary>
    public long? FirstDifference =>
        _differences.Count > 0 ? _differences.Min
        : _length != wanted.Length ? Math.Min(_length, wanted.Length)
        : null;

    public override bool CanSeek => true;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var piece = buffer[..Math.Min(buffer.Length, _wantedBuffer.Length)];
            wanted.Position = Math.Min(_position, wanted.Length);
            var there = _wantedBuffer.AsSpan(
                0,
                wanted.ReadAtLeast(_wantedBuffer.AsSpan(0, piece.Length), piece.Length, throwOnEndOfStream: false)
            );
            if (_differences.Count > 0 || !piece.SequenceEqual(there))
            {
                RecordDifferences(piece, there);
            }

            _position += piece.Length;
            _length = Math.Max(_length, _position);
            buffer = buffer[piece.Length..];
        }
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        _position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => _length + offset,
        };

    public override void SetLength(long value) => _length = value;

    private void RecordDifferences(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> there)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            if (i < there.Length && piece[i] == there[i])
            {
                _differences.Remove(_position + i);
            }
            else if (_differences.Count < MaxDifferences)
            {
                _differences.Add(_position + i);
            }
        }
    }
}
