using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local;

/// <summary>A process that an attempt started, directly or indirectly.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="StartTime">Start time, in the system's unit; with it the pid is unique.</param>
/// <param name="Name">Name of the program, for people.</param>
/// <param name="IsCleanup">Whether it is a clean-up process of the engine (it ends a container) and must not be signalled.</param>
internal readonly record struct AttemptProcess(int Pid, long StartTime, string Name, bool IsCleanup)
{
    /// <summary>Equal if it is the same process, even if it executes another program now.</summary>
    public bool Equals(AttemptProcess other) => (Pid, StartTime) == (other.Pid, other.StartTime);

    public override int GetHashCode() => HashCode.Combine(Pid, StartTime);
}

/// <summary>The attempts whose processes are searched.</summary>
/// <param name="Attempts">The attempts.</param>
/// <param name="Leaders">Their first processes, if known: each leads a session.</param>
/// <param name="LeadersJustEnded">Whether the leaders were children of this process until now, so that their pids are not reused yet.</param>
internal sealed record ProcessOwners(IReadOnlySet<AttemptId> Attempts, IReadOnlyList<ProcessIdentity> Leaders, bool LeadersJustEnded)
{
    /// <summary>Processes that an earlier search found. Their parents may be gone, so a new search would miss them.</summary>
    public IReadOnlySet<AttemptProcess> KnownProcesses { get; init; } = new HashSet<AttemptProcess>();
}

/// <summary>A signal.</summary>
internal enum ProcessSignal
{
    /// <summary>Asks the process to end.</summary>
    Terminate,

    /// <summary>Stops the process, so that it starts no others.</summary>
    Stop,

    /// <summary>Ends the process.</summary>
    Kill,
}
