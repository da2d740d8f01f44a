namespace MatterStack.Engine.Problems;

/// <summary>Starts threads, tasks, timers and cancellation callbacks. No exception escapes from them, because it would end the process or
/// be lost.</summary>
/// <remarks>No other class of MatterStack starts a thread; a test checks this.</remarks>
internal static class Background
{
    /// <summary>Stack of a thread that runs no deep calls, in bytes.</summary>
    public const int SmallStack = 256 * 1024;

    /// <summary>Starts a thread that does not keep the process alive.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="work">Code to run.</param>
    /// <param name="failed">Receives an exception that <paramref name="work"/> throws.</param>
    /// <param name="stack">Stack size in bytes.</param>
    /// <exception cref="ProblemException">The system refuses a thread.</exception>
    public static Thread StartThread(string name, Action work, Action<Exception> failed, int stack = SmallStack)
    {
        try
        {
            var thread = new Thread(() => RunGuarded(work, failed), stack) { IsBackground = true, Name = name };
            thread.Start();
            return thread;
        }
        catch (Exception e) when (Fault.IsOutOfResources(e))
        {
            throw new ProblemException(Problem.Create(FaultCodes.NoResources, $"The system refuses a thread ('{name}'): {e.Message}"), e);
        }
    }

    /// <summary>Starts work on the thread pool; nobody waits for its end.</summary>
    /// <param name="work">Code to run.</param>
    /// <param name="failed">Receives an exception that <paramref name="work"/> throws.</param>
    public static void StartTask(Func<Task> work, Action<Exception> failed) =>
        _ = Task.Run(async () =>
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                RunGuarded(() => failed(e), static _ => { });
            }
        });

    /// <summary>Starts work on the thread pool. The returned task ends with the work and never fails.</summary>
    /// <param name="work">Code to run.</param>
    /// <param name="failed">Receives an exception that <paramref name="work"/> throws.</param>
    public static Task StartTask(Action work, Action<Exception> failed) => Task.Run(() => RunGuarded(work, failed));

    /// <summary>Starts a timer.</summary>
    /// <param name="clock">Clock of the timer.</param>
    /// <param name="tick">Code to run at each tick.</param>
    /// <param name="failed">Receives an exception that <paramref name="tick"/> throws.</param>
    /// <param name="due">Delay of the first tick.</param>
    /// <param name="period">Interval between ticks.</param>
    /// <exception cref="ProblemException">The system refuses a timer.</exception>
    public static ITimer StartTimer(TimeProvider clock, Action tick, Action<Exception> failed, TimeSpan due, TimeSpan period)
    {
        try
        {
            return clock.CreateTimer(_ => RunGuarded(tick, failed), null, due, period);
        }
        catch (Exception e) when (Fault.IsOutOfResources(e))
        {
            throw new ProblemException(Problem.Create(FaultCodes.NoResources, $"The system refuses a timer: {e.Message}"), e);
        }
    }

    /// <summary>Registers work for a cancellation. The caller that cancels gets no exception from the work.</summary>
    /// <param name="work">Code to run.</param>
    /// <param name="failed">Receives an exception that <paramref name="work"/> throws.</param>
    /// <param name="token">The token.</param>
    public static CancellationTokenRegistration RegisterCancellation(Action work, Action<Exception> failed, CancellationToken token) =>
        token.Register(() => RunGuarded(work, failed));

    /// <summary>Runs work and passes every exception to <paramref name="failed"/>.</summary>
    /// <param name="work">Code to run.</param>
    /// <param name="failed">Receives an exception that <paramref name="work"/> throws.</param>
    public static void RunGuarded(Action work, Action<Exception> failed)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            try
            {
                failed(e);
            }
            catch (Exception)
            {
                // The handler failed as well. The process continues.
            }
        }
    }

    /// <summary>Handler for exceptions that only mean that the waiting caller has left.</summary>
    public static void IgnoreException(Exception exception) { }
}
