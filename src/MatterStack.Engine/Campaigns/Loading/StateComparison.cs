using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Compares a state with the state that was read back, member by member. Two equal JSON texts can hide a derived class that came
/// back as its base, or a member that was neither written nor read.</summary>
/// <remarks>Members with <see cref="JsonIgnoreAttribute"/> may be lost.</remarks>
internal sealed class StateComparison
{
    private const BindingFlags DeclaredMembers =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly FrameworkTypes _framework = new();
    private readonly Dictionary<Type, IReadOnlyList<(string Name, FieldInfo Field)>> _fields = [];
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<(string Path, object? Kept, object? Back)> _open = new();

    private readonly LeafComparison _leaves;

    private StateComparison() => _leaves = new LeafComparison(_framework);

    /// <summary>Finds the first member that would come back changed; null if there is none.</summary>
    public static StateDifference? FindDifference(object kept, object back) => new StateComparison().CompareStates(kept, back);

    private StateDifference? CompareStates(object kept, object back)
    {
        _open.Push(("", kept, back));
        while (_open.TryPop(out var pair))
        {
            if (ComparePair(pair.Path, pair.Kept, pair.Back) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private StateDifference? ComparePair(string path, object? kept, object? back)
    {
        if (kept is null || back is null)
        {
            return kept is null && back is null ? null : new StateDifference(path, DescribeValue(kept), DescribeValue(back));
        }

        var type = kept.GetType();
        if (_leaves.CompareLeaves(kept, back) is { } same)
        {
            return same ? null : new StateDifference(path, DescribeValue(kept), DescribeValue(back));
        }

        var isSequence = IsSequence(kept, type);
        if (type != back.GetType() && !(isSequence && IsSequence(back, back.GetType())))
        {
            return new StateDifference(path, $"a {GetTypeName(type)}", $"a {GetTypeName(back.GetType())}") { IsTypeChange = true };
        }

        // An object can be reached by several paths; it is compared once.
        if (!type.IsValueType && !_seen.Add(kept))
        {
            return null;
        }

        if (kept is Delegate code)
        {
            return code.Method == ((Delegate)back).Method ? null : new StateDifference(path, DescribeValue(kept), DescribeValue(back));
        }

        if (isSequence && CompareElements(path, (IEnumerable)kept, (IEnumerable)back) is { } difference)
        {
            return difference;
        }

        foreach (var (name, field) in type == back.GetType() ? GetFields(type) : [])
        {
            _open.Push((path.Length == 0 ? name : $"{path}.{name}", field.GetValue(kept), field.GetValue(back)));
        }

        return null;
    }

    private StateDifference? CompareElements(string path, IEnumerable kept, IEnumerable back)
    {
        if (
            GetComparer(kept) is { } comparer
            && GetComparer(back) is var other
            && !(other is not null && (comparer.Equals(other) || comparer.GetType() == other.GetType()))
        )
        {
            return new StateDifference(
                path,
                $"a collection with the comparer {GetTypeName(comparer.GetType())}",
                other is null ? "one without" : $"one with {GetTypeName(other.GetType())}"
            );
        }

        var all = kept.Cast<object?>().ToList();
        var again = back.Cast<object?>().ToList();
        if (all.Count != again.Count)
        {
            return new StateDifference(path, $"{CountText.FormatCount(all.Count, "element")}", $"{again.Count}");
        }

        // Pushed in reverse order, so that the first element is compared first.
        for (var i = all.Count - 1; i >= 0; i--)
        {
            _open.Push(($"{path}[{i}]", all[i], again[i]));
        }

        return null;
    }

    // The comparer of a set or a dictionary; null for the default comparer.
    private object? GetComparer(IEnumerable collection)
    {
        if (!_framework.IsFromRuntime(collection.GetType()))
        {
            return null;
        }

        var property = collection.GetType().GetProperty("Comparer") ?? collection.GetType().GetProperty("KeyComparer");
        return
            property?.GetValue(collection) is { } comparer
            && !comparer.GetType().Name.StartsWith("GenericEqualityComparer", StringComparison.Ordinal)
            ? comparer
            : null;
    }

    // A list may come back as another class that its declared type permits; only the elements count. A collection class of the campaign has
    // more than elements.
    private bool IsSequence(object value, Type type) =>
        value is IEnumerable && (_framework.IsFromRuntime(type) || type.IsArray || type.Name.StartsWith('<') || IsDerivedSequence(type));

    private bool IsDerivedSequence(Type type)
    {
        for (var current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            if (_framework.IsFromRuntime(current))
            {
                return typeof(IEnumerable).IsAssignableFrom(current);
            }
        }

        return false;
    }

    private IReadOnlyList<(string Name, FieldInfo Field)> GetFields(Type type)
    {
        if (!_fields.TryGetValue(type, out var fields))
        {
            _fields[type] = fields = [
                .. ListComparedTypes(type)
                    .SelectMany(level => level.GetFields(DeclaredMembers))
                    .Where(field => !IsIgnored(field))
                    .Select(field => (GetMemberName(field), field)),
            ];
        }

        return fields;
    }

    // Base classes without collections of the framework: of those only the elements are compared, not the fields.
    private IEnumerable<Type> ListComparedTypes(Type type)
    {
        for (var current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            if (
                current.Name.StartsWith('<') && typeof(IEnumerable).IsAssignableFrom(current)
                || _framework.IsFromRuntime(current) && typeof(IEnumerable).IsAssignableFrom(current)
                || current.IsArray
            )
            {
                yield break;
            }

            yield return current;
        }
    }

    private static bool IsIgnored(FieldInfo field) =>
        field.FieldType.IsPointer
        || field.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.Always }
        || field.DeclaringType!.GetProperty(GetMemberName(field), DeclaredMembers)?.GetCustomAttribute<JsonIgnoreAttribute>()
            is { Condition: JsonIgnoreCondition.Always };

    // The property of a backing field: <Name>k__BackingField, or <Name>P of a parameter.
    private static string GetMemberName(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end
            ? field.Name[1..end]
            : field.Name;

    private static string DescribeValue(object? value) =>
        value switch
        {
            null => "null",
            string text => JsonSerializer.Serialize(text.Length > 60 ? text[..60] + "…" : text),
            char c => $"'\\u{(int)c:x4}'",
            DateTime time => $"{time:O} ({time.Kind})",
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            JsonNode or JsonElement => value.ToString()!,
            _ => $"a {GetTypeName(value.GetType())}",
        };

    private static string GetTypeName(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(GetTypeName))}>" : type.Name;
}
