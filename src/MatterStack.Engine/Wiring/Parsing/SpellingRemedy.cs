using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Remedies for unknown words.</summary>
internal static class SpellingRemedy
{
    /// <summary>Suggests the most similar known word and lists the known words.</summary>
    public static string CreateRemedy(string word, IEnumerable<string> known, string what)
    {
        var all = known.ToArray();
        var list = all.Length == 0 ? "" : $"{what}: {string.Join(", ", all.Take(40))}{(all.Length > 40 ? ", ..." : "")}.";
        return SpellingSuggestion.FindNearest(word, all) is { } nearest ? $"Did you mean '{nearest}'? {list}".TrimEnd() : list;
    }
}
