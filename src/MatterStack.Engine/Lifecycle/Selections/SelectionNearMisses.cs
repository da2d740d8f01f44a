using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Selections;

/// <summary>Finds what a selection without tasks was probably meant to be.</summary>
internal static class SelectionNearMisses
{
    private const int MaxNames = 5;

    /// <summary>Returns the known word that a word begins or misspells; null if there is none or if the beginning is ambiguous.</summary>
    public static string? FindWord(string word, IEnumerable<string> known)
    {
        var words = known.ToList();
        return words.Where(candidate => candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)).ToList() is [var only]
            ? only
            : SpellingSuggestion.FindNearest(word, words);
    }

    /// <summary>Describes why no task matches, and what is near.</summary>
    /// <param name="selection">The selection.</param>
    /// <param name="tasks">All tasks.</param>
    public static string Describe(TaskSelection selection, IReadOnlyList<SelectableTask> tasks)
    {
        var included = selection.Terms.Where(static term => !term.IsExcluded).ToList();
        var counts = included.Select(term => (Term: term, Count: tasks.Count(task => term.Matches(task)))).ToList();
        // A term that alone matches nothing is the likely mistake, unless another term about the same property matches.
        var empty = counts
            .GroupBy(static pair => pair.Term.Field)
            .FirstOrDefault(static group => group.All(static pair => pair.Count == 0));
        if (empty is not null)
        {
            return string.Join(" ", empty.Select(pair => DescribeTerm(pair.Term, tasks)));
        }

        if (counts.Count < 2)
        {
            return "The terms with '!' leave out every task.";
        }

        var parts = counts.Select(static pair => $"{pair.Term} matches {CountText.FormatCount(pair.Count, "task")}");
        var leavesOut = selection.Terms.Any(static term => term.IsExcluded) ? ", that no term with '!' leaves out" : "";
        return $"{string.Join(", ", parts)}; none is in all of them{leavesOut}.";
    }

    private static string DescribeTerm(SelectionTerm term, IReadOnlyList<SelectableTask> tasks)
    {
        var values = tasks
            .Select(task => GetValue(term.Field, task))
            .OfType<string>()
            .GroupBy(static value => value, StringComparer.OrdinalIgnoreCase)
            .Select(static group => (group.Key, Count: group.Count()))
            .ToList();
        if (term.Field != SelectionField.Id)
        {
            var known = values
                .OrderByDescending(static value => value.Count)
                .Select(static value => Format(value.Key, value.Count))
                .ToList();
            return known.Count == 0
                ? $"'{term}' matches nothing, and no task has a {TaskSelection.GetName(term.Field)} yet."
                : $"'{term}' matches nothing; there are {FormatFirst(known)}.";
        }

        var near = FindNearIds(term.Pattern, [.. values.Select(static value => value.Key)]);
        return near.Count > 0 ? $"'{term}' matches nothing; near are {FormatFirst(near)}."
            : values.Count == 0 ? $"'{term}' matches nothing: there is no task."
            : $"'{term}' matches nothing; there are {FormatFirst([.. values.Select(static value => value.Key)])}.";
    }

    // Ids that contain the pattern's text, otherwise the nearest id, otherwise ids with the nearest beginning.
    private static List<string> FindNearIds(string pattern, IReadOnlyList<string> ids)
    {
        var word = pattern.Trim('*', '?');
        if (word.Length == 0)
        {
            return [];
        }

        var near = ids.Where(id => id.Contains(word, StringComparison.OrdinalIgnoreCase)).ToList();
        if (near.Count > 0)
        {
            return near;
        }

        if (SpellingSuggestion.FindNearest(word, ids) is { } nearest)
        {
            return [nearest];
        }

        var begin = word.Split('*', '?')[0];
        var begins = ids.Where(id => id.Length >= begin.Length).ToLookup(id => id[..begin.Length], StringComparer.OrdinalIgnoreCase);
        return begin.Length > 2 && SpellingSuggestion.FindNearest(begin, begins.Select(static group => group.Key)) is { } start
            ? [.. begins[start]]
            : [];
    }

    private static string? GetValue(SelectionField field, in SelectableTask task) =>
        field switch
        {
            SelectionField.Id => task.Id.Value,
            SelectionField.State => task.State.ToText(),
            SelectionField.Cause => task.Cause,
            SelectionField.Operator => task.Key.Value,
            SelectionField.Iteration => task.Iteration.ToString(CultureInfo.InvariantCulture),
            _ => throw new InvalidOperationException($"No rule for {field}"),
        };

    private static string Format(string value, int count) => string.Create(CultureInfo.InvariantCulture, $"{value} ({count})");

    private static string FormatFirst(List<string> words) =>
        string.Join(", ", words.Take(MaxNames)) + (words.Count > MaxNames ? ", …" : "");
}
