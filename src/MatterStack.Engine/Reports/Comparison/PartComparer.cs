using System.Text.Json;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Compares what can change the result of a task: the parts of its fingerprint, or what the store has instead.</summary>
/// <param name="programBefore">Hash of the campaign's program in the first run; null if there is none.</param>
/// <param name="programAfter">The same in the second run.</param>
internal sealed class PartComparer(string? programBefore, string? programAfter)
{
    private const int HashLength = 8;

    /// <summary>Returns the parts that differ, sorted by name.</summary>
    public IReadOnlyList<NamedDifference> Compare(ComparedTask before, ComparedTask after)
    {
        if (before.FingerprintParts is { } old && after.FingerprintParts is { } @new)
        {
            return old == @new ? [] : CompareParts(ParseParts(old), ParseParts(@new), before, after);
        }

        return
            before.Definition == after.Definition
            && before.OperatorSha256 == after.OperatorSha256
            && programBefore == programAfter
            && before.OperatorKey == after.OperatorKey
            ? []
            : CompareParts(ListParts(before, programBefore), ListParts(after, programAfter), before, after);
    }

    /// <summary>Compares outputs. Returns those whose content differs.</summary>
    public static IReadOnlyList<NamedDifference> CompareFiles(string before, string after)
    {
        if (before == after)
        {
            return [];
        }

        var (old, @new) = (ReadFiles(before), ReadFiles(after));
        return
        [
            .. old
                .Keys.Union(@new.Keys, StringComparer.Ordinal)
                .Where(path => old.GetValueOrDefault(path) != @new.GetValueOrDefault(path))
                .Order(StringComparer.Ordinal)
                .Select(path => new NamedDifference(path, Shorten(old.GetValueOrDefault(path)), Shorten(@new.GetValueOrDefault(path)))),
        ];
    }

    private static IReadOnlyList<NamedDifference> CompareParts(
        Dictionary<string, string> old,
        Dictionary<string, string> @new,
        ComparedTask before,
        ComparedTask after
    )
    {
        var names = old
            .Keys.Union(@new.Keys, StringComparer.Ordinal)
            .Where(name => old.GetValueOrDefault(name) != @new.GetValueOrDefault(name))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (names.Count == 0)
        {
            return [];
        }

        // People know a command by its text and not by its hash.
        var (oldTexts, newTexts) = (ListTexts(before), ListTexts(after));
        return
        [
            .. names.Select(name => new NamedDifference(
                name,
                old.TryGetValue(name, out var was) ? oldTexts.GetValueOrDefault(name) ?? Shorten(was) : null,
                @new.TryGetValue(name, out var @is) ? newTexts.GetValueOrDefault(name) ?? Shorten(@is) : null
            )),
        ];
    }

    private static Dictionary<string, string> ParseParts(string parts) =>
        (Fingerprint.Parse(parts) ?? throw new FormatException("the parts of a fingerprint are damaged")).Parts.ToDictionary(
            static part => part.Name,
            static part => part.Hash.Hex,
            StringComparer.Ordinal
        );

    private static Dictionary<string, string> ListTexts(ComparedTask task)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in ListFieldTexts(ReadTask(task).Task))
        {
            texts[name] = text;
        }

        return texts;
    }

    // The parts that a fingerprint of the task would have, as far as the store knows them.
    private static Dictionary<string, string> ListParts(ComparedTask task, string? program)
    {
        var planned = ReadTask(task);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (task.OperatorSha256 is { } hash)
        {
            parts["operator"] = hash;
        }

        foreach (var (name, text) in ListFieldTexts(planned.Task))
        {
            parts[name] = text;
        }

        if (program is not null && CampaignProgram.IsUsedBy(planned.Task))
        {
            parts["program"] = program;
        }

        foreach (var input in planned.Inputs)
        {
            parts["file " + input.Path] = input.Content.Hex;
        }

        return parts;
    }

    private static IEnumerable<(string Name, string Text)> ListFieldTexts(CampaignTask task) =>
        TaskFields.All.SelectMany(field => field.ListFingerprintTexts(task));

    private static PlannedTask ReadTask(ComparedTask task) => TaskJson.Read(task.TaskId, task.OperatorKey, task.Definition);

    private static Dictionary<string, string> ReadFiles(string outputs)
    {
        using var json = JsonDocument.Parse(outputs);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in json.RootElement.EnumerateObject())
        {
            files[file.Name] = file.Value.GetString() ?? "";
        }

        return files;
    }

    private static string? Shorten(string? hash) =>
        hash is { Length: 64 } && hash.All(static c => char.IsAsciiHexDigitLower(c)) ? hash[..HashLength] : hash;
}
