using System.Text.RegularExpressions;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>A part of a text that MSBuild replaces: <c>$(property)</c>, <c>%(metadata)</c>, <c>@(list)</c>.</summary>
/// <param name="Sign">The sign before the parenthesis.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is, with sign and parentheses.</param>
/// <param name="Content">What stands between the parentheses.</param>
internal sealed partial record Expansion(char Sign, int Start, int Length, string Content)
{
    /// <summary>As it is written.</summary>
    public string Text => $"{Sign}({Content})";

    /// <summary>List of a metadata reference with a list name; otherwise null.</summary>
    public string? List =>
        Sign == '%' && MetadataPattern().Match(Content) is { Success: true } m && m.Groups[1].Success ? m.Groups[1].Value : null;

    /// <summary>Name of a metadata reference; otherwise null.</summary>
    public string? Name => Sign == '%' && MetadataPattern().Match(Content) is { Success: true } m ? m.Groups[2].Value : null;

    /// <summary>Finds all expansions of a text, in order. A nested expansion is a part of the outer one.</summary>
    public static IReadOnlyList<Expansion> FindAll(string text)
    {
        var found = new List<Expansion>();
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] is '$' or '%' or '@' && text[i + 1] == '(' && FindEnd(text, i + 2, text[i] == '@') is { } end)
            {
                var expansion = new Expansion(text[i], i, end - i + 1, text[(i + 2)..end]);
                if (text[i] == '$' || (text[i] == '%' ? MetadataPattern() : ListNamePattern()).IsMatch(expansion.Content))
                {
                    found.Add(expansion);
                    i = end;
                }
            }
        }

        return found;
    }

    /// <summary>Creates a test for an evaluated text: whether one expansion became empty in it.</summary>
    /// <param name="written">The text as it is written.</param>
    /// <param name="all">Its expansions.</param>
    /// <param name="one">The expansion to test.</param>
    /// <param name="isList">Whether the text is a list; MSBuild trims the entries of a list.</param>
    /// <returns>A predicate that is true if the expansion is certainly empty; it is false if another expansion could be the empty
    /// one.</returns>
    public static Predicate<string> CreateEmptyTest(string written, IReadOnlyList<Expansion> all, Expansion one, bool isList)
    {
        var (full, empty) = (BuildPattern(".+"), BuildPattern(""));
        return value => RemoveBlanks(value) is var bare && !full.IsMatch(bare) && empty.IsMatch(bare);

        Regex BuildPattern(string own)
        {
            var (pattern, at) = ("^", 0);
            foreach (var expansion in all)
            {
                pattern += EscapeLiteral(written[at..expansion.Start]) + (expansion == one ? own : ".*");
                at = expansion.Start + expansion.Length;
            }

            return new Regex(pattern + EscapeLiteral(written[at..]) + "$", RegexOptions.NonBacktracking | RegexOptions.Singleline);
        }

        string EscapeLiteral(string text) => Regex.Escape(RemoveBlanks(ItemText.Unescape(text)));

        string RemoveBlanks(string text) => isList ? string.Concat(text.Where(c => !char.IsWhiteSpace(c))) : text;
    }

    private static int? FindEnd(string text, int from, bool quotes)
    {
        var (depth, quoted) = (1, false);
        for (var i = from; i < text.Length; i++)
        {
            quoted ^= quotes && text[i] == '\'';
            depth += quoted
                ? 0
                : text[i] switch
                {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
            if (depth == 0)
            {
                return i;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^\s*(?:([A-Za-z_][\w-]*)\s*\.\s*)?([A-Za-z_][\w-]*)\s*$")]
    private static partial Regex MetadataPattern();

    [GeneratedRegex(@"^\s*[A-Za-z_][\w-]*\s*(?:$|->|,)")]
    private static partial Regex ListNamePattern();
}
