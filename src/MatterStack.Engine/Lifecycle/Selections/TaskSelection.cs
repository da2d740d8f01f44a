using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Selections;

/// <summary>A selection of tasks, as the argument <c>Select</c> states it. Terms about one property are alternatives; terms about different
/// properties must all hold; a task that matches an excluding term is left out.</summary>
internal sealed class TaskSelection
{
    private const char ExcludeMark = '!';
    private const char FieldMark = '=';
    private static readonly char[] Separators = [';', ',', ' ', '\t', '\r', '\n'];
    private static readonly EnumText<SelectionField> Names = new(
        "a property of a task",
        (SelectionField.State, "state"),
        (SelectionField.Cause, "cause"),
        (SelectionField.Operator, "operator"),
        (SelectionField.Iteration, "iteration")
    );
    private static readonly SelectionField[] Fields = Enum.GetValues<SelectionField>();
    private readonly SelectionTerm[][] _included;
    private readonly SelectionTerm[] _excluded;

    private TaskSelection(IReadOnlyList<SelectionTerm> terms)
    {
        Terms = terms;
        _included =
        [
            .. terms.Where(static term => !term.IsExcluded).GroupBy(static term => term.Field).Select(static group => group.ToArray()),
        ];
        _excluded = [.. terms.Where(static term => term.IsExcluded)];
    }

    /// <summary>The terms as written.</summary>
    public IReadOnlyList<SelectionTerm> Terms { get; }

    /// <summary>Names of the properties in terms.</summary>
    public static IEnumerable<string> FieldNames => Fields.Where(static property => property != SelectionField.Id).Select(Names.GetText);

    /// <summary>Name of a property in terms.</summary>
    public static string GetName(SelectionField field) => Names.GetText(field);

    /// <summary>Parses a selection. A text that cannot be one is a problem with the near miss.</summary>
    /// <param name="text">Terms separated by semicolons, commas or white space.</param>
    public static Result<TaskSelection> Parse(string text)
    {
        var terms = new List<SelectionTerm>();
        var problems = new List<Problem>();
        foreach (var word in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParseTerm(word).TryGet(out var term, out var found))
            {
                terms.Add(term);
            }
            else
            {
                problems.AddRange(found);
            }
        }

        if (terms.Count == 0 && problems.Count == 0)
        {
            problems.Add(CreateProblem("The selection is empty", "Give a task's id, a pattern such as rank_*, or state=FAILED."));
        }

        return problems.Count == 0 ? new TaskSelection(terms) : Result<TaskSelection>.Fail(problems);
    }

    /// <summary>Whether the selection contains a task.</summary>
    public bool Matches(in SelectableTask task)
    {
        foreach (var term in _excluded)
        {
            if (term.Matches(task))
            {
                return false;
            }
        }

        foreach (var alternatives in _included)
        {
            if (!MatchesAny(alternatives, task))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Finds the tasks of the selection. A selection without tasks is a problem that names near misses.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <returns>Indexes in <paramref name="tasks"/>, ascending.</returns>
    public Result<IReadOnlyList<int>> FindTasks(IReadOnlyList<SelectableTask> tasks)
    {
        var found = new List<int>();
        for (var i = 0; i < tasks.Count; i++)
        {
            if (Matches(tasks[i]))
            {
                found.Add(i);
            }
        }

        return found.Count > 0
            ? Result<IReadOnlyList<int>>.Ok(found, [])
            : CreateProblem($"No task matches Select='{this}'", SelectionNearMisses.Describe(this, tasks));
    }

    /// <summary>The selection with its terms separated by blanks.</summary>
    public override string ToString() => string.Join(' ', Terms);

    private static bool MatchesAny(SelectionTerm[] alternatives, in SelectableTask task)
    {
        foreach (var term in alternatives)
        {
            if (term.Matches(task))
            {
                return true;
            }
        }

        return false;
    }

    private static Result<SelectionTerm> ParseTerm(string word)
    {
        var isExcluded = word[0] == ExcludeMark;
        var rest = isExcluded ? word[1..] : word;
        var mark = rest.IndexOf(FieldMark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return rest.Length > 0
                ? new SelectionTerm(SelectionField.Id, rest, isExcluded)
                : CreateProblem("Select has a '!' without a pattern", "Write the pattern behind it without a blank, e.g. !rank_*.");
        }

        var (name, value) = (rest[..mark], rest[(mark + 1)..]);
        if (Names.FindValue(name.ToLowerInvariant()) is not { } field)
        {
            return CreateProblem(
                $"Select has '{word}', and '{name}' is not a property of a task",
                (SelectionNearMisses.FindWord(name, FieldNames) is { } near ? $"Did you mean {near}=? " : "")
                    + $"Use {string.Join(", ", FieldNames.Select(static known => known + "="))} or a pattern of ids."
            );
        }

        return FindValueProblem(field, value, word) is { } problem ? problem : new SelectionTerm(field, value, isExcluded);
    }

    private static Problem? FindValueProblem(SelectionField field, string value, string word)
    {
        if (value.Length == 0)
        {
            return CreateProblem($"Select has '{word}' without a value", $"Write the value behind it without a blank: {GetName(field)}=….");
        }

        if (field == SelectionField.Iteration && SelectionTerm.FindRange(value) is null)
        {
            return CreateProblem($"Select has '{word}', and '{value}' is not an iteration", "Write iteration=3 or iteration=2-5.");
        }

        var states = Enum.GetValues<TaskState>().Select(static state => state.ToText()).ToList();
        return field != SelectionField.State || SelectionTerm.HasWildcard(value) || states.Contains(value, StringComparer.OrdinalIgnoreCase)
            ? null
            : CreateProblem(
                $"Select has '{word}', and '{value}' is not a state of a task",
                SelectionNearMisses.FindWord(value, states) is { } near
                    ? $"Did you mean state={near}?"
                    : $"The states are {string.Join(", ", states)}."
            );
    }

    private static Problem CreateProblem(string message, string remedy) => new(SelectionCodes.NotUsable, message, remedy);
}
