using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>Reads what <c>sha256sum</c> of the GNU coreutils writes.</summary>
internal static class HashLines
{
    private const int HashLength = 64;

    // The hash, a blank, and a blank or an asterisk.
    private const int NameStart = HashLength + 2;

    /// <summary>Reads whole lines; what does not end in a newline is left out.</summary>
    /// <returns>The hashes, by the raw name (see <see cref="RawText"/>).</returns>
    public static Dictionary<string, Sha256> Parse(ReadOnlySpan<byte> lines)
    {
        var hashes = new Dictionary<string, Sha256>(StringComparer.Ordinal);
        while (lines.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Parse(RawText.Of(lines[..end]), hashes);
            lines = lines[(end + 1)..];
        }

        return hashes;
    }

    // A name with a backslash or a line break is escaped, and a backslash stands before the hash then.
    private static void Parse(string line, Dictionary<string, Sha256> hashes)
    {
        var escaped = line.StartsWith('\\');
        line = escaped ? line[1..] : line;
        if (line.Length > NameStart && Sha256.TryParse(line[..HashLength], out var hash))
        {
            var name = line[NameStart..];
            hashes[escaped ? Unescape(name) : name] = hash;
        }
    }

    private static string Unescape(string name) =>
        name.Replace("\\\\", "\0", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal).Replace('\0', '\\');
}
