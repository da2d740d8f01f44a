namespace MatterStack.Engine.Wiring.Codes;

/// <summary>A place in a task's command where the site's text is put.</summary>
/// <param name="Start">Position of the brace.</param>
/// <param name="Length">Number of characters with both braces.</param>
/// <param name="IsLauncher">Whether it stands for a launcher and not for a code.</param>
/// <param name="Name">The name as written; null for <c>{launch}</c> without a name.</param>
/// <param name="Quote">Quote that it is in; null if it is in none.</param>
/// <param name="IsWholeWord">Whether the quotes hold nothing else.</param>
internal sealed record CodePlaceholder(int Start, int Length, bool IsLauncher, string? Name, char? Quote, bool IsWholeWord)
{
    /// <summary>Whether the closing brace is missing.</summary>
    public bool IsOpen { get; init; }
}
