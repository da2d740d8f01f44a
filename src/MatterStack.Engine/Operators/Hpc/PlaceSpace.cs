using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Asks on the machine itself how much room a file system has, as <c>df</c> there says.</summary>
internal static partial class PlaceSpace
{
    /// <summary>Shell text that defines <c>room FOLDER</c>: it tells the room of the file system on which the folder is, or will be.</summary>
    public const string Function =
        "room() ( LC_ALL=C; export LC_ALL; p=$1; while [ ! -d \"$p\" ]; do case $p in ?*/*) p=${p%/*} ;; *) p=/ ;; esac; done\n"
        + "echo \"@k $(df -Pk -- \"$p\" 2>/dev/null | tail -n 1)\"; echo \"@i $(df -Pi -- \"$p\" 2>/dev/null | tail -n 1)\" )\n";

    /// <summary>What <c>room</c> said; null: nothing that can be understood.</summary>
    public static DiskSpace? Read(string output)
    {
        long? free = null, total = null, freeInodes = null, inodes = null;
        foreach (Match match in Row().Matches(output))
        {
            var (all, left) = (Number(match.Groups[2]), Number(match.Groups[3]));
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

    private static long Number(Group group) => long.TryParse(group.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // Blocks or inodes in all, used, free, per cent; names with blanks may stand around them.
    [GeneratedRegex(@"^@([ki]) .*?\s(\d+)\s+\d+\s+(-?\d+)\s+(?:\d+%|-)\s", RegexOptions.Multiline)]
    private static partial Regex Row();
}
