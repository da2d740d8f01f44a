using MatterStack.Engine.Files;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Reads the ends of logs and scripts for a report, up to a total size.</summary>
/// <param name="files">Files of the run or bundle.</param>
/// <param name="room">Limit of all excerpts together, in characters.</param>
internal sealed class LogExcerpts(ReportFiles files, int room)
{
    /// <summary>Limit of one excerpt, in bytes.</summary>
    public const int MaxBytesPerFile = 4096;

    private readonly LogTail _logs = new(files.Root, files.RedactSecrets);
    private int _charactersLeft = room;

    /// <returns>
    /// The end of a file and the size of the whole file in bytes; null if the file is empty or missing, or the limit is reached.
    /// </returns>
    public (string Text, long Size)? ReadEnd(string path)
    {
        if (_charactersLeft <= 0 || _logs.ReadEnd(path, MaxBytesPerFile) is not { Text.Length: > 0 } end)
        {
            return null;
        }

        _charactersLeft -= end.Text.Length;
        return end;
    }
}
