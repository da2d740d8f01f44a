using System.Text.RegularExpressions;

namespace MatterStack.Engine.Campaigns;

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
    public string? List => Sign == '%' && Metadata().Match(Content) is { Success: true } m && m.Groups[1].Success ? m.Groups[1].Value : null;

    /// <summary>Name of a metadata reference; otherwise null.</summary>
    public string? Name => Sign == '%' && Metadata().Match(Content) is { Success: true } m ? m.Groups[2].Value : null;

    /// <summary>Finds all expansions of a text, in order. A nested expansion is a part of the outer one.</summary>
    public static IReadOnlyList<Expansion> In(string text)
    {
        var found = new List<Expansion>();
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] is '$' or '%' or '@' && text[i + 1] == '(' && End(text, i + 2, text[i] == '@') is { } end)
            {
                var expansion = new Expansion(text[i], i, end - i + 1, text[(i + 2)..end]);
                if (text[i] == '$' || (text[i] == '%' ? Metadata() : ListName()).IsMatch(expansion.Content))
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
    public static Predicate<string> IsEmpty(string written, IReadOnlyList<Expansion> all, Expansion one, bool isList)
    {
        var (full, empty) = (Pattern(".+"), Pattern(""));
        return value => Bare(value) is var bare && !full.IsMatch(bare) && empty.IsMatch(bare);

        Regex Pattern(string own)
        {
            var (pattern, at) = ("^", 0);
            foreach (var expansion in all)
            {
                pattern += Literal(written[at..expansion.Start]) + (expansion == one ? own : ".*");
                at = expansion.Start + expansion.Length;
            }

            return new Regex(pattern + Literal(written[at..]) + "$", RegexOptions.NonBacktracking | RegexOptions.Singleline);
        }

        string Literal(string text) => Regex.Escape(Bare(ItemText.Unescape(text)));

        string Bare(string text) => isList ? string.Concat(text.Where(c => !char.IsWhiteSpace(c))) : text;
    }

    private static int? End(string text, int from, bool quotes)
    {
        var (depth, quoted) = (1, false);
        for (var i = from; i < text.Length; i++)
        {
            quoted ^= quotes && text[i] == '\'';
            depth += quoted ? 0 : text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^\s*(?:([A-Za-z_][\w-]*)\s*\.\s*)?([A-Za-z_][\w-]*)\s*$")]
    private static partial Regex Metadata();

    [GeneratedRegex(@"^\s*[A-Za-z_][\w-]*\s*(?:$|->|,)")]
    private static partial Regex ListName();
}
