using System.Text.RegularExpressions;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Compares wirings by their meaning.</summary>
internal static partial class WiringDiff
{
    public const string WholeOperator = "(operator)";
    private const string HiddenValue = "(hidden)";

    /// <summary>Returns all differences, sorted by key and field. Values under secret names are hidden.</summary>
    public static IReadOnlyList<WiringDifference> Compare(OperatorsFile before, OperatorsFile after)
    {
        var differences = CompareFields(null, EffectiveFields.FromDefaults(before.Defaults), EffectiveFields.FromDefaults(after.Defaults))
            .ToList();

        foreach (var key in before.Operators.Keys.Union(after.Operators.Keys).Order())
        {
            differences.AddRange(
                (before.Operators.GetValueOrDefault(key), after.Operators.GetValueOrDefault(key)) switch
                {
                    ({ } old, { } @new) => CompareFields(key, old.Effective, @new.Effective),
                    ({ } old, _) => [new WiringDifference(key, WholeOperator, DescribeOperator(old), null, true)],
                    (_, { } @new) => [new WiringDifference(key, WholeOperator, null, DescribeOperator(@new), true)],
                    _ => [],
                }
            );
        }

        return differences;
    }

    private static string DescribeOperator(OperatorWiring wiring) =>
        wiring.Backend is Backend.None ? wiring.Kind : $"{wiring.Kind}, {wiring.Backend.Type}";

    private static IEnumerable<WiringDifference> CompareFields(
        OperatorKey? key,
        IReadOnlyList<EffectiveField> old,
        IReadOnlyList<EffectiveField> @new
    )
    {
        var (before, after) = (old.ToDictionary(static field => field.Path), @new.ToDictionary(static field => field.Path));
        foreach (var path in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (was, @is) = (before.GetValueOrDefault(path), after.GetValueOrDefault(path));
            if (was?.Json != @is?.Json)
            {
                yield return new WiringDifference(key, path, FormatValue(was), FormatValue(@is), (was ?? @is)!.AffectsResults)
                {
                    // Both sides: a code may have used a launcher before, or use it now.
                    ConcernedParts = JoinParts(was?.ConcernedParts, @is?.ConcernedParts),
                };
            }
        }
    }

    private static string? JoinParts(string? before, string? after) =>
        before is null || after is null || before == after
            ? before ?? after
            : string.Join(", ", before.Split(", ").Union(after.Split(", "), StringComparer.Ordinal));

    private static string? FormatValue(EffectiveField? field) =>
        field switch
        {
            null => null,
            { } shown when SecretNames.IsSecret(shown.Path[(shown.Path.LastIndexOf('.') + 1)..]) => HiddenValue,
            // In a mapping of environment variables, the names are part of the value.
            { } shown => JsonPairRegex()
                .Replace(shown.Json, static pair =>
                    SecretNames.IsSecret(pair.Groups["name"].Value) ? $"\"{pair.Groups["name"].Value}\":\"{HiddenValue}\"" : pair.Value
                ),
        };

    [GeneratedRegex(
        """
            "(?<name>[^"\\]*)":"(?:[^"\\]|\\.)*"
            """
    )]
    private static partial Regex JsonPairRegex();
}
