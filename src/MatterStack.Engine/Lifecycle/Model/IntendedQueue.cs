using System.Diagnostics.CodeAnalysis;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Intended attempts of an operator key that wait for capacity, in the order of <see cref="TaskNode.Rank"/>.</summary>
internal sealed class IntendedQueue
{
    private readonly PriorityQueue<LiveAttempt, TaskRank> _attempts = new();

    public int Count => _attempts.Count;

    /// <summary>Rank of the last attempt.</summary>
    public TaskRank LastRank { get; private set; }

    /// <summary>Whether an attempt still needs capacity.</summary>
    public bool HasUnreserved
    {
        get
        {
            foreach (var (attempt, _) in _attempts.UnorderedItems)
            {
                if (!attempt.HoldsCapacity)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public void Enqueue(LiveAttempt attempt)
    {
        // Attempts leave in their order, so the last one stays until the queue is empty.
        LastRank = Count == 0 || attempt.Task.Rank > LastRank ? attempt.Task.Rank : LastRank;
        _attempts.Enqueue(attempt, attempt.Task.Rank);
    }

    public bool TryPeek([MaybeNullWhen(false)] out LiveAttempt attempt) => _attempts.TryPeek(out attempt, out _);

    public void Dequeue() => _attempts.Dequeue();

    /// <summary>Restores the order after ranks have changed.</summary>
    public void Reorder()
    {
        var attempts = _attempts.UnorderedItems.Select(static item => item.Element).ToArray();
        _attempts.Clear();
        foreach (var attempt in attempts)
        {
            Enqueue(attempt);
        }
    }
}
