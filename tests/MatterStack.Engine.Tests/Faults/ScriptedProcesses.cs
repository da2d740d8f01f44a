using System.Collections.Concurrent;
using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>Processes in memory, which outlive whoever started them: each leaves the files that <see cref="FaultCampaign"/> says and an
/// exit code.</summary>
internal sealed class ScriptedProcesses : IProcessHost
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptId, Entry> _byAttempt = [];
    private readonly Dictionary<int, Entry> _byPid = [];

    /// <summary>How often the command of each task was executed.</summary>
    public ConcurrentDictionary<string, int> Executed { get; } = new();

    public ProcessIdentity Start(ProcessRequest request)
    {
        lock (_gate)
        {
            var folder = Path.GetDirectoryName(request.Script)!;
            var (task, index) = Path.GetFileName(folder).Split('@') is [var name, var number]
                ? (name, int.Parse(number, CultureInfo.InvariantCulture))
                : throw new InvalidOperationException(folder);
            Executed.AddOrUpdate(task, 1, (_, n) => n + 1);
            File.WriteAllText(request.Stdout, "");
            File.WriteAllText(request.Stderr, "");
            var entry = new Entry(
                new ProcessIdentity(1000 + _byPid.Count, Environment.MachineName, _byPid.Count, "boot"),
                request.Attempt,
                folder,
                task,
                index
            );
            _byPid.Add(entry.Identity.Pid, entry);
            _byAttempt.Add(request.Attempt, entry);
            // Every other one is over before anybody looks.
            if (entry.Identity.Pid % 2 == 0)
            {
                Finish(entry);
            }

            return entry.Identity;
        }
    }

    public ProcessEnd WaitForChild(ProcessIdentity process) => new(Finish(_byPid[process.Pid]), null);

    public void WaitForOther(ProcessIdentity process, CancellationToken cancel) => Finish(_byPid[process.Pid]);

    public ProcessPresence GetPresence(ProcessIdentity process)
    {
        lock (_gate)
        {
            return _byPid.TryGetValue(process.Pid, out var entry) && entry.Code is null ? ProcessPresence.Alive : ProcessPresence.Gone;
        }
    }

    public TimeSpan? GetAge(ProcessIdentity process) => TimeSpan.Zero;

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> FindLeaders(IReadOnlySet<AttemptId> attempts)
    {
        lock (_gate)
        {
            return _byAttempt.Where(p => attempts.Contains(p.Key) && p.Value.Code is null).ToDictionary(p => p.Key, p => p.Value.Identity);
        }
    }

    public IReadOnlyList<AttemptProcess> FindProcesses(ProcessOwners owners) => [];

    public void SendSignal(AttemptProcess process, ProcessSignal signal) { }

    public void ReleaseResources(AttemptId attempt) { }

    private int Finish(Entry entry)
    {
        lock (_gate)
        {
            if (entry.Code is null)
            {
                var code = FaultCampaign.ExitCode(entry.Task, entry.Index);
                foreach (var (path, content) in FaultCampaign.Leaves(entry.Task, entry.Folder))
                {
                    File.WriteAllText(Path.Combine(entry.Folder, "work", path), content);
                }

                File.WriteAllText(Path.Combine(entry.Folder, "exit_code"), code.ToString(CultureInfo.InvariantCulture) + "\n");
                entry.Code = code;
            }

            return entry.Code.Value;
        }
    }

    private sealed record Entry(ProcessIdentity Identity, AttemptId Attempt, string Folder, string Task, int Index)
    {
        public int? Code { get; set; }
    }
}

/// <summary>The same for a process that is killed before or after it starts another.</summary>
internal sealed class InterruptingProcesses(IProcessHost processes, KillPoints seams) : IProcessHost
{
    public ProcessIdentity Start(ProcessRequest request)
    {
        seams.Pass("before the start of " + request.Script);
        var identity = processes.Start(request);
        seams.Pass("after the start of " + request.Script);
        return identity;
    }

    public ProcessEnd WaitForChild(ProcessIdentity process) => processes.WaitForChild(process);

    public void WaitForOther(ProcessIdentity process, CancellationToken cancel) => processes.WaitForOther(process, cancel);

    public ProcessPresence GetPresence(ProcessIdentity process) => processes.GetPresence(process);

    public TimeSpan? GetAge(ProcessIdentity process) => processes.GetAge(process);

    public IReadOnlyDictionary<AttemptId, ProcessIdentity> FindLeaders(IReadOnlySet<AttemptId> attempts) => processes.FindLeaders(attempts);

    public IReadOnlyList<AttemptProcess> FindProcesses(ProcessOwners owners) => processes.FindProcesses(owners);

    public void SendSignal(AttemptProcess process, ProcessSignal signal) => processes.SendSignal(process, signal);

    public void ReleaseResources(AttemptId attempt) => processes.ReleaseResources(attempt);
}
