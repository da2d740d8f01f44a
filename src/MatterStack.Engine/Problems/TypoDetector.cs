namespace MatterStack.Engine.Problems;

/// <summary>Finds the known name of which a wrong name is a typing error. It is stricter than <see cref="SpellingSuggestion"/>, because a
/// match is reported as an error, and a name of the user's own must not match.</summary>
internal static class TypoDetector
{
    private const int MaxNameLength = 64;
    private const int MinLengthForTwoTypos = 8;
    private const int MinLengthForReordering = 5;
    private const int MinLengthForSubstitution = 5;

    /// <summary>Returns the known name that was probably meant; null if there is none or if the word itself is known.</summary>
    /// <param name="word">The written word.</param>
    /// <param name="known">Known names; case is ignored.</param>
    public static string? FindIntended(string word, IEnumerable<string> known)
    {
        var names = known as IReadOnlyCollection<string> ?? [.. known];
        if (word.Length > MaxNameLength || names.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        // A loop, because every command runs this: a query over pairs would be compiled again in each process.
        var folded = NormalizeWord(word);
        string? nearest = null;
        var fewest = int.MaxValue;
        foreach (var name in names)
        {
            if (CountTypos(folded, NormalizeWord(name)) is { } slips && slips < fewest)
            {
                (nearest, fewest) = (name, slips);
            }
        }

        return nearest;
    }

    // Number of typing errors between two words; null if they differ too much.
    private static int? CountTypos(string word, string name)
    {
        var longer = Math.Max(word.Length, name.Length);
        var slips = ComputeDistance(word, name);
        return slips switch
        {
            0 => 0,
            1 when word.Length != name.Length || longer >= MinLengthForSubstitution || SortLetters(word) == SortLetters(name) => 1,
            2 when longer >= MinLengthForTwoTypos => 2,
            _ => longer >= MinLengthForReordering && word.Length == name.Length && SortLetters(word) == SortLetters(name) ? slips : null,
        };
    }

    private static string NormalizeWord(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static string SortLetters(string word) => string.Concat(word.Order());

    // Edit distance: letters that are inserted, deleted, replaced, or exchanged with their neighbour. int.MaxValue if more than two are
    // needed.
    private static int ComputeDistance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
        {
            return int.MaxValue;
        }

        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                cost[i, j] =
                    i == 0 ? j
                    : j == 0 ? i
                    : Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
