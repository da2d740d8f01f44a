using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Local;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>Processes in memory that go on until a test ends them.</summary>
internal sealed class StillProcesses : IProcessHost
{
    private readonly TaskCompletionSource _ended = new();
    private readonly Dictionary<AttemptId, ProcessIdentity> _started = [];

    private bool Ended => _ended.Task.IsCompleted;

    public void End() => _ended.TrySetResult();

    public ProcessIdentity Start(ProcessRequest request)
    {
        File.WriteAllText(request.Stdout, "");
        File.WriteAllText(request.Stderr, "");
        lock (_started)
        {
            return _started[request.Attempt] = new ProcessIdentity(1000 + _started.Count, Environment.MachineName, 1, "boot");
        }
    }

    public ProcessEnd WaitForChild(ProcessIdentity process)
    {
        _ended.Task.Wait();
        return new ProcessEnd(0, null);
    }

    public void WaitForOther(ProcessIdentity process, CancellationToken cancel)
    {
        try
        {
            _ended.Task.Wait(cancel);
        }
        catch (OperationCanceledException)
        {
            // Whoever waited has left.
        }
    }

    public ProcessPresence Look(ProcessIdentity process) => Ended ? ProcessPresence.Gone : ProcessPresence.Alive;

    public TimeSpan? Age(ProcessIdentity process) => TimeSpan.Zero;

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> Find(IReadOnlySet<AttemptId> attempts)
    {
        lock (_started)
        {
            return _started.Where(p => attempts.Contains(p.Key)).ToDictionary();
        }
    }

    public void SignalGroup(ProcessIdentity process, bool kill) => _ended.TrySetResult();
}
