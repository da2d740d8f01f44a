namespace MatterStack.Engine.Problems;

/// <summary>Starts what runs beside its caller: threads, tasks, timers, answers to a cancellation. No exception leaves any of them, since it would end the process, or be lost.</summary>
/// <remarks>Nothing else in MatterStack starts a thread; a test looks for it.</remarks>
internal static class Background
{
    private const int SmallStack = 256 * 1024;

    /// <summary>Starts a thread that does not keep the process alive.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="work">What it does.</param>
    /// <param name="failed">Takes an exception that <paramref name="work"/> throws.</param>
    /// <param name="stack">Bytes of its stack.</param>
    /// <exception cref="ProblemException">The system refuses a thread.</exception>
    public static Thread StartThread(string name, Action work, Action<Exception> failed, int stack = SmallStack)
    {
        try
        {
            var thread = new Thread(() => Guard(work, failed), stack) { IsBackground = true, Name = name };
            thread.Start();
            return thread;
        }
        catch (Exception e) when (Fault.IsLackOfMeans(e))
        {
            throw new ProblemException(Problem.Of(FaultCodes.NoMeans, $"The system refuses a thread ('{name}'): {e.Message}"), e);
        }
    }

    /// <summary>Starts work on the thread pool that nobody waits for.</summary>
    /// <param name="work">What it does.</param>
    /// <param name="failed">Takes an exception that <paramref name="work"/> throws.</param>
    public static void StartTask(Func<Task> work, Action<Exception> failed) => _ = Task.Run(async () =>
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Guard(() => failed(e), static _ => { });
        }
    });

    /// <summary>Starts work on the thread pool that somebody waits for.</summary>
    /// <param name="work">What it does.</param>
    /// <param name="failed">Takes an exception that <paramref name="work"/> throws.</param>
    public static Task StartTask(Action work, Action<Exception> failed) => Task.Run(() => Guard(work, failed));

    /// <summary>Starts a timer.</summary>
    /// <param name="clock">Time.</param>
    /// <param name="tick">What it does each time.</param>
    /// <param name="failed">Takes an exception that <paramref name="tick"/> throws.</param>
    /// <param name="due">When it ticks first.</param>
    /// <param name="period">How often after that.</param>
    /// <exception cref="ProblemException">The system refuses a thread.</exception>
    public static ITimer StartTimer(TimeProvider clock, Action tick, Action<Exception> failed, TimeSpan due, TimeSpan period)
    {
        try
        {
            return clock.CreateTimer(_ => Guard(tick, failed), null, due, period);
        }
        catch (Exception e) when (Fault.IsLackOfMeans(e))
        {
            throw new ProblemException(Problem.Of(FaultCodes.NoMeans, $"The system refuses a timer: {e.Message}"), e);
        }
    }

    /// <summary>Has work done when somebody cancels; whoever cancels meets no exception of it.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="failed">Takes an exception that <paramref name="work"/> throws.</param>
    /// <param name="token">The token.</param>
    public static CancellationTokenRegistration OnCancel(Action work, Action<Exception> failed, CancellationToken token) => token.Register(() => Guard(work, failed));

    /// <summary>Does something from which no exception comes.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="failed">Takes an exception that <paramref name="work"/> throws.</param>
    public static void Guard(Action work, Action<Exception> failed)
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
                // Whoever was to tell of it cannot; the process goes on all the same.
            }
        }
    }

    /// <summary>What a place does with exceptions that mean only that whoever waited has left.</summary>
    public static void Ignore(Exception exception)
    {
    }
}
