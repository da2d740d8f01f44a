using System.Text.RegularExpressions;

namespace MatterStack.Engine.Campaigns;

/// <summary>What MSBuild replaces in a text: <c>$(property)</c>, <c>%(metadata)</c>, <c>@(list)</c>.</summary>
/// <param name="Sign">The sign before the parenthesis.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is, with sign and parentheses.</param>
/// <param name="Content">What stands between the parentheses.</param>
internal sealed partial record Expansion(char Sign, int Start, int Length, string Content)
{
    /// <summary>As it is written.</summary>
    public string Text => $"{Sign}({Content})";

    /// <summary>Of metadata that names its list: the list. Otherwise null.</summary>
    public string? List => Sign == '%' && Metadata().Match(Content) is { Success: true } m && m.Groups[1].Success ? m.Groups[1].Value : null;

    /// <summary>Of metadata: their name. Otherwise null.</summary>
    public string? Name => Sign == '%' && Metadata().Match(Content) is { Success: true } m ? m.Groups[2].Value : null;

    /// <summary>All of a text, in their order; what stands within another is a part of it.</summary>
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

    /// <summary>What tells whether one expansion of a text has left nothing in what the text has become.</summary>
    /// <param name="written">The text as it is written.</param>
    /// <param name="all">Its expansions.</param>
    /// <param name="one">The one in question.</param>
    /// <param name="isList">Whether the text is a list, whose entries have lost the blanks around them.</param>
    /// <returns>True for a text in which it is empty; where several could have left what is there, nothing is known for certain of any.</returns>
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
