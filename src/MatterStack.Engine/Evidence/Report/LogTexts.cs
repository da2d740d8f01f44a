using MatterStack.Engine.Files;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>Reads the ends of logs and scripts for a report, up to a total size.</summary>
/// <param name="files">Files of the run or bundle.</param>
/// <param name="room">Limit of all excerpts together, in characters.</param>
internal sealed class LogTexts(ReportFiles files, int room)
{
    /// <summary>Limit of one excerpt, in bytes.</summary>
    public const int MostOfOne = 4096;

    private readonly LogTail _logs = new(files.Root, files.Hide);
    private int _room = room;

    /// <returns>
    /// The end of a file and the size of the whole file in bytes; null if the file is empty or missing, or the limit is reached.
    /// </returns>
    public (string Text, long Size)? Take(string path)
    {
        if (_room <= 0 || _logs.End(path, MostOfOne) is not { Text.Length: > 0 } end)
        {
            return null;
        }

        _room -= end.Text.Length;
        return end;
    }
}
