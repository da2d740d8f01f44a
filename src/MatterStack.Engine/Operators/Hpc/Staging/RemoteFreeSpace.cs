using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Queries the free space of a file system with <c>df</c> on the remote machine.</summary>
internal static partial class RemoteFreeSpace
{
    /// <summary>
    /// Shell text that defines <c>room FOLDER</c>: it prints the space of the file system that contains the folder, or will contain it.
    /// </summary>
    public const string ShellFunction =
        "room() ( LC_ALL=C; export LC_ALL; p=$1; while [ ! -d \"$p\" ]; do case $p in ?*/*) p=${p%/*} ;; *) p=/ ;; esac; done\n"
        + "echo \"@k $(df -Pk -- \"$p\" 2>/dev/null | tail -n 1)\"; echo \"@i $(df -Pi -- \"$p\" 2>/dev/null | tail -n 1)\" )\n";

    /// <summary>Reads the output of <c>room</c>. Returns null if it cannot be parsed.</summary>
    public static DiskSpace? Parse(string output)
    {
        long? free = null,
            total = null,
            freeInodes = null,
            inodes = null;
        foreach (Match match in RowPattern().Matches(output))
        {
            var (all, left) = (ParseNumber(match.Groups[2]), ParseNumber(match.Groups[3]));
            if (match.Groups[1].Value == "k")
            {
                (total, free) = (all * 1024, Math.Max(0, left) * 1024);
            }
            else if (all > 0)
            {
                (inodes, freeInodes) = (all, Math.Max(0, left));
            }
        }

        return free is null ? null : new DiskSpace(free.Value, total!.Value, freeInodes, inodes);
    }

    private static long ParseNumber(Group group) =>
        long.TryParse(group.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // Total, used and free blocks or inodes, per cent; names with blanks may surround them.
    [GeneratedRegex(@"^@([ki]) .*?\s(\d+)\s+\d+\s+(-?\d+)\s+(?:\d+%|-)\s", RegexOptions.Multiline)]
    private static partial Regex RowPattern();
}
