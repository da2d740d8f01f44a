using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Reads an archive in the GNU format as it arrives: regular files, also with long names and holes. Other members are
/// skipped.</summary>
/// <remarks>The output of a command is written into it. The reader of .NET reads from a stream instead, and does not support
/// holes.</remarks>
internal sealed class TarReader(ITarTarget target) : WriteOnlyStream
{
    private const int BlockSize = 512;

    // Bytes. No file system has longer names.
    private const int MaxNameBytes = 64 << 10;

    private readonly byte[] _block = new byte[BlockSize];
    private readonly Queue<(long Offset, long Count)> _pieces = new();
    private readonly MemoryStream _longName = new();
    private State _state = State.Header;
    private int _filled;
    private long _remaining;
    private int _padding;
    private string? _name;
    private long _position;
    private long _size;
    private long _stored;

    private enum State
    {
        Header,
        MoreHoles,
        LongName,
        Content,
        Skipped,
        Padding,
        AfterEnd,
        AfterArchive,
    }

    /// <exception cref="IOException">The bytes are not an archive in this format.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[ConsumeBytes(buffer)..];
        }
    }

    private int ConsumeBytes(ReadOnlySpan<byte> buffer)
    {
        switch (_state)
        {
            case State.Header or State.MoreHoles:
                var part = Math.Min(BlockSize - _filled, buffer.Length);
                buffer[..part].CopyTo(_block.AsSpan(_filled));
                _filled += part;
                if (_filled == BlockSize)
                {
                    _filled = 0;
                    if (_state == State.Header)
                    {
                        ReadHeader();
                    }
                    else
                    {
                        ReadMoreHoles();
                    }
                }

                return part;
            case State.LongName:
                var named = (int)Math.Min(_remaining, buffer.Length);
                _longName.Write(buffer[..named]);
                _remaining -= named;
                if (_remaining == 0)
                {
                    _name = Encoding.Latin1.GetString(_longName.ToArray()).TrimEnd('\0');
                    _longName.SetLength(0);
                    _state = State.Padding;
                    EndPadding();
                }

                return named;
            case State.Content:
                return ConsumeContent(buffer);
            case State.Skipped:
                var passed = (int)Math.Min(_remaining, buffer.Length);
                _remaining -= passed;
                if (_remaining == 0)
                {
                    _state = State.Padding;
                    EndPadding();
                }

                return passed;
            case State.Padding:
                var padding = Math.Min(_padding, buffer.Length);
                _padding -= padding;
                EndPadding();
                return padding;
            case State.AfterEnd:
                // Zero bytes up to the end of a record.
                var zeros = buffer.IndexOfAnyExcept((byte)0);
                _state = zeros < 0 ? State.AfterEnd : State.AfterArchive;
                return zeros < 0 ? buffer.Length : zeros;
            case State.AfterArchive:
                target.WriteRest(buffer);
                return buffer.Length;
            default:
                throw new InvalidOperationException("No rule for this state");
        }
    }

    private int ConsumeContent(ReadOnlySpan<byte> buffer)
    {
        var (offset, count) = _pieces.Peek();
        if (_position < offset)
        {
            target.SkipHole(offset - _position);
            _position = offset;
        }

        var taken = (int)Math.Min(offset + count - _position, buffer.Length);
        target.WriteContent(buffer[..taken]);
        _position += taken;
        if (_position == offset + count)
        {
            _pieces.Dequeue();
            EndContent();
        }

        return taken;
    }

    private void ReadHeader()
    {
        if (_block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            _state = State.AfterEnd;
            return;
        }

        var sum = 0;
        for (var i = 0; i < BlockSize; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : _block[i];
        }

        if (ReadNumber(148, 8) != sum)
        {
            throw new IOException("the received data is not a tar archive");
        }

        _stored = ReadNumber(124, 12);
        _padding = (int)(-_stored & (BlockSize - 1));
        _pieces.Clear();
        switch ((char)_block[156])
        {
            case 'L' when _stored <= MaxNameBytes:
                (_remaining, _state) = (_stored, State.LongName);
                return;
            case '0' or '\0' or '7':
                _name ??= ReadShortName();
                if (_stored > 0)
                {
                    _pieces.Enqueue((0, _stored));
                }

                BeginFile(_stored);
                EndContent();
                return;
            case 'S':
                _name ??= ReadShortName();
                ReadHoles(386, 4);
                _size = ReadNumber(483, 12);
                if (_block[482] != 0)
                {
                    _state = State.MoreHoles;
                    return;
                }

                BeginFile(_size);
                EndContent();
                return;
            default:
                _name = null;
                (_remaining, _state) = (_stored, _stored == 0 ? State.Padding : State.Skipped);
                EndPadding();
                return;
        }
    }

    private string ReadShortName()
    {
        var end = _block.AsSpan(0, 100).IndexOf((byte)0);
        return Encoding.Latin1.GetString(_block, 0, end < 0 ? 100 : end);
    }

    private void ReadMoreHoles()
    {
        ReadHoles(0, 21);
        if (_block[504] == 0)
        {
            BeginFile(_size);
            EndContent();
        }
    }

    private void ReadHoles(int at, int count)
    {
        for (var i = 0; i < count; i++, at += 24)
        {
            var (offset, length) = (ReadNumber(at, 12), ReadNumber(at + 12, 12));
            if (length > 0)
            {
                _pieces.Enqueue((offset, length));
            }
        }
    }

    private void BeginFile(long size)
    {
        target.BeginFile(_name!, size);
        (_name, _size, _position) = (null, size, 0);
        _state = State.Content;
    }

    private void EndContent()
    {
        if (_pieces.Count > 0)
        {
            return;
        }

        if (_position < _size)
        {
            target.SkipHole(_size - _position);
            _position = _size;
        }

        target.EndFile();
        _state = State.Padding;
        EndPadding();
    }

    private void EndPadding()
    {
        if (_padding == 0)
        {
            _state = State.Header;
        }
    }

    // Octal digits, or a binary number after a marker bit if there are too few digits.
    private long ReadNumber(int at, int length)
    {
        var field = _block.AsSpan(at, length);
        if ((field[0] & 0x80) != 0)
        {
            return BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        }

        long number = 0;
        foreach (var digit in field)
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
            {
                number = (number * 8) + digit - '0';
            }
            else if (digit is not ((byte)' ' or 0))
            {
                throw new IOException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the received data is not a tar archive: a number contains the byte {digit}"
                    )
                );
            }
        }

        return number;
    }
}
