using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Watches over one process: ends its whole group when its time is up or somebody asks, politely first.</summary>
internal sealed class Supervision(ProcessIdentity process, IProcessHost processes, TimeProvider clock, TimeSpan grace, FaultLog faults) : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _limit;
    private ITimer? _kill;
    private bool _over;

    /// <summary>Why it was ended, if it was.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether somebody asked for the end.</summary>
    public bool Cancelled { get; private set; }

    public void LimitTo(TimeSpan left, string reason) => _limit = Watch(() => End(reason, cancelled: false), left);

    public void End(string reason, bool cancelled)
    {
        lock (_gate)
        {
            if (_over || Reason is not null)
            {
                return;
            }

            (Reason, Cancelled) = (reason, cancelled);
            processes.SignalGroup(process, kill: false);
            _kill = Watch(Kill, grace);
        }
    }

    /// <summary>Stops watching; the process goes on.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            _over = true;
            _limit?.Dispose();
            _kill?.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            // Its leader is gone; what else it started in its group goes with it if it was told to end.
            if (!_over && Reason is not null)
            {
                processes.SignalGroup(process, kill: true);
            }

        }

        LetGo();
    }

    private ITimer Watch(Action due, TimeSpan left) =>
        Background.StartTimer(clock, due, e => faults.Warn(e, $"ending process {process.Pid}"), left, Timeout.InfiniteTimeSpan);

    private void Kill()
    {
        lock (_gate)
        {
            if (!_over)
            {
                processes.SignalGroup(process, kill: true);
            }
        }
    }
}
