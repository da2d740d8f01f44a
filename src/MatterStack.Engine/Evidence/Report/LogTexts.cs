using MatterStack.Engine.Files;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>The ends of logs and scripts that a report carries, as far as there is room for them.</summary>
/// <param name="files">Where they are.</param>
/// <param name="room">How many characters may be taken in all.</param>
internal sealed class LogTexts(ReportFiles files, int room)
{
    /// <summary>Of one file, in bytes.</summary>
    public const int MostOfOne = 4096;

    private readonly LogTail _logs = new(files.Root, files.Hide);
    private int _room = room;

    /// <returns>The end of a file and its whole size in bytes; null if it is empty, gone, or there is no room left.</returns>
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
