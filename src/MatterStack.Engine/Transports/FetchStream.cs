using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>What comes of a fetch: lines of <c>sha256sum</c>, a byte that is zero, and then the files.</summary>
/// <param name="hashes">Takes the hashes, by the raw name.</param>
/// <param name="files">Takes what follows.</param>
internal sealed class FetchStream(IDictionary<string, Sha256> hashes, Stream files) : PushedStream
{
    private MemoryStream? _lines = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_lines is not null)
        {
            var end = buffer.IndexOf((byte)0);
            _lines.Write(end < 0 ? buffer : buffer[..end]);
            if (end < 0)
            {
                return;
            }

            foreach (var line in RawText.Of(_lines.GetBuffer().AsSpan(0, (int)_lines.Length)).Split('\n'))
            {
                Read(line);
            }

            _lines = null;
            buffer = buffer[(end + 1)..];
        }

        files.Write(buffer);
    }

    // What would not fit a line is escaped, and a backslash stands before the hash then.
    private void Read(string line)
    {
        var escaped = line.StartsWith('\\');
        line = escaped ? line[1..] : line;
        if (line.Length > 66 && Sha256.TryParse(line[..64], out var hash))
        {
            var name = line[66..];
            hashes[escaped ? name.Replace("\\\\", "\0", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal).Replace('\0', '\\') : name] = hash;
        }
    }
}
