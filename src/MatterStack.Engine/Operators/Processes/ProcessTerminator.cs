namespace MatterStack.Engine.Operators.Processes;

/// <summary>Ends all processes of attempts, first with a terminate signal, and waits until the last one is gone.</summary>
internal sealed class ProcessTerminator(IProcessHost processes, TimeProvider clock, TimeSpan grace)
{
    /// <summary>Time that killed processes may take to disappear. A process that waits for a device or belongs to another user may stay for
    /// ever.</summary>
    public static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(20);

    // Each round finds processes that were started during the previous round.
    private const int MaxStopRounds = 20;

    /// <summary>Ends the processes.</summary>
    /// <param name="owners">The attempts.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <returns>Processes that live on; empty if all are gone.</returns>
    public IReadOnlyList<AttemptProcess> EndAll(ProcessOwners owners, CancellationToken stop)
    {
        var since = clock.GetTimestamp();
        var asked = new HashSet<AttemptProcess>();
        var known = new HashSet<AttemptProcess>();
        owners = owners with { KnownProcesses = known };
        while (true)
        {
            var found = processes.FindProcesses(owners);
            // A second search finds processes that were started during the first.
            if (found.Count == 0 && (found = processes.FindProcesses(owners)).Count == 0)
            {
                return [];
            }

            known.UnionWith(found);
            var elapsed = clock.GetElapsedTime(since);
            if (elapsed >= grace + KillTimeout || stop.IsCancellationRequested)
            {
                return found;
            }

            if (elapsed < grace)
            {
                foreach (var process in found.Where(p => !p.IsCleanup && asked.Add(p)))
                {
                    processes.SendSignal(process, ProcessSignal.Terminate);
                }
            }
            else
            {
                KillAll(owners, found);
            }

            stop.WaitHandle.WaitOne(PollPause);
        }
    }

    /// <summary>Processes as text for people.</summary>
    public static string DescribeProcesses(IReadOnlyList<AttemptProcess> left) =>
        (left.Count == 1 ? "process " : "processes ")
        + string.Join(", ", left.Take(5).Select(static p => p.Name.Length == 0 ? $"{p.Pid}" : $"{p.Pid} ({p.Name})"))
        + (left.Count > 5 ? $" and {left.Count - 5} more" : "");

    // Stopped processes start no new ones meanwhile.
    private void KillAll(ProcessOwners owners, IReadOnlyList<AttemptProcess> found)
    {
        var stopped = new HashSet<AttemptProcess>();
        for (var round = 0; round < MaxStopRounds; round++)
        {
            var fresh = found.Where(p => !p.IsCleanup && stopped.Add(p)).ToList();
            if (fresh.Count == 0)
            {
                break;
            }

            foreach (var process in fresh)
            {
                processes.SendSignal(process, ProcessSignal.Stop);
            }

            found = processes.FindProcesses(owners);
        }

        foreach (var process in stopped)
        {
            processes.SendSignal(process, ProcessSignal.Kill);
        }
    }
}
