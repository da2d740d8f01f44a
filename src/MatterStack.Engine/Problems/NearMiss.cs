namespace MatterStack.Engine.Problems;

/// <summary>Finds the known name that a wrong one is a slip of the finger for. Stricter than <see cref="Nearest"/>: what it finds is an error, and a name of the user's own must not be one.</summary>
internal static class NearMiss
{
    private const int LongestName = 64;
    private const int LongEnoughForTwoSlips = 8;
    private const int LongEnoughForAnyOrder = 5;
    private const int LongEnoughForASubstitution = 5;

    /// <summary>The known name that was meant; null if there is none, or if the word is known.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">Names, whose case does not matter.</param>
    public static string? Of(string word, IEnumerable<string> known)
    {
        var names = known as IReadOnlyCollection<string> ?? [.. known];
        if (word.Length > LongestName || names.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        // A loop, since each command asks: a chain of queries over pairs is compiled anew in each process.
        var folded = Fold(word);
        string? nearest = null;
        var fewest = int.MaxValue;
        foreach (var name in names)
        {
            if (Slips(folded, Fold(name)) is { } slips && slips < fewest)
            {
                (nearest, fewest) = (name, slips);
            }
        }

        return nearest;
    }

    // How many slips make one of the other; null if it is not a slip any more.
    private static int? Slips(string word, string name)
    {
        var longer = Math.Max(word.Length, name.Length);
        var slips = Distance(word, name);
        return slips switch
        {
            0 => 0,
            1 when word.Length != name.Length || longer >= LongEnoughForASubstitution || InAnyOrder(word) == InAnyOrder(name) => 1,
            2 when longer >= LongEnoughForTwoSlips => 2,
            _ => longer >= LongEnoughForAnyOrder && word.Length == name.Length && InAnyOrder(word) == InAnyOrder(name) ? slips : null,
        };
    }

    private static string Fold(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static string InAnyOrder(string word) => string.Concat(word.Order());

    // Letters that are added, left out, taken for another, or exchanged with their neighbour.
    private static int Distance(string a, string b)
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
                cost[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
