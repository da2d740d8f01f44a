using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Reads why a request was withdrawn. The engine wrote the file, but a user may have replaced it.</summary>
internal static class WithdrawalFile
{
    /// <param name="runFolder">The run's folder.</param>
    /// <param name="relative">The file's path, relative to that folder.</param>
    public static string ReadReason(string runFolder, string relative)
    {
        try
        {
            using var reader = new StreamReader(TaskFile.OpenRead(runFolder, relative));
            var words = new char[UntrustedText.MaxReasonLength];
            return new string(words, 0, reader.ReadBlock(words)).TrimEnd('\n');
        }
        catch (RefusedFileException e)
        {
            return $"{Path.GetFileName(relative)} is not read: {e.Message}";
        }
    }
}
