using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Usage;

/// <summary>Tasks of one kind on one operator.</summary>
internal sealed class TaskGroup
{
    private readonly List<string> _parts;
    private int _commonAtStart;
    private int _commonAtEnd;
    private int _fewestParts;
    private TaskId _last;

    /// <param name="key">Operator key of the tasks.</param>
    /// <param name="first">The first task.</param>
    public TaskGroup(OperatorKey key, TaskId first)
    {
        (Key, First, _last, Count) = (key, first, first, 1);
        _parts = SplitId(first.Value);
        (_commonAtStart, _commonAtEnd, _fewestParts) = (_parts.Count, _parts.Count, _parts.Count);
    }

    /// <summary>Operator key of the tasks.</summary>
    public OperatorKey Key { get; }

    /// <summary>The first task.</summary>
    public TaskId First { get; }

    /// <summary>Number of tasks.</summary>
    public int Count { get; private set; }

    /// <summary>Pattern of <c>Select</c> that matches all tasks of the group, and possibly others: what all ids begin and end with. Null if
    /// the ids have nothing in common.</summary>
    public string? Pattern
    {
        get
        {
            if (Count == 1)
            {
                return First.Value;
            }

            var end = Math.Min(_commonAtEnd, _fewestParts - _commonAtStart);
            return _commonAtStart == 0 && end <= 0
                ? null
                : string.Concat(_parts.Take(_commonAtStart)) + "*" + string.Concat(_parts.TakeLast(Math.Max(0, end)));
        }
    }

    /// <summary>Name for people: the pattern, or the number of tasks.</summary>
    public string Name => Pattern ?? CountText.FormatCount(Count, "task");

    /// <summary>Adds a task that is of this kind. A task that was just added is not counted again.</summary>
    public void AddTask(TaskId task)
    {
        if (task == _last)
        {
            return;
        }

        Count++;
        _last = task;
        var parts = SplitId(task.Value);
        _fewestParts = Math.Min(_fewestParts, parts.Count);
        var start = 0;
        while (start < Math.Min(_commonAtStart, parts.Count) && parts[start] == _parts[start])
        {
            start++;
        }

        var end = 0;
        while (end < Math.Min(_commonAtEnd, parts.Count) && parts[^(end + 1)] == _parts[^(end + 1)])
        {
            end++;
        }

        (_commonAtStart, _commonAtEnd) = (start, end);
    }

    /// <summary>Splits an id into words, numbers and the characters between them: <c>relax</c>, <c>_</c>, <c>Cu</c>, <c>_</c>,
    /// <c>10</c>.</summary>
    public static List<string> SplitId(string id)
    {
        var parts = new List<string>();
        var at = 0;
        while (at < id.Length)
        {
            var end = at + 1;
            while (end < id.Length && IsOfOnePart(id[at], id[end]))
            {
                end++;
            }

            parts.Add(id[at..end]);
            at = end;
        }

        return parts;
    }

    private static bool IsOfOnePart(char first, char next) =>
        char.IsAsciiDigit(first) ? char.IsAsciiDigit(next) : char.IsAsciiLetter(first) && char.IsAsciiLetter(next);
}
