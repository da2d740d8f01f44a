using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Checks mappings against tables of fields. Every mistake becomes a problem with its position.</summary>
internal sealed partial class FieldReader(string file, List<Problem> problems, bool isPersisted = false)
{
    /// <summary>Largest allowed value of a <see cref="FieldType.Number"/>.</summary>
    public const int MaxNumber = 1_000_000_000;

    /// <summary>Pattern of time spans in wiring.</summary>
    public const string DurationPattern = "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$";

    /// <summary>Pattern of time limits, in the form of batch schedulers.</summary>
    public const string TimeLimitPattern =
        "^([0-9]+|[0-9]+:[0-5][0-9]|[0-9]+:[0-5][0-9]:[0-5][0-9]|[0-9]+-[0-9]+(:[0-5][0-9](:[0-5][0-9])?)?)$";

    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>Reads the values of a mapping. Adds a problem for each wrong value and omits the value.</summary>
    /// <param name="map">The mapping.</param>
    /// <param name="fields">Allowed fields.</param>
    /// <param name="owner">Name of the mapping for messages: <c>an operator</c>, <c>'ssh'</c>.</param>
    /// <param name="besides">Keys that the caller reads itself.</param>
    public Settings Read(MapNode map, IReadOnlyList<Field> fields, string owner, params IReadOnlyList<string> besides)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var entry in map.Entries.Where(entry => !besides.Contains(entry.Key.Text)))
        {
            if (fields.FirstOrDefault(field => field.Name == entry.Key.Text) is not { } field)
            {
                var known = besides.Concat(fields.Select(static field => field.Name));
                AddProblem(
                    WiringCodes.UnknownKey,
                    entry.Key,
                    $"'{DisplayText.Shorten(entry.Key.Text)}' is not a key of {owner}",
                    SpellingRemedy.CreateRemedy(entry.Key.Text, known, "Known keys")
                );
            }
            else if (ReadValue(entry.Value, field) is { } value)
            {
                values.Add(field.Name, value);
            }
        }

        foreach (var field in fields.Where(field => values.ContainsKey(field.Name) && values.ContainsKey(field.Excludes ?? "")))
        {
            AddProblem(
                WiringCodes.BadValue,
                map.Find(field.Name)!,
                $"{CapitalizeFirst(owner)} has both '{field.Name}' and '{field.Excludes}'",
                "Remove one of them."
            );
        }

        foreach (var field in fields.Where(field => field.IsRequired && map.Find(field.Name) is null))
        {
            AddProblem(
                WiringCodes.MissingKey,
                map,
                $"{CapitalizeFirst(owner)} lacks the key '{field.Name}'",
                $"Add it: {field.Description}"
            );
        }

        return new Settings(values);
    }

    /// <summary>Reads the value of one field. Returns null if it is empty or wrong.</summary>
    public object? ReadValue(YamlNode node, Field field)
    {
        if (node is ScalarNode { Kind: ScalarKind.Null } && field.Type != FieldType.Group)
        {
            if (field.IsRequired)
            {
                AddProblem(WiringCodes.WrongType, node, $"'{field.Name}' is empty", $"Give it a value: {field.Description}");
            }

            return null;
        }

        return field.Type switch
        {
            FieldType.Word or FieldType.Text or FieldType.Path => ReadText(node, field, $"'{field.Name}'"),
            FieldType.Integer => ReadInteger(node, field),
            FieldType.Number => ReadNumber(node, field),
            FieldType.Duration => ReadDuration(node, field),
            FieldType.TimeLimit => ReadTimeLimit(node, field),
            FieldType.TextList => ReadTextList(node, field),
            FieldType.TextMap => ReadTextMap(node, field),
            FieldType.Boolean => ReadBoolean(node, field),
            FieldType.Devices => ReadDevices(node, field),
            FieldType.IntegerMap => ReadIntegerMap(node, field),
            FieldType.GroupMap => ReadGroupMap(node, field),
            FieldType.GroupList => ReadGroupList(node, field),
            FieldType.Group => node is MapNode map ? ReadGroup(map, field) : ReportWrongType(node, $"'{field.Name}'", "a mapping"),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, null),
        };
    }

    private object? ReadBoolean(YamlNode node, Field field) =>
        node is ScalarNode { Kind: ScalarKind.Boolean } scalar
            ? scalar.Text.Equals("true", StringComparison.OrdinalIgnoreCase)
            : ReportWrongType(
                node,
                $"'{field.Name}'",
                "true or false",
                node is ScalarNode { Text: "true" or "false" } ? "Write it without quotes." : null
            );

    private Settings ReadGroup(MapNode map, Field field)
    {
        if (field.AnyOf is { } needed && needed.All(name => map.Find(name) is null or ScalarNode { Kind: ScalarKind.Null }))
        {
            AddProblem(
                WiringCodes.MissingKey,
                map,
                $"'{field.Name}' lacks {string.Join(" and ", needed.Select(name => $"'{name}'"))}",
                "Give it one of them."
            );
        }

        return Read(map, field.Fields, $"'{field.Name}'");
    }

    private string? ReadText(YamlNode node, Field field, string owner, bool matchPattern = true)
    {
        if (node is not ScalarNode { Kind: ScalarKind.Text } scalar)
        {
            return ReportWrongType(
                    node,
                    owner,
                    "text",
                    node is ScalarNode { Kind: not ScalarKind.Null } ? "Put the value in quotes." : null
                ) as string;
        }

        if (SecretReference.FindMalformed(scalar.Text) is { } malformed)
        {
            AddProblem(
                WiringCodes.BadReference,
                node,
                $"{owner} contains '{DisplayText.Shorten(malformed)}', which is not a valid reference",
                WiringCodes.BadReference.Remedy
            );
            return null;
        }

        if (string.IsNullOrWhiteSpace(scalar.Text) || scalar.Text.AsSpan().ContainsAny('\n', '\0'))
        {
            AddProblem(WiringCodes.BadValue, node, $"{owner} must be one line of text", "Write a value, or remove the key.");
            return null;
        }

        if (field.Choices is { } choices && !choices.Contains(scalar.Text))
        {
            AddProblem(
                WiringCodes.BadValue,
                node,
                $"{owner} is '{DisplayText.Shorten(scalar.Text)}'",
                SpellingRemedy.CreateRemedy(scalar.Text, choices, "It may be")
            );
            return null;
        }

        var isReference = field.Type != FieldType.Word && SecretReference.IsIn(scalar.Text);
        if (matchPattern && !isReference && field.Pattern is { } pattern && !MatchesPattern(scalar.Text, pattern))
        {
            AddProblem(WiringCodes.BadValue, node, $"{owner} must be {field.PatternDescription}", field.Description);
            return null;
        }

        return scalar.Text;
    }

    private object? ReadInteger(YamlNode node, Field field)
    {
        if (node is not ScalarNode { Kind: ScalarKind.Integer } scalar)
        {
            return ReportWrongType(
                node,
                $"'{field.Name}'",
                field.Minimum == 1 ? "a positive integer" : "an integer",
                node is ScalarNode quoted && ScalarKinds.ClassifyPlain(quoted.Text) == ScalarKind.Integer
                    ? "Write it without quotes."
                    : null
            );
        }

        var value = long.Parse(scalar.Text, CultureInfo.InvariantCulture);
        var (minimum, maximum) = (field.Minimum ?? int.MinValue, field.Maximum ?? int.MaxValue);
        if (value >= minimum && value <= maximum)
        {
            return value;
        }

        var range =
            field.Maximum is not null || value > maximum ? $"an integer from {minimum} to {maximum}"
            : minimum == 1 ? "a positive integer"
            : $"an integer not below {minimum}";
        AddProblem(
            WiringCodes.BadValue,
            node,
            $"'{field.Name}' is {DisplayText.Shorten(scalar.Text)}; it must be {range}",
            field.Description
        );
        return null;
    }

    private object? ReadNumber(YamlNode node, Field field)
    {
        if (
            node is not ScalarNode { Kind: ScalarKind.Integer or ScalarKind.Number } scalar
            || !decimal.TryParse(
                scalar.Text,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var value
            )
        )
        {
            return ReportWrongType(node, $"'{field.Name}'", "a number", node is ScalarNode ? "Write it in decimal, without quotes." : null);
        }

        if (value <= (field.Minimum ?? decimal.MinValue) || value > MaxNumber)
        {
            AddProblem(
                WiringCodes.BadValue,
                node,
                $"'{field.Name}' is {DisplayText.Shorten(scalar.Text)}; it must be above {field.Minimum}",
                field.Description
            );
            return null;
        }

        // Removes trailing zeros: 4.0 and 4 are the same value.
        return value / 1.0000000000000000000000000000m;
    }

    private TimeSpan? ReadDuration(YamlNode node, Field field)
    {
        if (ReadText(node, field, $"'{field.Name}'") is not { } text)
        {
            return null;
        }

        if (DurationRegex().IsMatch(text))
        {
            return TimeSpan.ParseExact(text, "hh\\:mm\\:ss", CultureInfo.InvariantCulture);
        }

        AddProblem(WiringCodes.BadValue, node, $"'{field.Name}' must be a time span hh:mm:ss", "Write e.g. \"00:00:30\".");
        return null;
    }

    private string? ReadTimeLimit(YamlNode node, Field field)
    {
        if (node is ScalarNode { Kind: ScalarKind.Integer } minutes)
        {
            return ReadInteger(minutes, field with { Minimum = 1 }) is null || IsTooLong(node, field, minutes.Text) ? null : minutes.Text;
        }

        if (ReadText(node, field, $"'{field.Name}'") is not { } text)
        {
            return null;
        }

        if (TimeLimitRegex().IsMatch(text) || SecretReference.IsIn(text))
        {
            return !SecretReference.IsIn(text) && IsTooLong(node, field, text) ? null : text;
        }

        AddProblem(
            WiringCodes.BadValue,
            node,
            $"'{field.Name}' is not a time limit",
            "Write minutes as a number, or \"hours:minutes:seconds\", \"days-hours:minutes:seconds\"."
        );
        return null;
    }

    private bool IsTooLong(YamlNode node, Field field, string limit)
    {
        if (TimeLimitText.Parse(limit) is { } span && span <= TimeLimitText.MaxLimit)
        {
            return false;
        }

        AddProblem(WiringCodes.BadValue, node, $"'{field.Name}' is longer than ten years", "Omit it if there is no limit.");
        return true;
    }

    private object? ReportWrongType(YamlNode node, string owner, string needed, string? remedy = null)
    {
        AddProblem(WiringCodes.WrongType, node, $"{owner} is {node.TypeDescription}; it must be {needed}", remedy ?? $"Write {needed}.");
        return null;
    }

    private void AddProblem(ProblemCode code, YamlNode node, string message, string remedy) =>
        problems.Add(new Problem(code, message, remedy, YamlPositions.ToPosition(file, node)));

    private static string CapitalizeFirst(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    // The regex cache of the framework is too small for all patterns of the tables.
    private static bool MatchesPattern(string text, string pattern) =>
        Patterns.GetOrAdd(pattern, static pattern => new Regex(pattern, RegexOptions.CultureInvariant)).IsMatch(text);

    [GeneratedRegex(DurationPattern)]
    private static partial Regex DurationRegex();

    [GeneratedRegex(TimeLimitPattern)]
    private static partial Regex TimeLimitRegex();
}
