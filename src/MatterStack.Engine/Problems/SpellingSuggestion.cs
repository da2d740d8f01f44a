namespace MatterStack.Engine.Problems;

/// <summary>Finds the known word for a message "Did you mean …?".</summary>
internal static class SpellingSuggestion
{
    /// <summary>Returns the nearest candidate within one to three edits, depending on the word's length; null if there is none.</summary>
    public static string? FindNearest(string word, IEnumerable<string> candidates)
    {
        // A very long word is no typing error, and hostile input must not cost quadratic time.
        if (word.Length > 64)
        {
            return null;
        }

        var allowed =
            word.Length <= 4 ? 1
            : word.Length <= 8 ? 2
            : 3;
        return candidates
            .Where(candidate => Math.Abs(candidate.Length - word.Length) <= allowed)
            .Select(candidate => (candidate, distance: ComputeDistance(NormalizeWord(word), NormalizeWord(candidate))))
            .Where(pair => pair.distance <= allowed)
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    private static string NormalizeWord(string word) => word.ToUpperInvariant().Replace('-', '_');

    // Levenshtein, one row at a time.
    private static int ComputeDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
