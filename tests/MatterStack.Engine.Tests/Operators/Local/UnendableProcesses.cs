using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes;

namespace MatterStack.Engine.Tests.Operators.Local;

/// <summary>Processes in memory that fail and of which one cannot be ended: it waits for a device, or is another user's.</summary>
/// <param name="isLeader">Whether that is the first process of the attempt; otherwise one that it started.</param>
internal sealed class UnendableProcesses(bool isLeader) : IProcessHost
{
    private const int Leader = 1000;
    private readonly TaskCompletionSource _gone = new();

    public int Starts { get; private set; }

    /// <summary>It ends after all.</summary>
    public void LetGo() => _gone.TrySetResult();

    public ProcessIdentity Start(ProcessRequest request)
    {
        Starts++;
        File.WriteAllText(request.Stdout, "");
        File.WriteAllText(request.Stderr, "");
        return new ProcessIdentity(Leader, Environment.MachineName, 1, "boot");
    }

    public ProcessEnd WaitForChild(ProcessIdentity process)
    {
        if (isLeader)
        {
            _gone.Task.Wait();
        }

        return new ProcessEnd(1, null);
    }

    public void WaitForOther(ProcessIdentity process, CancellationToken cancel) => cancel.WaitHandle.WaitOne();

    public ProcessPresence GetPresence(ProcessIdentity process) => ProcessPresence.Gone;

    public TimeSpan? GetAge(ProcessIdentity process) => null;

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> FindLeaders(IReadOnlySet<AttemptId> attempts) =>
        new Dictionary<AttemptId, ProcessIdentity>();

    public IReadOnlyList<AttemptProcess> FindProcesses(ProcessOwners owners) =>
        _gone.Task.IsCompleted || Starts == 0 ? [] : [new AttemptProcess(isLeader ? Leader : 4711, 1, "dd", false)];

    public void SendSignal(AttemptProcess process, ProcessSignal signal) { }

    public void ReleaseResources(AttemptId attempt) { }
}
