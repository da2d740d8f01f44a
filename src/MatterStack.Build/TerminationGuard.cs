using MatterStack.Engine.Problems;

namespace MatterStack.Build;

/// <summary>Stops a command in order on SIGTERM, and sets the exit code 143; the host itself would report success.</summary>
internal sealed class TerminationGuard : IDisposable
{
    // 128 + SIGTERM, as a shell reports it.
    private const int TerminatedExitCode = 143;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);
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
        Background.RunGuarded(_cancel.Cancel, Background.IgnoreException);
        _done.Wait(MaxWait);
        Environment.ExitCode = TerminatedExitCode;
    }
}
