namespace MatterStack.Engine.Campaigns;

/// <summary>The metadata of a <c>CampaignTask</c> item. The reference in the documentation is tested against this list.</summary>
internal static class TaskMetadata
{
    /// <summary>Name, whether it is a list separated by <c>;</c>, and what it means.</summary>
    public static IReadOnlyList<(string Name, bool List, string Meaning)> All { get; } =
    [
        ("Command", false, "Shell command, run by /bin/sh in the attempt's work folder; {campaign} stands for the campaign's own program."),
        ("OperatorKey", false, "Routing, kind.name; local.default unless Kind says otherwise."),
        ("DependsOn", true, "Tasks that must have ended before; their outputs appear under deps/<task_id>/."),
        ("Files", true, "Files or globs relative to the project, staged into the work folder; file=>name renames."),
        ("Outputs", true, "Files or globs relative to the work folder that must exist on success."),
        ("Figures", true, "Series to draw in the report: CSV or JSON files or globs relative to the work folder; they are outputs, too."),
        ("Env", true, "NAME=value pairs of the command's environment."),
        ("Cores", false, "Processor cores, a whole number from 1."),
        ("MemoryGb", false, "Memory in GiB."),
        ("Gpus", false, "Accelerators, a whole number from 0."),
        ("TimeLimitMinutes", false, "Time limit in minutes, fractions allowed, up to 5256000 (ten years)."),
        ("Image", false, "Container image."),
        ("AllowFailure", false, "true: the run goes on although this task failed."),
        ("AllowDependencyFailure", false, "true: runs even if a dependency failed."),
        ("MaxAttempts", false, "Automatic attempts before the task counts as failed, a whole number from 1."),
        ("RetryMemoryFactor", false, "Factor on the memory after an out-of-memory end."),
        ("Kind", false, "Task, Gate or Experiment."),
        ("Message", false, "What a person is asked."),
        ("Parameters", false, "JSON handed to a person or an instrument."),
        ("DownloadInclude", true, "Patterns of files that come back from another machine besides what is declared; left out: all. What does not come is a warning."),
        ("DownloadExclude", true, "Patterns of files that stay on another machine. Declared outputs come all the same."),
        ("Cache", false, "false keeps this task out of the cache. Without Outputs it is not cached anyway."),
    ];

    private static readonly Dictionary<string, bool> Lists = All.ToDictionary(entry => entry.Name, entry => entry.List, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a metadata is one of <see cref="All"/>.</summary>
    public static bool IsKnown(string name) => Lists.ContainsKey(name);

    /// <summary>Whether a metadata is a list separated by <c>;</c>.</summary>
    public static bool IsList(string name) => Lists.GetValueOrDefault(name);
}
