using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Arguments;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Finds arguments that would have no effect: misspelt arguments, and arguments that the target does not take.</summary>
internal static class ArgumentCheck
{
    // Properties of builds and parameters of campaigns that resemble an argument.
    private static readonly HashSet<string> ForeignNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "AppConfig",
        "Revision",
        "Precision",
        "Stage",
        "Slate",
        "Files",
        "Line",
        "Formats",
        "Outputs",
    };

    // Arguments without their usual ending.
    private static readonly Dictionary<string, string> ShortForms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Run"] = "RunId",
        ["Task"] = "TaskId",
        ["Attempt"] = "AttemptId",
    };

    // Metadata without their units.
    private static readonly Dictionary<string, string> ShortMetadata = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Memory"] = "MemoryGb",
        ["TimeLimit"] = "TimeLimitMinutes",
    };

    private const int MinLengthToComplete = 10;

    private static readonly HashSet<string> MetadataNames = new(
        ArgumentFields.All.Where(field => field.IsMetadata).Select(field => field.Name),
        StringComparer.OrdinalIgnoreCase
    );

    // A project may have properties with names like those of metadata.
    private static readonly IReadOnlyList<string> NamesOfAllTargets =
    [
        .. ArgumentFields.All.Where(field => !field.IsMetadata).SelectMany(field => field.Names),
    ];

    private static readonly HashSet<string> Selectors = new(
        ArgumentFields.All.Where(field => field.IsSelector).Select(field => field.Name),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Names of all arguments.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ArgumentFields.All.SelectMany(field => field.Names)];

    /// <summary>Reports global properties that are misspelt arguments or settings.</summary>
    /// <param name="given">Names of the properties.</param>
    /// <param name="target">The target that runs; null: any.</param>
    public static IEnumerable<Problem> FindMisspelt(IEnumerable<string> given, string? target = null)
    {
        var takesMetadata = target is not null && CommandTable.Find(target) is { } row && row.Arguments.Any(MetadataNames.Contains);
        foreach (var name in given)
        {
            if (SuggestName(name, takesMetadata) is { } meant)
            {
                yield return new Problem(
                    RunCodes.UnknownArgument,
                    $"'{name}' is not an argument",
                    $"Did you mean '{meant}'? Give a property of your own a name that differs more from an argument."
                );
            }
        }
    }

    /// <summary>Reports arguments that no target of this command takes.</summary>
    /// <param name="targets">The requested targets.</param>
    /// <param name="given">Names of the arguments on the command line.</param>
    public static IEnumerable<Problem> FindNotTaken(IReadOnlyList<CommandRow> targets, IEnumerable<string> given)
    {
        given = [.. given];
        var names = string.Join(", ", targets.Select(row => row.Name));
        foreach (
            var name in given.Where(name =>
                NamesOfAllTargets.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !targets.Any(row => row.Arguments.Contains(name, StringComparer.OrdinalIgnoreCase))
            )
        )
        {
            if (IsCutSelection(name, given))
            {
                continue;
            }

            var others = string.Join(
                ", ",
                CommandTable.All.Where(row => row.Arguments.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(row => row.Name)
            );
            yield return new Problem(
                RunCodes.ArgumentNotTaken,
                $"{names} does not take {name}",
                $"Leave it out, or give a target that takes it: {others}.",
                null,
                Selectors.Contains(name) && targets.Any(row => row.ChangesState) ? Severity.Error : Severity.Warning
            );
        }
    }

    /// <summary>Reports a selection that MSBuild has cut: <c>-p:Select=a;state=FAILED</c> is two properties, and the command would act on
    /// more tasks than the user means.</summary>
    /// <param name="given">Names of the properties.</param>
    public static IEnumerable<Problem> FindCutSelections(IReadOnlyCollection<string> given) =>
        given
            .Where(name => IsCutSelection(name, given))
            .Take(1)
            .Select(static field => new Problem(
                RunCodes.InvalidArgument,
                $"Select was cut at a ';' or ',': '{field}' is a property of its own",
                $"Separate the terms of a selection by blanks: -p:Select=\"a_* {field.ToLowerInvariant()}=…\"."
            ));

    private static bool IsCutSelection(string name, IEnumerable<string> given) =>
        TaskSelection.FieldNames.Contains(name, StringComparer.OrdinalIgnoreCase)
        && given.Contains(nameof(RunArguments.Select), StringComparer.OrdinalIgnoreCase);

    private static string? SuggestName(string name, bool takesMetadata) =>
        ForeignNames.Contains(name) || InternalProperties.Names.Contains(name) || MetadataNames.Contains(name)
            ? null
            : ShortForms.GetValueOrDefault(name)
                ?? (takesMetadata ? ShortMetadata.GetValueOrDefault(name) : null)
                ?? TypoDetector.FindIntended(name, takesMetadata ? Names : NamesOfAllTargets)
                ?? TypoDetector.FindIntended(name, SettingNames.All)
                ?? CompleteName(name);

    // The only name that starts with the given text: ForceWiringOverride for ForceWiring.
    private static string? CompleteName(string name) =>
        name.Length >= MinLengthToComplete
        && !NamesOfAllTargets.Contains(name, StringComparer.OrdinalIgnoreCase)
        && NamesOfAllTargets
            .Where(known => known.Length > name.Length && known.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .ToList()
            is [var only]
            ? only
            : null;
}
