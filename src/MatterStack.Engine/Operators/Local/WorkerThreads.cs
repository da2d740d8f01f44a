using System.Collections.Concurrent;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Threads for work that may wait for days: each piece has one at once, and threads are kept for the next piece.</summary>
internal sealed class WorkerThreads(string name) : IDisposable
{
    private readonly BlockingCollection<(Action Work, Action<Exception> Failed)> _work = [];
    private readonly Lock _gate = new();
    private int _idle;
    private bool _closed;

    /// <summary>Runs it on a thread of these; false if they are closed.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="failed">Takes an exception that it throws.</param>
    /// <exception cref="ProblemException">The system refuses a thread; nothing was run.</exception>
    public bool Run(Action work, Action<Exception> failed)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (Interlocked.Decrement(ref _idle) >= 0)
            {
                _work.Add((work, failed));
                return true;
            }

            Interlocked.Increment(ref _idle);
            Background.StartThread(name, () => RunAll(work, failed), failed);
            return true;
        }
    }

    /// <summary>Takes nothing more. What is under way goes on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _work.CompleteAdding();
        }
    }

    private void RunAll(Action first, Action<Exception> firstFailed)
    {
        RunOne(first, firstFailed);
        foreach (var (work, failed) in _work.GetConsumingEnumerable())
        {
            RunOne(work, failed);
        }
    }

    private void RunOne(Action work, Action<Exception> failed)
    {
        Background.Guard(work, failed);
        Interlocked.Increment(ref _idle);
    }
}
