using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring;

/// <summary>Remedies for words that are not known.</summary>
internal static class DidYouMean
{
    /// <summary>The remedy for a word that is not known.</summary>
    public static string Remedy(string word, IEnumerable<string> known, string what)
    {
        var all = known.ToArray();
        var list = all.Length == 0 ? "" : $"{what}: {string.Join(", ", all.Take(40))}{(all.Length > 40 ? ", ..." : "")}.";
        return Nearest.To(word, all) is { } nearest ? $"Did you mean '{nearest}'? {list}".TrimEnd() : list;
    }
}
