namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>The metadata of a <c>CampaignTask</c> item. The reference in the documentation is tested against this list.</summary>
internal static class TaskMetadata
{
    /// <summary>Name, whether it is a list separated by <c>;</c>, and its meaning.</summary>
    public static IReadOnlyList<(string Name, bool List, string Meaning)> All { get; } =
    [
        ("Command", false, "Shell command, run by /bin/sh in the attempt's work folder; {campaign} stands for the campaign's own program."),
        ("OperatorKey", false, "Routing, kind.name; local.default unless Kind says otherwise."),
        ("DependsOn", true, "Tasks that must end before this task starts; their outputs appear under deps/<task_id>/."),
        ("Files", true, "Files or globs relative to the project, staged into the work folder; file=>name renames."),
        ("Outputs", true, "Files or globs relative to the work folder that must exist on success."),
        ("Figures", true,
            "Series to draw in the report: CSV or JSON files or globs relative to the work folder; they are added to Outputs."),
        ("Env", true, "NAME=value pairs of the command's environment."),
        ("Cores", false, "Processor cores, a whole number from 1."),
        ("MemoryGb", false, "Memory in GiB."),
        ("Gpus", false, "Accelerators, a whole number from 0."),
        ("TimeLimitMinutes", false, "Time limit in minutes, fractions allowed, up to 5256000 (ten years)."),
        ("Image", false, "Container image."),
        ("AllowFailure", false, "true: the run continues if this task fails."),
        ("AllowDependencyFailure", false, "true: the task runs even if a dependency failed."),
        ("MaxAttempts", false, "Automatic attempts before the task counts as failed, a whole number from 1."),
        ("RetryMemoryFactor", false, "Factor on the memory after an out-of-memory end."),
        ("Kind", false, "Task, Gate or Experiment."),
        ("Message", false, "Question to a person."),
        ("Parameters", false, "JSON for a person or an instrument."),
        ("DownloadInclude", true,
            "Patterns of files to download from another host besides the declared outputs; default: all. "
            + "A file that is not downloaded is a warning."),
        ("DownloadExclude", true, "Patterns of files that are not downloaded from another host. Declared outputs are always downloaded."),
        ("Cache", false, "false excludes this task from the cache. A task without Outputs is never cached."),
    ];

    private static readonly Dictionary<string, bool> Lists = All.ToDictionary(entry => entry.Name, entry => entry.List, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a metadata is one of <see cref="All"/>.</summary>
    public static bool IsKnown(string name) => Lists.ContainsKey(name);

    /// <summary>Whether a metadata is a list separated by <c>;</c>.</summary>
    public static bool IsList(string name) => Lists.GetValueOrDefault(name);
}
