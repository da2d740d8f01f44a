using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Whether a process that was started earlier is there.</summary>
internal enum ProcessPresence
{
    Alive,
    Gone,

    /// <summary>It belongs to another machine: nothing can be said from here.</summary>
    Elsewhere,
}

/// <summary>How a process of ours ended.</summary>
/// <param name="ExitCode">Its exit code, if it ended by itself.</param>
/// <param name="Signal">The signal that ended it, otherwise.</param>
internal readonly record struct ProcessEnd(int? ExitCode, int? Signal);

/// <summary>Processes of this machine.</summary>
internal interface IProcessHost
{
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

    /// <summary>Signals a whole process group: politely or not.</summary>
    void SignalGroup(ProcessIdentity process, bool kill);
}
