using System.Globalization;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <content>Lists and mappings.</content>
internal sealed partial class FieldReader
{
    /// <summary>Pattern of names of devices: numbers, and the names that vendors' tools print.</summary>
    public const string DevicePattern = "^[A-Za-z0-9][A-Za-z0-9_.:/-]*$";

    /// <summary>Maximum number of devices of a machine.</summary>
    public const int MaxDevices = 1024;

    private IReadOnlyList<string>? ReadTextList(YamlNode node, Field field)
    {
        if (node is not ListNode list)
        {
            var remedy = node is ScalarNode ? "Write it as [ ... ], or one item per line after '- '." : null;
            return ReportWrongType(node, $"'{field.Name}'", "a list", remedy) as IReadOnlyList<string>;
        }

        foreach (var item in list.Items.OfType<ScalarNode>())
        {
            if (!isPersisted && field.Retired is { } retired && MatchesPattern(item.Text, retired.Pattern))
            {
                AddProblem(
                    WiringCodes.BadValue,
                    item,
                    $"'{DisplayText.Shorten(item.Text)}' cannot be one of '{field.Name}'",
                    retired.Remedy
                );
            }
        }

        return list.Items.Select(item => ReadText(item, field, $"An item of '{field.Name}'")).OfType<string>().ToArray();
    }

    private IReadOnlyDictionary<string, string>? ReadTextMap(YamlNode node, Field field)
    {
        if (node is not MapNode map)
        {
            return ReportWrongType(node, $"'{field.Name}'", "a mapping") as IReadOnlyDictionary<string, string>;
        }

        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            CheckName(key, field);
            if (ReadText(value, field, $"'{field.Name}.{DisplayText.Shorten(key.Text)}'", matchPattern: false) is { } text)
            {
                texts[key.Text] = text;
            }
        }

        return texts;
    }

    private IReadOnlyDictionary<string, long>? ReadIntegerMap(YamlNode node, Field field)
    {
        if (node is not MapNode map)
        {
            return ReportWrongType(node, $"'{field.Name}'", "a mapping") as IReadOnlyDictionary<string, long>;
        }

        var numbers = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            CheckName(key, field);
            if (ReadInteger(value, field with { Name = $"{field.Name}.{DisplayText.Shorten(key.Text)}" }) is long number)
            {
                numbers[key.Text] = number;
            }
        }

        return numbers;
    }

    private Settings? ReadGroupMap(YamlNode node, Field field)
    {
        if (node is not MapNode map)
        {
            return ReportWrongType(node, $"'{field.Name}'", "a mapping") as Settings;
        }

        var groups = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            CheckName(key, field);
            var name = $"{field.Name}.{DisplayText.Shorten(key.Text)}";
            if (value is MapNode group)
            {
                groups[key.Text] = Read(group, field.Fields, $"'{name}'");
            }
            else
            {
                ReportWrongType(value, $"'{name}'", "a mapping");
            }
        }

        return new Settings(groups);
    }

    private IReadOnlyList<Settings>? ReadGroupList(YamlNode node, Field field)
    {
        if (node is not ListNode list)
        {
            return ReportWrongType(node, $"'{field.Name}'", "a list of mappings") as IReadOnlyList<Settings>;
        }

        var groups = new List<Settings>();
        foreach (var item in list.Items)
        {
            if (item is MapNode group)
            {
                groups.Add(Read(group, field.Fields, $"an item of '{field.Name}'"));
            }
            else
            {
                ReportWrongType(item, $"An item of '{field.Name}'", "a mapping");
            }
        }

        if (field.UniqueName is { } name)
        {
            CheckGroups(list, field, name);
        }

        return groups;
    }

    private void CheckGroups(ListNode list, Field field, string name)
    {
        if (list.Items.Count == 0)
        {
            AddProblem(WiringCodes.BadValue, list, $"'{field.Name}' is empty", "Write one item at least, or remove the key.");
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in list.Items.OfType<MapNode>().Select(item => item.Find(name)).OfType<ScalarNode>())
        {
            if (!known.Add(text.Text))
            {
                AddProblem(
                    WiringCodes.BadValue,
                    text,
                    $"'{field.Name}' has two items with the {name} '{DisplayText.Shorten(text.Text)}'",
                    "Remove one of them: only the first one that fits counts."
                );
            }
        }
    }

    private IReadOnlyList<string>? ReadDevices(YamlNode node, Field field)
    {
        if (node is ScalarNode { Kind: ScalarKind.Integer })
        {
            return ReadInteger(node, field with { Minimum = 0, Maximum = MaxDevices }) is long count
                ? [.. Enumerable.Range(0, (int)count).Select(static index => index.ToString(CultureInfo.InvariantCulture))]
                : null;
        }

        if (node is not ListNode list)
        {
            return ReportWrongType(node, $"'{field.Name}'", "a number or a list of devices") as IReadOnlyList<string>;
        }

        var names = new List<string>();
        foreach (var item in list.Items)
        {
            if (
                item is not ScalarNode { Kind: ScalarKind.Integer or ScalarKind.Text } scalar
                || !MatchesPattern(scalar.Text, DevicePattern)
            )
            {
                AddProblem(
                    WiringCodes.BadValue,
                    item,
                    $"An item of '{field.Name}' is not the name of a device",
                    "Write e.g. [0, 1], or names as the vendor's tool prints them."
                );
            }
            else if (names.Contains(scalar.Text))
            {
                AddProblem(
                    WiringCodes.BadValue,
                    item,
                    $"'{field.Name}' names the device '{DisplayText.Shorten(scalar.Text)}' twice",
                    "Name each device once."
                );
            }
            else
            {
                names.Add(scalar.Text);
            }
        }

        return names;
    }

    private void CheckName(ScalarNode key, Field field)
    {
        if (field.Pattern is { } pattern && !MatchesPattern(key.Text, pattern))
        {
            AddProblem(
                WiringCodes.BadValue,
                key,
                $"'{DisplayText.Shorten(key.Text)}' is not allowed in '{field.Name}': {field.PatternDescription}",
                field.Description
            );
        }
    }
}
