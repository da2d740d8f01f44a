using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local;

/// <summary>A process that an attempt started, itself or through others.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Start">Start time as the system counts it; with it the pid is not used again.</param>
/// <param name="Name">The program's name, for people.</param>
/// <param name="EndsByItself">Whether it is one of ours that cleans up (ends a container) and must not be disturbed.</param>
internal readonly record struct AttemptProcess(int Pid, long Start, string Name, bool EndsByItself)
{
    /// <summary>The same process, whatever program it executes by now.</summary>
    public bool Equals(AttemptProcess other) => (Pid, Start) == (other.Pid, other.Start);

    public override int GetHashCode() => HashCode.Combine(Pid, Start);
}

/// <summary>Whose processes are meant.</summary>
/// <param name="Attempts">The attempts.</param>
/// <param name="Leaders">First processes of theirs, where they are known: each leads a session.</param>
/// <param name="JustEnded">Whether the leaders were children of this very process until now, so that their numbers cannot belong to others yet.</param>
internal sealed record ProcessOwners(IReadOnlySet<AttemptId> Attempts, IReadOnlyList<ProcessIdentity> Leaders, bool JustEnded)
{
    /// <summary>Those that were found before: what started them may be gone, and with it the way by which they were found.</summary>
    public IReadOnlySet<AttemptProcess> Known { get; init; } = new HashSet<AttemptProcess>();
}

/// <summary>A signal by its meaning.</summary>
internal enum ProcessSignal
{
    /// <summary>It is asked to end.</summary>
    Terminate,

    /// <summary>It stands still, and makes no more processes.</summary>
    Stop,

    /// <summary>It is ended.</summary>
    Kill,
}
