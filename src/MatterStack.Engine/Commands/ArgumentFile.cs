using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Words of a person that an argument gives by file, so that no shell and no command line has a say in them.</summary>
internal static class ArgumentFile
{
    /// <summary>What a person writes is no longer, in bytes.</summary>
    public const int Most = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text of a file; blanks and line ends around it are no part of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="argument">Name of the argument, for messages.</param>
    public static Result<string> ReadText(string path, string argument)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            // Not all of what claims to be a file has an end.
            var buffer = new byte[Most + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > Most)
            {
                return Illegal(path, $"{argument} names a file of more than {Most / 1024} KiB", "Shorten it; what is longer belongs among the task's files.");
            }

            var text = Strict.GetString(buffer, 0, length).TrimStart('\uFEFF').Trim();
            return text.Length > 0 ? text : Illegal(path, $"{argument} names a file without text", "Write the text into it.");
        }
        catch (DecoderFallbackException)
        {
            return Illegal(path, $"{argument} names a file that is not UTF-8 text", "Save it as UTF-8.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Illegal(path, $"{argument} cannot be read: {e.Message}", "Give the path of a text file.");
        }
    }

    private static Problem Illegal(string path, string message, string remedy) => new(RunCodes.IllegalArgument, message, remedy, new SourcePosition(path));
}
