using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Detects signs that the machine ran out of memory while a command failed.</summary>
internal sealed partial class OutOfMemoryDetector
{
    /// <summary>Probable cause of an unrequested kill.</summary>
    public const string KilledHint = "killed; perhaps the machine ran out of memory";

    private const int KilledCode = 137;
    private const int LogTailLines = 20;
    private readonly Lock _gate = new();
    private long? _killCount = ReadKillCount();

    /// <summary>Returns a hint to append to an exit code; null if there is no sign of missing memory.</summary>
    public string? FindHint(AttemptRequest request, int code)
    {
        var kernel = HasNewKills();
        // The reason of this exit code says already that it was a kill, see Verdicts.
        if (code == KilledCode)
        {
            return kernel ? "the kernel ended a process of this machine for lack of memory meanwhile" : null;
        }

        var told = new LogTail(request.RunFolder)
            .ReadLastLines(request.RelativeFolder + "/" + AttemptLayout.StderrFile, LogTailLines)
            .Lines.Any(static line => KillMessageRegex().IsMatch(line));
        return told ? $"its stderr.log says that one of its processes was {KilledHint}"
            : kernel ? "the kernel ended a process of this machine for lack of memory meanwhile, perhaps one of this attempt"
            : null;
    }

    // Since the last call, for any attempt.
    private bool HasNewKills()
    {
        lock (_gate)
        {
            var before = _killCount;
            _killCount = ReadKillCount();
            return _killCount > before;
        }
    }

    // The kernel counts for the whole machine, including kills because a control group was full.
    private static long? ReadKillCount()
    {
        const string file = "/proc/vmstat";
        const string name = "oom_kill ";
        try
        {
            return
                OperatingSystem.IsLinux()
                && File.ReadLines(file).FirstOrDefault(static line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
                && long.TryParse(line.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var kills)
                ? kills
                : null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }

    // Messages of shells, Python, MPI and make.
    [GeneratedRegex(@"\bKilled\b|\bSIGKILL\b|\bsignal:? 9\b|\boom[-_]kill", RegexOptions.CultureInvariant)]
    private static partial Regex KillMessageRegex();
}
