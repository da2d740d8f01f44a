namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Names of <see cref="TaskChange"/> in documents.</summary>
internal static class TaskChangeText
{
    public static string ToText(this TaskChange change) =>
        change switch
        {
            TaskChange.Equal => "equal",
            TaskChange.Added => "added",
            TaskChange.Gone => "gone",
            TaskChange.Different => "different",
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
}
