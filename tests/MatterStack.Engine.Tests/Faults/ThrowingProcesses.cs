using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>Processes one of whose methods throws what nobody expects.</summary>
internal sealed class ThrowingProcesses(IProcessHost inner, string method) : IProcessHost
{
    public bool Threw { get; private set; }

    public ProcessIdentity Start(ProcessRequest request) => Throw(nameof(Start)) ?? inner.Start(request);

    public ProcessEnd WaitForChild(ProcessIdentity process)
    {
        Throw(nameof(WaitForChild));
        return inner.WaitForChild(process);
    }

    public void WaitForOther(ProcessIdentity process, CancellationToken cancel)
    {
        Throw(nameof(WaitForOther));
        inner.WaitForOther(process, cancel);
    }

    public ProcessPresence GetPresence(ProcessIdentity process)
    {
        Throw(nameof(GetPresence));
        return inner.GetPresence(process);
    }

    public TimeSpan? GetAge(ProcessIdentity process)
    {
        Throw(nameof(GetAge));
        return inner.GetAge(process);
    }

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> FindLeaders(IReadOnlySet<AttemptId> attempts)
    {
        Throw(nameof(FindLeaders));
        return inner.FindLeaders(attempts);
    }

    public IReadOnlyList<AttemptProcess> FindProcesses(ProcessOwners owners)
    {
        Throw(nameof(FindProcesses));
        return inner.FindProcesses(owners);
    }

    public void SendSignal(AttemptProcess process, ProcessSignal signal)
    {
        Throw(nameof(SendSignal));
        inner.SendSignal(process, signal);
    }

    public void ReleaseResources(AttemptId attempt)
    {
        Throw(nameof(ReleaseResources));
        inner.ReleaseResources(attempt);
    }

    private ProcessIdentity? Throw(string name)
    {
        if (name != method)
        {
            return null;
        }

        Threw = true;
        throw new InvalidOperationException("on purpose in " + name);
    }
}
