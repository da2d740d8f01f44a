namespace MatterStack.Engine.Evidence;

/// <summary>What is read of a bundle that may come from anybody: more than any run's has, and less than would fill a machine.</summary>
internal static class StrangerLimits
{
    /// <summary>Largest file that is read as JSON in one piece, in bytes.</summary>
    public const long MostOfJson = 512L << 20;

    /// <summary>Largest file that is read whole for another reason, in bytes.</summary>
    public const long MostOfSmall = 64L << 20;

    /// <summary>All wiring of a bundle, in bytes.</summary>
    public const long MostOfWiring = 64L << 20;

    /// <summary>Longest line of a file that is read by lines, in characters.</summary>
    public const int MostOfLine = 16 << 20;

    /// <summary>After so many problems the rest is no longer looked for.</summary>
    public const int MostProblems = 1000;

    /// <summary>Directory of an archive, in bytes.</summary>
    public const long MostOfDirectory = 256L << 20;

    /// <summary>What an archive may unpack to besides <see cref="MostOfPacking"/> times its own size, in bytes.</summary>
    public const long MostUnpacked = 1L << 30;

    /// <summary>How much larger the content of an archive may be than the archive.</summary>
    public const int MostOfPacking = 200;

    /// <summary>Lines that end in a line feed, and whether each has that end.</summary>
    /// <exception cref="InvalidDataException">One is too long.</exception>
    public static IEnumerable<(string Line, bool Ended)> Lines(TextReader reader)
    {
        var line = new System.Text.StringBuilder();
        var buffer = new char[1 << 14];
        for (int read; (read = reader.Read(buffer)) > 0;)
        {
            var from = 0;
            for (int end; (end = buffer.AsSpan(from, read - from).IndexOf('\n')) >= 0; from += end + 1)
            {
                line.Append(buffer, from, end);
                yield return (line.ToString(), true);
                line.Clear();
            }

            line.Append(buffer, from, read - from);
            if (line.Length > MostOfLine)
            {
                throw new InvalidDataException($"a line has more than {MostOfLine >> 20} Mi characters");
            }
        }

        if (line.Length > 0)
        {
            yield return (line.ToString(), false);
        }
    }
}
