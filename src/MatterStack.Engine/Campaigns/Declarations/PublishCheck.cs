using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Checks <c>Publish</c> of tasks: each output is declared, and each target is a place of its own that holds no source of the
/// project.</summary>
internal static class PublishCheck
{
    /// <summary>Name of the file that lists what was published.</summary>
    public const string IndexFile = "index.csv";

    // Folders of version control and of builds.
    private static readonly string[] ReservedFolders = [".git", ".hg", ".svn", "bin", "obj"];

    // A build, an editor or MatterStack reads them.
    private static readonly string[] SourceExtensions =
    [
        ".cs",
        ".csproj",
        ".fs",
        ".fsproj",
        ".proj",
        ".props",
        ".sln",
        ".slnx",
        ".targets",
        ".vb",
        ".vbproj",
    ];
    private static readonly string[] SourceNames = ["operators.yaml", "operators.yml", "global.json", "nuget.config"];

    /// <summary>Path of the index that lists a target: in the first folder of its path, or in the project's folder.</summary>
    public static string GetIndexPath(string target) =>
        target.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? target[..(end + 1)] + IndexFile : IndexFile;

    /// <summary>The output that an entry publishes; null if the entry names none, and the task has not exactly one.</summary>
    public static string? FindOutput(CampaignTask task, PublishRequest request) =>
        request.Output ?? (task.Outputs is [var only] && !Globs.IsPattern(only) ? only : null);

    /// <summary>Says why a target cannot be published to, whatever is there: <c>is …</c>. Returns null if it can.</summary>
    /// <param name="target">Path relative to the project's folder, with forward slashes.</param>
    public static string? FindTargetFault(string target)
    {
        var parts = target.Split('/');
        return RelativePath.Normalise(target) != target ? "is no path inside the project's folder"
            : parts.FirstOrDefault(static part => IsAny(part, ReservedFolders)) is { } folder ? $"is in '{folder}'"
            : parts.Any(static part => IsAny(part, [IndexFile])) ? $"is '{IndexFile}', the list of what was published"
            : IsAny(parts[^1], SourceNames) || IsAny(Path.GetExtension(parts[^1]), SourceExtensions) ? "may be a source of the project"
            : null;
    }

    /// <summary>Reports entries of one task that cannot be published.</summary>
    public static void CheckTask(CampaignTask task, TaskProblems problems)
    {
        foreach (var request in task.Publish)
        {
            if (FindTargetFault(request.Target) is { } fault)
            {
                problems.ReportConflict(
                    $"Publish has '{request.Target}', which {fault}",
                    "Name a file in a folder for results: Publish=\"results/NAME.csv\"."
                );
            }
            else if (request.Output is null && FindOutput(task, request) is null)
            {
                problems.ReportConflict(
                    task.Outputs.Count switch
                    {
                        0 => $"Publish is '{request}' and Outputs is empty",
                        1 => $"Publish is '{request}' and Outputs is the pattern '{task.Outputs[0]}'",
                        _ => (FormattableString)
                            $"Publish is '{request}' and Outputs has {CountText.FormatCount(task.Outputs.Count, "entry", "entries")}",
                    },
                    $"Name the output: Publish=\"OUTPUT=>{request.Target}\", with one entry for each file."
                );
            }
            else if (request.Output is { } output && !task.Outputs.Any(declared => Globs.IsMatch(declared, output)))
            {
                problems.ReportConflict(
                    $"Publish names '{output}', which is not among Outputs",
                    SpellingSuggestion.FindNearest(output, task.Outputs) is { } near
                        ? $"Did you mean '{near}'?"
                        : $"Add it to Outputs, so that the task fails without it: Outputs=\"{output}\"."
                );
            }
        }
    }

    /// <summary>Finds targets that two entries have, that are a folder of another target, that are inputs of the campaign, or that lie in
    /// folders of runs and builds.</summary>
    /// <param name="tasks">Tasks that are planned together.</param>
    /// <param name="generatedFolders">Folders that runs and builds fill, relative to the project's folder.</param>
    /// <param name="earlier">Targets of earlier iterations with their tasks.</param>
    public static IEnumerable<Problem> FindConflicts(
        IReadOnlyList<CampaignTask> tasks,
        IReadOnlyList<string> generatedFolders,
        Func<IEnumerable<(string Target, TaskId Task)>>? earlier = null
    )
    {
        if (tasks.All(static task => task.Publish.Count == 0))
        {
            yield break;
        }

        // Two names that differ in case only are one file on some file systems. A target of an earlier iteration has no new task.
        var targets = new Dictionary<string, (string Target, TaskId Task, CampaignTask? New)>(StringComparer.OrdinalIgnoreCase);
        foreach (var (target, task) in earlier?.Invoke() ?? [])
        {
            targets.TryAdd(target, (target, task, null));
        }

        foreach (var task in tasks)
        {
            foreach (var target in task.Publish.Select(static request => request.Target))
            {
                if (!targets.TryAdd(target, (target, task.Id, task)))
                {
                    var other = targets[target];
                    yield return CreateConflict(
                        task,
                        other.Target == target
                            ? $"publishes to '{target}', and so does task '{other.Task}'"
                            : $"publishes to '{target}', and task '{other.Task}' to '{other.Target}', which differs in case only"
                    );
                }
            }
        }

        var inputs = new PublishedInputs(tasks);
        foreach (var (target, id, added) in targets.Values)
        {
            if (FindAbove(target, targets) is { } above && (added ?? above.New) is { } task)
            {
                yield return CreateConflict(
                    task,
                    added is null
                        ? $"publishes to '{above.Target}', and task '{id}' to '{target}', which would be a file in a file"
                        : $"publishes to '{target}', and task '{above.Task}' to '{above.Target}', which would be a file in a file"
                );
            }
            else if (added is not null && inputs.FindInput(target) is { } input)
            {
                yield return CreateConflict(added, $"publishes to '{target}', which Files of the campaign take as an input ('{input}')");
            }
            else if (added is not null && generatedFolders.FirstOrDefault(folder => IsInside(target, folder)) is { } generated)
            {
                yield return CreateConflict(added, $"publishes to '{target}', and runs or builds fill '{generated}'");
            }
        }
    }

    private static (string Target, TaskId Task, CampaignTask? New)? FindAbove(
        string target,
        Dictionary<string, (string Target, TaskId Task, CampaignTask? New)> targets
    )
    {
        for (var end = target.LastIndexOf('/'); end > 0; end = target.LastIndexOf('/', end - 1))
        {
            if (targets.TryGetValue(target[..end], out var above))
            {
                return above;
            }
        }

        return null;
    }

    private static bool IsInside(string target, string folder) =>
        target.StartsWith(folder.TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase);

    private static Problem CreateConflict(CampaignTask task, string conflict) =>
        Problem.Create(CampaignCodes.PublishConflict, $"Task '{task.Id}' {conflict}", task.DeclaredAt);

    private static bool IsAny(string name, string[] names) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
