using System.Collections.Concurrent;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Threads for work that may wait for days. Each work item gets a thread at once; idle threads are reused.</summary>
internal sealed class WorkerThreads(string name) : IDisposable
{
    private readonly BlockingCollection<(Action Work, Action<Exception> Failed)> _work = [];
    private readonly Lock _gate = new();
    private int _idle;
    private bool _isClosed;

    /// <summary>Runs a work item on a thread; false if disposed.</summary>
    /// <param name="work">The work item.</param>
    /// <param name="failed">Receives an exception of the work item.</param>
    /// <exception cref="ProblemException">The system refuses a thread; nothing was run.</exception>
    public bool TryRun(Action work, Action<Exception> failed)
    {
        lock (_gate)
        {
            if (_isClosed)
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

    /// <summary>Accepts no more work. Running work continues.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
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
        Background.RunGuarded(work, failed);
        Interlocked.Increment(ref _idle);
    }
}
