using System.Text.RegularExpressions;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Classifies plain scalars by the rules of YAML 1.2: <c>on</c>, <c>yes</c> and <c>12:30</c> are text.</summary>
internal static partial class ScalarKinds
{
    public static ScalarKind ClassifyPlain(string text) =>
        text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
            // Most values are words. Only a number needs a regular expression, which each process compiles.
            [not ('+' or '-' or '.' or (>= '0' and <= '9')), ..] => ScalarKind.Text,
            _ when IntegerRegex().IsMatch(text) => ScalarKind.Integer,
            _ when NumberRegex().IsMatch(text) => ScalarKind.Number,
            _ => ScalarKind.Text,
        };

    // No leading zero: YAML 1.1 would read 010 as eight.
    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,17})\z")]
    private static partial Regex IntegerRegex();

    [GeneratedRegex(
        @"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z"
    )]
    private static partial Regex NumberRegex();
}
