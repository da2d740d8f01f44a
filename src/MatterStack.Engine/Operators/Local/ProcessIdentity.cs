using System.Globalization;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Which process: a pid alone is used again; with host, start time and boot it is not.</summary>
/// <param name="Pid">Process id, also of its session and process group.</param>
/// <param name="Host">Machine it runs on.</param>
/// <param name="Start">Start time as the system counts it.</param>
/// <param name="Boot">Which boot of the machine; start times count from it.</param>
internal sealed record ProcessIdentity(int Pid, string Host, long Start, string Boot)
{
    /// <summary>The attempt's external id: <c>pid@host/start/boot</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Pid}@{Host}/{Start}/{Boot}");

    public static ProcessIdentity? TryParse(string? text)
    {
        var parts = text?.Split('/');
        var at = parts is { Length: 3 } ? parts[0].IndexOf('@', StringComparison.Ordinal) : -1;
        return at > 0
            && int.TryParse(parts![0].AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                ? new ProcessIdentity(pid, parts[0][(at + 1)..], start, parts[2])
                : null;
    }
}
