using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Writes a person's answer as the file that <see cref="AnswerFile"/> reads. The first valid answer counts.</summary>
/// <param name="disk">Writes the file; new files get the group access of the run's folder from it.</param>
/// <param name="folder">Folder of the attempt.</param>
/// <param name="name">Name of the file.</param>
internal sealed class AnswerFileWriter(IDisk disk, string folder, string name)
{
    /// <summary>Path of the answer.</summary>
    public string FilePath { get; } = Path.Combine(folder, name);

    /// <summary>Bytes of an answer as they are written.</summary>
    public static byte[] Format(JsonObject answer) => Encoding.UTF8.GetBytes(answer.ToJsonString(OutsideJson.IndentedOptions) + "\n");

    /// <summary>Writes an answer. Returns false if there is a valid one, also if another process writes one at the same time.</summary>
    public bool TryWriteAnswer(byte[] content)
    {
        if (disk.FileExists(FilePath))
        {
            if (AnswerFile.ReadAnswer(folder, name) is ExchangeAnswer.Valid)
            {
                return false;
            }

            // An incomplete or illegal answer is renamed, so that nothing is lost.
            disk.MoveFile(FilePath, FindFreeName());
        }

        return disk.TryCreateAtomically(FilePath, content);
    }

    /// <summary>Text on who answered and when, to follow "is answered". Empty if the answer cannot be read or does not tell it.</summary>
    public string DescribeResponder()
    {
        try
        {
            using var answer = RegularFile.Read(FilePath, OutsideJson.MaxBytes) is { } bytes
                ? OutsideJson.Parse(bytes, JsonRule.Answer, out _)
                : null;
            return
                answer is not null
                && answer.RootElement.TryGetProperty("responded_by", out var by)
                && answer.RootElement.TryGetProperty("responded_at_utc", out var at)
                ? $" by {by} at {at}"
                : "";
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return "";
        }
    }

    private string FindFreeName()
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        for (var n = 1; ; n++)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{stem}.invalid-{n}{extension}"));
            if (!disk.FileExists(path))
            {
                return path;
            }
        }
    }
}
