using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Whether a process that was started earlier is there.</summary>
internal enum ProcessPresence
{
    Alive,
    Gone,

    /// <summary>It belongs to another machine or to another pid namespace: nothing can be said from here.</summary>
    Elsewhere,
}

/// <summary>How a process of ours ended.</summary>
/// <param name="ExitCode">Its exit code, if it ended by itself.</param>
/// <param name="Signal">The signal that ended it, otherwise.</param>
internal readonly record struct ProcessEnd(int? ExitCode, int? Signal);

/// <summary>Processes of this machine.</summary>
internal interface IProcessHost
{
    /// <summary>Why nothing can be started from here; null: it can.</summary>
    string? WhyNot => null;

    /// <summary>Starts a script in a session of its own.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    ProcessIdentity Start(ProcessRequest request);

    /// <summary>Waits, without polling, for the end of a process that <see cref="Start"/> of this process started.</summary>
    ProcessEnd WaitForChild(ProcessIdentity process);

    /// <summary>Waits until a process that somebody else started is gone, or the token is cancelled.</summary>
    void WaitForOther(ProcessIdentity process, CancellationToken cancel);

    ProcessPresence Look(ProcessIdentity process);

    /// <summary>How long ago a process started, by a clock that nobody sets; null if it is gone.</summary>
    TimeSpan? Age(ProcessIdentity process);

    /// <summary>Finds processes that were started for attempts but whose identity was not recorded.</summary>
    IReadOnlyDictionary<AttemptId, ProcessIdentity> Find(IReadOnlySet<AttemptId> attempts);

    /// <summary>All processes that attempts started and that are alive, whatever session or group they went to; never this process or what it was started by.</summary>
    /// <remarks>It looks at every process of the machine, so it is for attempts that have to end.</remarks>
    IReadOnlyList<AttemptProcess> FindAll(ProcessOwners owners);

    /// <summary>Signals one process, if it is still the one that was found.</summary>
    void Signal(AttemptProcess process, ProcessSignal signal);

    /// <summary>Takes away what was made for an attempt besides its process; nothing if there is none.</summary>
    void Release(AttemptId attempt);
}
