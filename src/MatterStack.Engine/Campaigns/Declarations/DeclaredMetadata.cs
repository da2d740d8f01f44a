using System.Diagnostics.CodeAnalysis;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Metadata of a declared task, ordered by name. Case does not matter in names.</summary>
/// <remarks>
/// A build holds the metadata of 100 000 tasks until it ends, so they take little memory: tasks with the same names share one array of
/// names, and a single text has no list around it.
/// </remarks>
internal sealed class DeclaredMetadata
{
    private readonly string[] _names;

    // A string, or an array of strings for a list.
    private readonly object[] _values;

    /// <param name="texts">Texts by name. Each name has at least one text.</param>
    /// <param name="similar">Metadata that may have the same names; null if there are none.</param>
    public DeclaredMetadata(IReadOnlyCollection<KeyValuePair<string, IReadOnlyList<string>>> texts, DeclaredMetadata? similar = null)
    {
        _names = new string[texts.Count];
        _values = new object[texts.Count];
        var count = 0;
        foreach (var (name, values) in texts)
        {
            _names[count] = name;
            _values[count++] = values.Count == 1 ? values[0] : values.ToArray();
        }

        if (count > 1)
        {
            Array.Sort(_names, _values, StringComparer.OrdinalIgnoreCase);
        }

        if (similar is not null && _names.AsSpan().SequenceEqual(similar._names))
        {
            _names = similar._names;
        }
    }

    /// <summary>Names in the order of the alphabet. Metadata with the same names may share this list.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Number of texts of a name, by its position in <see cref="Names"/>.</summary>
    public int CountTexts(int position) => _values[position] is string[] texts ? texts.Length : 1;

    /// <summary>A text of a name, by the name's position in <see cref="Names"/> and the text's number.</summary>
    public string GetText(int position, int number) => _values[position] is string[] texts ? texts[number] : (string)_values[position];

    /// <summary>All texts of a name, by its position in <see cref="Names"/>.</summary>
    public IReadOnlyList<string> GetTexts(int position) => _values[position] as string[] ?? [(string)_values[position]];

    /// <summary>Finds the texts of a name.</summary>
    public bool TryGetTexts(string name, [NotNullWhen(true)] out IReadOnlyList<string>? texts)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (_names[i].Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                texts = GetTexts(i);
                return true;
            }
        }

        texts = null;
        return false;
    }
}
