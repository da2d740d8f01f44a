using System.Buffers;
using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Canonical form of wiring for hashes and snapshots: no byte order mark, line ends LF, otherwise unchanged.</summary>
internal static class CanonicalBytes
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxSizeBytes = 1 << 20;

    public static byte[] FromRaw(ReadOnlySpan<byte> raw)
    {
        if (raw.StartsWith("\uFEFF"u8))
        {
            raw = raw[3..];
        }

        if (!raw.Contains((byte)'\r'))
        {
            return raw.ToArray();
        }

        var canonical = new ArrayBufferWriter<byte>(raw.Length);
        while (raw.IndexOf((byte)'\r') is var cr and >= 0)
        {
            canonical.Write(raw[..cr]);
            canonical.Write("\n"u8);
            // In YAML, a single CR ends a line, too.
            raw = raw[(cr + (cr + 1 < raw.Length && raw[cr + 1] == '\n' ? 2 : 1))..];
        }

        canonical.Write(raw);
        return canonical.WrittenSpan.ToArray();
    }

    /// <summary>Decodes canonical bytes as text. Fails if they are too large, not UTF-8, or contain control characters.</summary>
    public static Result<string> Decode(ReadOnlySpan<byte> canonical, string file)
    {
        if (canonical.Length > MaxSizeBytes)
        {
            return Problem.Create(
                WiringCodes.TooLarge,
                $"The file has {canonical.Length:N0} bytes; the limit is {MaxSizeBytes:N0}",
                new SourcePosition(file, 1, 1)
            );
        }

        int line = 1,
            column = 1;
        var rest = canonical;
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var used);
            if (status != OperationStatus.Done)
            {
                var what =
                    rest.StartsWith<byte>([0xFF, 0xFE]) || rest.StartsWith<byte>([0xFE, 0xFF])
                        ? "The file looks like UTF-16"
                        : $"Byte 0x{rest[0]:X2} is not UTF-8";
                return Problem.Create(WiringCodes.NotText, what, new SourcePosition(file, line, column));
            }

            if (Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or 0x85))
            {
                return new Problem(
                    WiringCodes.NotText,
                    $"Control character U+{rune.Value:X4}",
                    "Remove it.",
                    new SourcePosition(file, line, column)
                );
            }

            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf16SequenceLength);
            rest = rest[used..];
        }

        return Encoding.UTF8.GetString(canonical);
    }
}
