using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>State names as SQL literals.</summary>
internal static class StateSql
{
    /// <summary>Literals separated by commas, for <c>=</c> (one state) or <c>IN (…)</c>.</summary>
    public static string ToLiterals(params ReadOnlySpan<TaskState> states)
    {
        var literals = new string[states.Length];
        for (var i = 0; i < literals.Length; i++)
        {
            literals[i] = $"'{states[i].ToText()}'";
        }

        return string.Join(", ", literals);
    }
}
