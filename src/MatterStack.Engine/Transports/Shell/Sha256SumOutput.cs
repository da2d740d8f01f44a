using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Parses the output of <c>sha256sum</c> of the GNU coreutils.</summary>
internal static class Sha256SumOutput
{
    private const int HashLength = 64;

    // The hash, a blank, and a blank or an asterisk.
    private const int NameStart = HashLength + 2;

    /// <summary>Parses complete lines; a last line without a newline is ignored.</summary>
    /// <returns>The hashes, by raw name (see <see cref="RawFileName"/>).</returns>
    public static Dictionary<string, Sha256> Parse(ReadOnlySpan<byte> lines)
    {
        var hashes = new Dictionary<string, Sha256>(StringComparer.Ordinal);
        while (lines.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Parse(RawFileName.FromBytes(lines[..end]), hashes);
            lines = lines[(end + 1)..];
        }

        return hashes;
    }

    // A name with a backslash or a line break is escaped. Then the line begins with a backslash.
    private static void Parse(string line, Dictionary<string, Sha256> hashes)
    {
        var escaped = line.StartsWith('\\');
        line = escaped ? line[1..] : line;
        if (line.Length > NameStart && Sha256.TryParse(line[..HashLength], out var hash))
        {
            var name = line[NameStart..];
            hashes[escaped ? UnescapeName(name) : name] = hash;
        }
    }

    private static string UnescapeName(string name) =>
        name.Replace("\\\\", "\0", StringComparison.Ordinal)
            .Replace("\\n", "\n", StringComparison.Ordinal)
            .Replace("\\r", "\r", StringComparison.Ordinal)
            .Replace('\0', '\\');
}
