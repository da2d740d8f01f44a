using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes;

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
        // As every script does first.
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(request.Script)!, "exit_code"), "");
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

    public ProcessPresence GetPresence(ProcessIdentity process) => Ended ? ProcessPresence.Gone : ProcessPresence.Alive;

    public TimeSpan? GetAge(ProcessIdentity process) => TimeSpan.Zero;

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> FindLeaders(IReadOnlySet<AttemptId> attempts)
    {
        lock (_started)
        {
            return _started.Where(p => attempts.Contains(p.Key)).ToDictionary();
        }
    }

    public IReadOnlyList<AttemptProcess> FindProcesses(ProcessOwners owners)
    {
        lock (_started)
        {
            return Ended
                ? []
                :
                [
                    .. _started
                        .Where(p => owners.Attempts.Contains(p.Key))
                        .Select(p => new AttemptProcess(p.Value.Pid, p.Value.StartTime, "still", false)),
                ];
        }
    }

    public void SendSignal(AttemptProcess process, ProcessSignal signal) => _ended.TrySetResult();

    public void ReleaseResources(AttemptId attempt) { }
}
