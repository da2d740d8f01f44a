using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MatterStack.Engine.Problems;

/// <summary>Items that a few threads of their own process in the order in which they were added.</summary>
/// <typeparam name="T">Type of an item.</typeparam>
/// <param name="name">Name of the threads.</param>
/// <param name="process">Processes an item.</param>
/// <param name="failed">Receives an exception that <paramref name="process"/> throws; the next item follows.</param>
internal sealed class WorkQueue<T>(string name, Action<T> process, Action<Exception> failed)
{
    private readonly BlockingCollection<T> _items = [];
    private readonly Lock _gate = new();
    private readonly List<Thread> _threads = [];

    /// <summary>Largest number of threads; a thread starts when more items wait than threads exist.</summary>
    public int MaxThreads { get; init; } = 1;

    /// <summary>Stack size of a thread in bytes.</summary>
    public int StackBytes { get; init; } = Background.SmallStack;

    /// <summary>Whether a thread was started.</summary>
    public bool IsStarted => _threads.Count > 0;

    /// <summary>Whether no more items are accepted.</summary>
    public bool IsClosed => _items.IsAddingCompleted;

    /// <summary>Adds an item. Returns false if the queue is closed.</summary>
    /// <exception cref="ProblemException">The system refuses the first thread. The item waits for <see cref="TryTake"/>.</exception>
    public bool TryAdd(T item)
    {
        try
        {
            _items.Add(item);
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        lock (_gate)
        {
            if (_threads.Count < MaxThreads && _items.Count > _threads.Count)
            {
                StartThread();
            }
        }

        return true;
    }

    /// <summary>Starts the first thread, unless an item has started it.</summary>
    /// <exception cref="ProblemException">The system refuses the thread.</exception>
    public void Start()
    {
        lock (_gate)
        {
            if (!IsStarted)
            {
                StartThread();
            }
        }
    }

    /// <summary>Takes an item that no thread has begun.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item) => _items.TryTake(out item);

    /// <summary>Accepts no more items. The threads process those that wait, and end.</summary>
    public void Close() => _items.CompleteAdding();

    /// <summary>Waits for the end of each thread, after <see cref="Close"/>.</summary>
    /// <param name="timeout">Longest time to wait for a thread.</param>
    public void Join(TimeSpan timeout)
    {
        foreach (var thread in _threads)
        {
            thread.Join(timeout);
        }
    }

    private void StartThread()
    {
        try
        {
            _threads.Add(Background.StartThread(name, ProcessItems, failed, StackBytes));
        }
        catch (ProblemException) when (IsStarted)
        {
            // The threads that were started do the work.
        }
    }

    private void ProcessItems()
    {
        foreach (var item in _items.GetConsumingEnumerable())
        {
            Background.RunGuarded(() => process(item), failed);
        }
    }
}
