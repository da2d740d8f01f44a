using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with lines in files: <see cref="FailureMark"/> or <see cref="SuccessMark"/>.</summary>
/// <typeparam name="T">Type of a mark.</typeparam>
internal abstract class MarkListField<T>(string name, string description) : ListField<T>(name, TaskFieldType.MarkList, description)
    where T : class
{
    protected override bool TryParseEntry(string text, [MaybeNullWhen(false)] out T entry)
    {
        entry = ParseMark(text);
        return true;
    }

    protected override bool TryValidateEntry(T entry, TaskProblems problems, [MaybeNullWhen(false)] out T valid)
    {
        valid = null;
        var (file, pattern) = entry is null ? ("", "") : GetParts(entry);
        if (!problems.CheckText(Name, file) || !problems.CheckText(Name, pattern))
        {
            return false;
        }

        if (string.IsNullOrWhiteSpace(file) || string.IsNullOrWhiteSpace(pattern) || !HasLegalRest(entry!))
        {
            problems.ReportIllegalValue(Name, entry, AllowedValues);
            return false;
        }

        if (RelativePath.Normalise(file) is not { } path)
        {
            problems.ReportOutsidePath(Name, entry);
            return false;
        }

        if (Globs.IsPattern(path) || FindPatternProblem(pattern) is not null)
        {
            problems.ReportIllegalValue(
                Name,
                entry,
                Globs.IsPattern(path)
                    ? "the path of one file before the colon"
                    : $"a regular expression without backreferences and lookarounds: {FindPatternProblem(pattern)}"
            );
            return false;
        }

        valid = WithFile(entry!, path);
        return true;
    }

    protected override void WriteEntry(Utf8JsonWriter json, T entry) => json.WriteStringValue(entry.ToString());

    protected override T ReadEntry(JsonElement stored) => ParseMark(ReadText(stored));

    protected abstract T ParseMark(string text);

    protected abstract (string? File, string? Pattern) GetParts(T mark);

    protected abstract T WithFile(T mark, string file);

    /// <summary>Whether the parts beside file and pattern are legal.</summary>
    protected virtual bool HasLegalRest(T mark) => true;

    private static string? FindPatternProblem(string pattern)
    {
        try
        {
            _ = new Regex(pattern, FailureMark.PatternOptions);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return e.Message;
        }
    }
}
