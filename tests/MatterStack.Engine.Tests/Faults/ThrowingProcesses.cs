using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Local;

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

    public ProcessPresence Look(ProcessIdentity process)
    {
        Throw(nameof(Look));
        return inner.Look(process);
    }

    public TimeSpan? Age(ProcessIdentity process)
    {
        Throw(nameof(Age));
        return inner.Age(process);
    }

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> Find(IReadOnlySet<AttemptId> attempts)
    {
        Throw(nameof(Find));
        return inner.Find(attempts);
    }

    public IReadOnlyList<AttemptProcess> FindAll(ProcessOwners owners)
    {
        Throw(nameof(FindAll));
        return inner.FindAll(owners);
    }

    public void Signal(AttemptProcess process, ProcessSignal signal)
    {
        Throw(nameof(Signal));
        inner.Signal(process, signal);
    }

    public void Release(AttemptId attempt)
    {
        Throw(nameof(Release));
        inner.Release(attempt);
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
