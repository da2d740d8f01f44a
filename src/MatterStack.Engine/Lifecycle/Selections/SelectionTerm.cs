using System.IO.Enumeration;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Selections;

/// <summary>One term of a selection.</summary>
/// <param name="Field">Property that it asks for.</param>
/// <param name="Pattern">Glob over the property's text; <c>*</c> and <c>?</c> are wildcards.</param>
/// <param name="IsExcluded">Whether matching tasks are left out.</param>
internal sealed record SelectionTerm(SelectionField Field, string Pattern, bool IsExcluded)
{
    private const char RangeMark = '-';
    private readonly (int First, int Last)? _range = Field == SelectionField.Iteration ? FindRange(Pattern) : null;

    /// <summary>Whether the pattern has wildcards.</summary>
    public bool IsGlob => HasWildcard(Pattern);

    /// <summary>Whether a text has wildcards.</summary>
    public static bool HasWildcard(string text) => text.AsSpan().ContainsAny('*', '?');

    /// <summary>Whether the property of a task matches the pattern. Case is ignored: ids differ in more than case.</summary>
    public bool Matches(in SelectableTask task) =>
        Field switch
        {
            SelectionField.Id => MatchesText(task.Id.Value),
            SelectionField.State => MatchesText(task.State.ToText()),
            SelectionField.Cause => task.Cause is { } cause && MatchesText(cause),
            SelectionField.Operator => MatchesText(task.Key.Value),
            SelectionField.Iteration => _range is { } range && task.Iteration >= range.First && task.Iteration <= range.Last,
            _ => throw new InvalidOperationException($"No rule for {Field}"),
        };

    /// <summary>Finds the iterations of a pattern: <c>3</c> or <c>2-5</c>. Returns null for another text.</summary>
    public static (int First, int Last)? FindRange(string text)
    {
        var mark = text.IndexOf(RangeMark, StringComparison.Ordinal);
        return
            TryParseNumber(mark < 0 ? text : text[..mark], out var first)
            && TryParseNumber(mark < 0 ? text : text[(mark + 1)..], out var last)
            && first <= last
            ? (first, last)
            : null;
    }

    // The text of a term in a selection.
    public override string ToString() =>
        (IsExcluded ? "!" : "") + (Field == SelectionField.Id ? "" : TaskSelection.GetName(Field) + "=") + Pattern;

    private static bool TryParseNumber(string text, out int number) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number);

    private bool MatchesText(string text) => FileSystemName.MatchesSimpleExpression(Pattern, text, ignoreCase: true);
}
