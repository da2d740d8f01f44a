namespace MatterStack.Engine.Lifecycle.Selections;

/// <summary>Finds the tasks that selected tasks need.</summary>
internal static class SelectionClosure
{
    /// <summary>Returns for each task whether it is selected, or is a direct or indirect dependency of a selected task.</summary>
    /// <param name="selected">Positions of the selected tasks.</param>
    /// <param name="count">Number of all tasks.</param>
    /// <param name="findDependencies">Positions of the dependencies of a task.</param>
    public static bool[] FindNeeded(IEnumerable<int> selected, int count, Func<int, IEnumerable<int>> findDependencies)
    {
        var needed = new bool[count];
        // A stack instead of recursion: chains may be long.
        var open = new Stack<int>(selected);
        while (open.TryPop(out var next))
        {
            if (needed[next])
            {
                continue;
            }

            needed[next] = true;
            foreach (var dependency in findDependencies(next))
            {
                open.Push(dependency);
            }
        }

        return needed;
    }
}
