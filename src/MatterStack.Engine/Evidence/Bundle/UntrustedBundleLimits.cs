namespace MatterStack.Engine.Evidence.Bundle;

/// <summary>Limits for reading a bundle from an untrusted source: above the needs of any run, below the memory of a machine.</summary>
internal static class UntrustedBundleLimits
{
    /// <summary>Size limit of a JSON file that is read as a whole, in bytes.</summary>
    public const long MaxJsonBytes = 512L << 20;

    /// <summary>Size limit of any other file that is read as a whole, in bytes.</summary>
    public const long MaxSmallFileBytes = 64L << 20;

    /// <summary>Size limit of all wiring files of a bundle together, in bytes.</summary>
    public const long MaxWiringBytes = 64L << 20;

    /// <summary>Limit of a line in a file that is read by lines, in characters.</summary>
    public const int MaxLineCharacters = 16 << 20;

    /// <summary>Number of problems after which a check stops.</summary>
    public const int MaxProblems = 1000;

    /// <summary>Size limit of an archive's directory, in bytes.</summary>
    public const long MaxDirectoryBytes = 256L << 20;

    /// <summary>
    /// Unpacked size that is always allowed, in bytes, in addition to <see cref="MaxPackingRatio"/> times the archive's size.
    /// </summary>
    public const long MaxUnpackedBytes = 1L << 30;

    /// <summary>Allowed ratio of unpacked to packed size.</summary>
    public const int MaxPackingRatio = 200;

    /// <summary>Reads lines that end with a line feed; Ended is false for a last line without one.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public static IEnumerable<(string Line, bool Ended)> ReadLines(TextReader reader)
    {
        var line = new System.Text.StringBuilder();
        var buffer = new char[1 << 14];
        int read;
        while ((read = reader.Read(buffer)) > 0)
        {
            var from = 0;
            for (int end; (end = buffer.AsSpan(from, read - from).IndexOf('\n')) >= 0; from += end + 1)
            {
                line.Append(buffer, from, end);
                yield return (line.ToString(), true);
                line.Clear();
            }

            line.Append(buffer, from, read - from);
            if (line.Length > MaxLineCharacters)
            {
                throw new InvalidDataException($"a line has more than {MaxLineCharacters >> 20} Mi characters");
            }
        }

        if (line.Length > 0)
        {
            yield return (line.ToString(), false);
        }
    }
}
