using MatterStack.Engine.Files;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>An entry of <c>Outputs</c>: a file, a folder with all files below it, or a pattern.</summary>
internal sealed class DeclaredOutput
{
    private readonly Matcher? _matcher;
    private readonly string _below;
    private readonly bool _matchesAllBelow;

    /// <param name="text">As declared.</param>
    public DeclaredOutput(string text)
    {
        (Text, _below) = (text, text + "/");
        var literal = string.Join('/', text.Split('/').TakeWhile(segment => !Globs.IsPattern(segment)));
        (Literal, IsPattern) = (literal, literal.Length < text.Length);
        // The usual pattern. For many files a string comparison is much cheaper than the matcher.
        _matchesAllBelow = IsPattern && text[(literal.Length == 0 ? 0 : literal.Length + 1)..] is "**" or "**/*";
        _matcher = IsPattern ? new Matcher(StringComparison.Ordinal).AddInclude(text) : null;
    }

    public string Text { get; }

    /// <summary>Leading part without a wildcard.</summary>
    public string Literal { get; }

    public bool IsPattern { get; }

    /// <summary>Returns the same pattern with another path in place of <see cref="Literal"/>.</summary>
    public DeclaredOutput WithLiteral(string literal) => new(literal + Text[Literal.Length..]);

    /// <summary>Whether the entry matches a path, or a folder that contains the path.</summary>
    public bool MatchesPath(string path) =>
        _matchesAllBelow
            ? Literal.Length == 0
                || (path.Length > Literal.Length + 1 && path[Literal.Length] == '/' && path.StartsWith(Literal, StringComparison.Ordinal))
        : IsPattern ? (Literal.Length == 0 || path.StartsWith(Literal, StringComparison.Ordinal)) && _matcher!.Match(path).HasMatches
        : path == Text || path.StartsWith(_below, StringComparison.Ordinal);

    /// <summary>Whether the entry may match a file in a folder.</summary>
    public bool MayMatchInside(string folder)
    {
        var (wanted, path) = (Text.Split('/'), folder.Split('/'));
        for (var i = 0; i < path.Length; i++)
        {
            if (i == wanted.Length)
            {
                return !IsPattern;
            }

            if (wanted[i] == "**")
            {
                return true;
            }

            if (!Globs.IsMatch(wanted[i], path[i]))
            {
                return false;
            }
        }

        return !IsPattern || wanted.Length > path.Length;
    }
}
