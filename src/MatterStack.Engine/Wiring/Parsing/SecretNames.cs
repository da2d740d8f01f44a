using System.Text;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Rule for keys that name a secret: their values must be references and are never shown.</summary>
internal static partial class SecretNames
{
    // Complete words, or the end of a name: MAX_TOKENS and TOKENIZERS_PARALLELISM are no secrets, GITHUBTOKEN and AWS_SECRET_ACCESS_KEY
    // are.
    private const string Words = "passwords?|passwd|passphrase|token|secrets?|api[_-]?key|credentials?|private[_-]key|access[_-]key";
    private const string Ends = "password|passwd|passphrase|token|secret|apikey";

    /// <summary>The rule as a regular expression without regard to case.</summary>
    public const string Pattern = $"((^|[_-])({Words})([_-]|$))|(({Ends})$)|(^auth(orization)?$)";

    /// <summary>Pattern of allowed values of such a key: references, optionally after the name of an authorization scheme.</summary>
    public const string AllowedValue = @"^((Bearer|Basic|Token) )?(\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:[^}]+)\})+$";

    // Each word of the rule contains one of these. Most keys contain none, and need no regular expression, which each process compiles.
    private static readonly string[] Parts = ["pass", "token", "secret", "key", "credential", "auth"];

    public static bool IsSecret(string key) => MayBeSecret(key) && SecretNameRegex().IsMatch(key);

    public static bool IsOnlyReferences(string value) => AllowedValueRegex().IsMatch(value);

    private static bool MayBeSecret(string key)
    {
        foreach (var part in Parts)
        {
            if (key.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        // Without regard to case, some letters outside of ASCII equal an ASCII letter.
        return !Ascii.IsValid(key);
    }

    [GeneratedRegex(Pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretNameRegex();

    [GeneratedRegex(AllowedValue)]
    private static partial Regex AllowedValueRegex();
}
