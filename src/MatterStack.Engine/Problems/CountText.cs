using System.Globalization;

namespace MatterStack.Engine.Problems;

/// <summary>Numbers with their nouns in messages: "1 task", "2 tasks".</summary>
internal static class CountText
{
    /// <summary>A number with its noun in singular or plural.</summary>
    /// <param name="count">The number.</param>
    /// <param name="one">Text after the number 1: "task", or "task is".</param>
    /// <param name="many">Text after any other number; null: the singular with an <c>s</c>.</param>
    public static string FormatCount(long count, string one, string? many = null) =>
        count.ToString(CultureInfo.InvariantCulture) + " " + (count == 1 ? one : many ?? one + "s");
}
