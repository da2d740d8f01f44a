using System.Globalization;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Reads which jobs a scheduler did not cancel, and its messages: the jobs that its lines name, or all if no line names a job.
/// </summary>
internal static class CancelRefusals
{
    public static IReadOnlyDictionary<string, string> ParseRefusals(ShellResult.Ended ended, IReadOnlyCollection<string> ids)
    {
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        if (ended.ExitCode == 0)
        {
            return refused;
        }

        var known = ids.ToLookup(GetJobNumber, StringComparer.Ordinal);
        var lines = ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var line in lines)
        {
            foreach (
                var word in line.Split([' ', '"', '\'', ':', ',', ';', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
                    .Select(word => word.TrimEnd('.'))
            )
            {
                // A line that names an array is about all its members.
                foreach (var id in known.Contains(GetJobNumber(word)) ? known[GetJobNumber(word)] : [])
                {
                    if (id == word || word == GetJobNumber(word))
                    {
                        refused[id] = line;
                    }
                }
            }
        }

        if (refused.Count == 0)
        {
            var words =
                lines.Length > 0
                    ? string.Join(' ', lines.Distinct())
                    : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {ended.ExitCode} and no message");
            foreach (var id in ids)
            {
                refused[id] = words;
            }
        }

        return refused;
    }

    // '12' of '12_3' and '12.3'.
    private static string GetJobNumber(string id) => id.Length > 0 && char.IsAsciiDigit(id[0]) ? id.Split('_', '.')[0] : "";
}
