using MatterStack.Engine.Runs.Cache;
using MatterStack.Engine.Tests.Wiring;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>The moments at which a process can be stopped or a disk can fail, numbered as they come.</summary>
internal sealed class KillPoints
{
    private readonly Lock _gate = new();
    private int _count;

    /// <summary>The moment it happens at, from 1; 0: never.</summary>
    public int At { get; set; }

    /// <summary>Whether it has happened; from then on nothing can be done any more.</summary>
    public bool Dead { get; private set; }

    /// <summary>What was about to be done, or had just been done.</summary>
    public string Where { get; private set; } = "";

    /// <summary>What happens; without one, the process is as good as dead from then on.</summary>
    public Action? Happens { get; init; }

    public int Count => _count;

    /// <summary>A moment has come.</summary>
    public void Pass(string where)
    {
        lock (_gate)
        {
            if (!Dead && ++_count == At)
            {
                (Dead, Where) = (true, where);
                Happens?.Invoke();
            }
        }

        Live();
    }

    /// <summary>The dead do nothing.</summary>
    public void Live()
    {
        if (Dead)
        {
            // A thread of an operator or of the cache must not tear down the tests: it is told that nothing works, and nobody records what
            // it says.
            throw Thread.CurrentThread.Name is "attempt" or CachedResultRestorer.ThreadName
                ? new IOException("the process was killed")
                : new ProcessKilledException();
        }
    }
}
