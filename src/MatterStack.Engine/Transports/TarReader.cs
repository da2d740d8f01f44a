using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MatterStack.Engine.Transports;

/// <summary>Receives the content of an archive.</summary>
internal interface ITarTarget
{
    /// <summary>A regular file begins.</summary>
    /// <param name="name">Its raw name, each byte as one character.</param>
    /// <param name="size">Its length in bytes, including holes.</param>
    void Begin(string name, long size);

    /// <summary>The next bytes of the file.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>A hole: zero bytes that were not sent.</summary>
    void Skip(long count);

    /// <summary>The file is complete.</summary>
    void End();

    /// <summary>Bytes after the archive.</summary>
    void Rest(ReadOnlySpan<byte> bytes);
}

/// <summary>Reads an archive in the GNU format as it arrives: regular files, also with long names and holes. Other members are
/// skipped.</summary>
/// <remarks>The output of a command is written into it. The reader of .NET reads from a stream instead, and does not support
/// holes.</remarks>
internal sealed class TarReader(ITarTarget target) : PushedStream
{
    private const int Block = 512;

    // Bytes. No file system has longer names.
    private const int MostOfName = 64 << 10;

    private readonly byte[] _block = new byte[Block];
    private readonly Queue<(long Offset, long Count)> _pieces = new();
    private readonly MemoryStream _long = new();
    private State _state = State.Header;
    private int _filled;
    private long _left;
    private int _padding;
    private string? _name;
    private long _position;
    private long _size;
    private long _stored;

    private enum State
    {
        Header, MoreHoles, LongName, Content, Passed, Padding, BehindEnd, Rest,
    }

    /// <exception cref="IOException">The bytes are not an archive in this format.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Take(buffer)..];
        }
    }

    private int Take(ReadOnlySpan<byte> buffer)
    {
        switch (_state)
        {
            case State.Header or State.MoreHoles:
                var part = Math.Min(Block - _filled, buffer.Length);
                buffer[..part].CopyTo(_block.AsSpan(_filled));
                _filled += part;
                if (_filled == Block)
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
                var named = (int)Math.Min(_left, buffer.Length);
                _long.Write(buffer[..named]);
                _left -= named;
                if (_left == 0)
                {
                    _name = Encoding.Latin1.GetString(_long.ToArray()).TrimEnd('\0');
                    _long.SetLength(0);
                    _state = State.Padding;
                    EndPadding();
                }

                return named;
            case State.Content:
                return TakeContent(buffer);
            case State.Passed:
                var passed = (int)Math.Min(_left, buffer.Length);
                _left -= passed;
                if (_left == 0)
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
            case State.BehindEnd:
                // Zero bytes up to the end of a record.
                var zeros = buffer.IndexOfAnyExcept((byte)0);
                _state = zeros < 0 ? State.BehindEnd : State.Rest;
                return zeros < 0 ? buffer.Length : zeros;
            case State.Rest:
                target.Rest(buffer);
                return buffer.Length;
            default:
                throw new InvalidOperationException("No rule for this state");
        }
    }

    private int TakeContent(ReadOnlySpan<byte> buffer)
    {
        var (offset, count) = _pieces.Peek();
        if (_position < offset)
        {
            target.Skip(offset - _position);
            _position = offset;
        }

        var taken = (int)Math.Min(offset + count - _position, buffer.Length);
        target.Write(buffer[..taken]);
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
            _state = State.BehindEnd;
            return;
        }

        var sum = 0;
        for (var i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? ' ' : _block[i];
        }

        if (Number(148, 8) != sum)
        {
            throw new IOException("the received data is not a tar archive");
        }

        _stored = Number(124, 12);
        _padding = (int)(-_stored & (Block - 1));
        _pieces.Clear();
        switch ((char)_block[156])
        {
            case 'L' when _stored <= MostOfName:
                (_left, _state) = (_stored, State.LongName);
                return;
            case '0' or '\0' or '7':
                _name ??= ShortName();
                if (_stored > 0)
                {
                    _pieces.Enqueue((0, _stored));
                }

                Begin(_stored);
                EndContent();
                return;
            case 'S':
                _name ??= ShortName();
                ReadHoles(386, 4);
                _size = Number(483, 12);
                if (_block[482] != 0)
                {
                    _state = State.MoreHoles;
                    return;
                }

                Begin(_size);
                EndContent();
                return;
            default:
                _name = null;
                (_left, _state) = (_stored, _stored == 0 ? State.Padding : State.Passed);
                EndPadding();
                return;
        }
    }

    private string ShortName()
    {
        var end = _block.AsSpan(0, 100).IndexOf((byte)0);
        return Encoding.Latin1.GetString(_block, 0, end < 0 ? 100 : end);
    }

    private void ReadMoreHoles()
    {
        ReadHoles(0, 21);
        if (_block[504] == 0)
        {
            Begin(_size);
            EndContent();
        }
    }

    private void ReadHoles(int at, int count)
    {
        for (var i = 0; i < count; i++, at += 24)
        {
            var (offset, length) = (Number(at, 12), Number(at + 12, 12));
            if (length > 0)
            {
                _pieces.Enqueue((offset, length));
            }
        }
    }

    private void Begin(long size)
    {
        target.Begin(_name!, size);
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
            target.Skip(_size - _position);
            _position = _size;
        }

        target.End();
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
    private long Number(int at, int length)
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
                throw new IOException(string.Create(CultureInfo.InvariantCulture,
                    $"the received data is not a tar archive: a number contains the byte {digit}"));
            }
        }

        return number;
    }
}
