using System.Globalization;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>Identifies a process. A pid alone is reused; with host, start time and boot it is unique.</summary>
/// <param name="Pid">Process id, also of its session and process group.</param>
/// <param name="Host">Name of the machine it runs on.</param>
/// <param name="StartTime">Start time, in the system's unit.</param>
/// <param name="BootId">Id of the machine's boot; start times count from it.</param>
/// <param name="Namespace">Namespace of the pid; null if unknown.</param>
internal sealed record ProcessIdentity(int Pid, string Host, long StartTime, string BootId, string? Namespace = null)
{
    /// <summary>Whether the process is known, and not only its place.</summary>
    public bool IsKnown => Pid > 0;

    /// <summary>The machine, boot and namespace that the process is visible in.</summary>
    public ProcessOrigin Origin => new(Host, BootId, Namespace);

    /// <summary>Creates an identity with a known place and an unknown process.</summary>
    public static ProcessIdentity FromOrigin(ProcessOrigin place) => new(0, place.Host, 0, place.BootId, place.Namespace);

    /// <summary>The attempt's external id: <c>pid@host/start/boot</c>, with a namespace <c>pid@host/start/boot/namespace</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Pid}@{Host}/{StartTime}/{BootId}{(Namespace is null ? "" : "/" + Namespace)}");

    public static ProcessIdentity? TryParse(string? text)
    {
        var parts = text?.Split('/');
        var at = parts is { Length: 3 or 4 } ? parts[0].IndexOf('@', StringComparison.Ordinal) : -1;
        return
            at > 0
            && int.TryParse(parts![0].AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new ProcessIdentity(pid, parts[0][(at + 1)..], start, parts[2], parts.Length == 4 ? parts[3] : null)
            : null;
    }
}
