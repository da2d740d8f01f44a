using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Signs that the machine ran out of memory while a command failed.</summary>
internal sealed partial class MemoryPressure
{
    /// <summary>What a kill that nobody asked for means, mostly.</summary>
    public const string KilledHint = "killed; perhaps the machine ran out of memory";

    private const int KilledCode = 137;
    private const int LastLines = 20;
    private readonly Lock _gate = new();
    private long? _kills = ReadKills();

    /// <summary>What is to be put behind an exit code; null if nothing points to memory.</summary>
    public string? HintFor(AttemptOrder order, int code)
    {
        var kernel = HasKilled();
        // The exit code itself says that it was a kill, see Verdicts.
        if (code == KilledCode)
        {
            return kernel ? "the kernel ended a process of this machine for lack of memory meanwhile" : null;
        }

        var told = new LogTail(order.RunFolder).Of(order.RelativePath + "/stderr.log", LastLines).Lines.Any(static line => Killed().IsMatch(line));
        return told ? $"it says that a process of it was {KilledHint}"
            : kernel ? "the kernel ended a process of this machine for lack of memory meanwhile, perhaps one of it" : null;
    }

    // Since it was last asked, for whichever attempt.
    private bool HasKilled()
    {
        lock (_gate)
        {
            var before = _kills;
            _kills = ReadKills();
            return _kills > before;
        }
    }

    // Counted by the kernel for the whole machine, also where a control group was full.
    private static long? ReadKills()
    {
        const string file = "/proc/vmstat";
        const string name = "oom_kill ";
        try
        {
            return OperatingSystem.IsLinux() && File.ReadLines(file).FirstOrDefault(static line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
                && long.TryParse(line.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Shells, Python, MPI and make, each in its own words.
    [GeneratedRegex(@"\bKilled\b|\bSIGKILL\b|\bsignal:? 9\b|\boom[-_]kill", RegexOptions.CultureInvariant)]
    private static partial Regex Killed();
}
