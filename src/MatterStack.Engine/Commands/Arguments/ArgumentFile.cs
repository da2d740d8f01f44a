using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands.Arguments;

/// <summary>Reads the text of an argument from a file. Neither a shell nor the command line can change it.</summary>
internal static class ArgumentFile
{
    /// <summary>Maximum size of the file, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads the text of a file without surrounding white space.</summary>
    /// <param name="path">The file.</param>
    /// <param name="argument">Name of the argument, for messages.</param>
    public static Result<string> ReadText(string path, string argument)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            // A device can have no end, so the read is bounded.
            var buffer = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
            {
                return CreateProblem(
                    path,
                    $"{argument} names a file of more than {MaxBytes / 1024} KiB",
                    "Shorten the text; put a longer text into a file of the task."
                );
            }

            var text = Strict.GetString(buffer, 0, length).TrimStart('\uFEFF').Trim();
            return text.Length > 0 ? text : CreateProblem(path, $"{argument} names a file without text", "Write the text into the file.");
        }
        catch (DecoderFallbackException)
        {
            return CreateProblem(path, $"{argument} names a file that is not UTF-8 text", "Save the file as UTF-8.");
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return CreateProblem(path, $"{argument} cannot be read: {e.Message}", "Give the path of a text file.");
        }
    }

    private static Problem CreateProblem(string path, string message, string remedy) =>
        new(RunCodes.InvalidArgument, message, remedy, new SourcePosition(path));
}
