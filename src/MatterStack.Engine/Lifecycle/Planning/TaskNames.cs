using System.Globalization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Names tasks in messages: the first ones, and how many more there are.</summary>
internal static class TaskNames
{
    private const int MaxNames = 5;

    public static string Describe(IEnumerable<TaskId> tasks)
    {
        var ids = tasks.ToList();
        return string.Join(", ", ids.Take(MaxNames))
            + (ids.Count > MaxNames ? string.Create(CultureInfo.InvariantCulture, $" and {ids.Count - MaxNames} more") : "");
    }
}
