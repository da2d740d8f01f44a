using MatterStack.Engine.Problems;

namespace MatterStack.Build;

/// <summary>Ends a command in order when the process is told to end (SIGTERM), and gives the exit code that says so: the host itself would report success.</summary>
internal sealed class TerminationGuard : IDisposable
{
    // 128 + SIGTERM, as a shell reports it.
    private const int TerminatedExitCode = 143;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _cancel;
    private readonly ManualResetEventSlim _done = new();

    public TerminationGuard(CancellationTokenSource cancel)
    {
        _cancel = cancel;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _done.Set();
    }

    private void OnProcessExit(object? sender, EventArgs e)
    {
        Background.Guard(_cancel.Cancel, Background.Ignore);
        _done.Wait(Patience);
        Environment.ExitCode = TerminatedExitCode;
    }
}
