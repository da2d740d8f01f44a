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

    public void SignalGroup(ProcessIdentity process, bool kill)
    {
        Throw(nameof(SignalGroup));
        inner.SignalGroup(process, kill);
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
