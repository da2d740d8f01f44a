using System.Text.RegularExpressions;

namespace MatterStack.Acceptance.Support;

/// <summary>Examples of the documentation, so that tests use the very text that a user would type in.</summary>
internal static class Page
{
    /// <summary>The one block of a page that is in a language and holds a text.</summary>
    public static string Example(string page, string language, string with) =>
        Regex
            .Matches(File.ReadAllText(Path.Combine(Repository.Folder, "docs", page)), $"```{language}\n(.*?)```", RegexOptions.Singleline)
            .Select(m => m.Groups[1].Value)
            .Single(text => text.Contains(with, StringComparison.Ordinal));
}
