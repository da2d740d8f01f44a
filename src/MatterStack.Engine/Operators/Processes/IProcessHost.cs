using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>Starts, finds and ends processes of this machine.</summary>
internal interface IProcessHost
{
    /// <summary>Why no process can be started here; null if one can.</summary>
    string? UnavailableReason => null;

    /// <summary>Starts a script in its own session.</summary>
    /// <exception cref="IOException">The system refuses to start it.</exception>
    ProcessIdentity Start(ProcessRequest request);

    /// <summary>Waits without polling for the end of a process that <see cref="Start"/> of this object started.</summary>
    ProcessEnd WaitForChild(ProcessIdentity process);

    /// <summary>Waits until a process that another process started is gone, or the token is cancelled.</summary>
    void WaitForOther(ProcessIdentity process, CancellationToken cancel);

    ProcessPresence GetPresence(ProcessIdentity process);

    /// <summary>Returns the time since a process started, by a monotonic clock; null if it is gone.</summary>
    TimeSpan? GetAge(ProcessIdentity process);

    /// <summary>Finds processes that were started for attempts but whose identity was not recorded.</summary>
    IReadOnlyDictionary<AttemptId, ProcessIdentity> FindLeaders(IReadOnlySet<AttemptId> attempts);

    /// <summary>Returns all live processes that attempts started, in any session or group; never this process or its ancestors.</summary>
    /// <remarks>It reads every process of the machine, so use it only for attempts that must end.</remarks>
    IReadOnlyList<AttemptProcess> FindProcesses(ProcessOwners owners);

    /// <summary>Measures what live processes of attempts have used so far, with the children that they have waited for. Null if it is not
    /// known.</summary>
    /// <remarks>It reads every process of the machine, so use it only for attempts that must end.</remarks>
    ProcessUsage? MeasureProcesses(ProcessOwners owners) => null;

    /// <summary>Signals a process if it is still the one that was found.</summary>
    void SendSignal(AttemptProcess process, ProcessSignal signal);

    /// <summary>Removes resources of an attempt other than its process (its control group), if there are any.</summary>
    void ReleaseResources(AttemptId attempt);
}
