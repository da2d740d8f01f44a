using System.Globalization;
using System.Text.Json;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Compares the results of a task in two runs, value by value.</summary>
/// <param name="tolerance">Largest relative difference of equal numbers.</param>
internal sealed class ResultComparer(double tolerance)
{
    /// <summary>Largest number of differences that are kept of a task; the rest is counted.</summary>
    public const int MaxDifferences = 20;

    private readonly NumberComparer _numbers = new(tolerance);
    private readonly List<ValueDifference> _found = [];
    private long _count;

    /// <summary>Compares two results.</summary>
    /// <param name="before">Content of <c>results.json</c> in the first run; null if there is none.</param>
    /// <param name="after">The same in the second run.</param>
    /// <returns>The first differences, and the number of all.</returns>
    public (IReadOnlyList<ValueDifference> Found, long Count) Compare(string? before, string? after)
    {
        if (before == after)
        {
            return ([], 0);
        }

        _found.Clear();
        _count = 0;
        using var old = JsonDocument.Parse(before ?? "{}");
        using var @new = JsonDocument.Parse(after ?? "{}");
        CompareObjects("", old.RootElement, @new.RootElement);
        return ([.. _found], _count);
    }

    private void CompareValues(string name, JsonElement before, JsonElement after)
    {
        switch (before.ValueKind, after.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                CompareObjects(name, before, after);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array):
                CompareArrays(name, before, after);
                break;
            case (JsonValueKind.Number, JsonValueKind.Number):
                if (_numbers.Compare(name, before, after) is { } difference)
                {
                    Add(difference);
                }

                break;
            case (JsonValueKind.String, JsonValueKind.String) when before.ValueEquals(after.GetString()):
            case (JsonValueKind.True, JsonValueKind.True):
            case (JsonValueKind.False, JsonValueKind.False):
            case (JsonValueKind.Null, JsonValueKind.Null):
                break;
            default:
                Add(new ValueDifference(name, before.GetRawText(), after.GetRawText()));
                break;
        }
    }

    private void CompareObjects(string name, JsonElement before, JsonElement after)
    {
        foreach (var property in before.EnumerateObject())
        {
            var path = JoinName(name, property.Name);
            if (after.TryGetProperty(property.Name, out var other))
            {
                CompareValues(path, property.Value, other);
            }
            else
            {
                Add(new ValueDifference(path, property.Value.GetRawText(), null));
            }
        }

        foreach (var property in after.EnumerateObject())
        {
            if (!before.TryGetProperty(property.Name, out _))
            {
                Add(new ValueDifference(JoinName(name, property.Name), null, property.Value.GetRawText()));
            }
        }
    }

    private void CompareArrays(string name, JsonElement before, JsonElement after)
    {
        var (old, @new) = (before.EnumerateArray(), after.EnumerateArray());
        for (var i = 0; ; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]");
            switch (old.MoveNext(), @new.MoveNext())
            {
                case (true, true):
                    CompareValues(path, old.Current, @new.Current);
                    break;
                case (true, false):
                    Add(new ValueDifference(path, old.Current.GetRawText(), null));
                    break;
                case (false, true):
                    Add(new ValueDifference(path, null, @new.Current.GetRawText()));
                    break;
                default:
                    return;
            }
        }
    }

    private void Add(ValueDifference difference)
    {
        if (_count++ < MaxDifferences)
        {
            _found.Add(difference);
        }
    }

    private static string JoinName(string above, string key) =>
        (above, key) switch
        {
            ("", "") => "\"\"",
            ("", _) => key,
            (_, "") => above + ".\"\"",
            _ => above + "." + key,
        };
}
