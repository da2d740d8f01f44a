using System.Text.RegularExpressions;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Codes;

/// <summary>Finds <c>{code:NAME}</c>, <c>{launch}</c> and <c>{launch:NAME}</c> in the command of a task.</summary>
internal static partial class CodePlaceholders
{
    private const string CodeBegin = "{code:";
    private const string LauncherBegin = "{launch";

    /// <summary>Whether a name is allowed.</summary>
    public static bool IsName(string name) => NameRegex().IsMatch(name);

    /// <summary>Whether a command may have placeholders. Most have none and are not searched further.</summary>
    public static bool MayBeIn(string command) =>
        command.Contains(CodeBegin, StringComparison.Ordinal) || command.Contains(LauncherBegin, StringComparison.Ordinal);

    /// <summary>Finds all placeholders, in their order. Variables of the shell (<c>${code:-x}</c>) and comments hold none.</summary>
    public static IReadOnlyList<CodePlaceholder> Find(string command)
    {
        if (!MayBeIn(command))
        {
            return [];
        }

        var found = new List<CodePlaceholder>();
        ShellQuotes? quotes = null;
        foreach (Match match in PlaceholderRegex().Matches(command))
        {
            quotes ??= ShellQuotes.Read(command);
            if (quotes.IsComment(match.Index))
            {
                continue;
            }

            var (code, launcher) = (match.Groups["code"], match.Groups["launcher"]);
            found.Add(
                new CodePlaceholder(
                    match.Index,
                    match.Length,
                    !code.Success,
                    code.Success ? code.Value
                        : launcher.Success ? launcher.Value
                        : null,
                    quotes.GetQuote(match.Index),
                    quotes.IsWholeWord(match.Index, match.Length)
                )
                {
                    IsOpen = match.Value[^1] != '}',
                }
            );
        }

        return found;
    }

    [GeneratedRegex(@"(?<!\$)\{(code:(?<code>[^{}\n]*)|launch(:(?<launcher>[^{}\n]*)|(?=\})))\}?")]
    private static partial Regex PlaceholderRegex();

    [GeneratedRegex(CodeFields.NamePattern)]
    private static partial Regex NameRegex();
}
