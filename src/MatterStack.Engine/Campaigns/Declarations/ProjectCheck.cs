using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Finds errors of a project that MSBuild ignores silently: misspelt names and empty expansions.</summary>
internal static class ProjectCheck
{
    private const string CollectTarget = "CollectCampaignTasks";
    private static readonly string[] MadeByMSBuild = ["MSBuildSourceProjectFile", "MSBuildSourceTargetName", "OriginalItemSpec"];

    /// <summary>Finds all problems of the project files of a campaign.</summary>
    /// <param name="project">The project.</param>
    /// <param name="tasks">Its items.</param>
    /// <param name="settings">Names of the settings.</param>
    /// <param name="given">Names of the properties that were passed to the build; environment variables are added.</param>
    public static IReadOnlyList<Problem> FindProblems(
        string project,
        IReadOnlyList<DeclaredTask> tasks,
        IReadOnlyCollection<string> settings,
        IEnumerable<string> given
    )
    {
        var texts = new ProjectFileSet(project, tasks);
        return
        [
            .. CheckNames(texts),
            .. texts.All.SelectMany(text => CheckSettings(text, settings)),
            .. CheckMetadata(texts, tasks),
            .. new ExpansionCheck(texts, tasks, given).FindProblems(),
        ];
    }

    private static IEnumerable<Problem> CheckNames(ProjectFileSet texts)
    {
        var read = new Lazy<HashSet<string>>(texts.FindReferencedLists);
        foreach (var (text, element) in texts.All.SelectMany(text => text.Document!.Descendants().Select(element => (text, element))))
        {
            // A list that the project reads may have any name.
            if (
                element.Parent?.Name.LocalName == "ItemGroup"
                && !element.Name.LocalName.StartsWith('_')
                && TypoDetector.FindIntended(element.Name.LocalName, [TaskElement.ItemName]) is { } item
                && !read.Value.Contains(element.Name.LocalName)
            )
            {
                yield return new Problem(
                    CampaignCodes.UnknownName,
                    $"Items '{element.Name.LocalName}' are not tasks",
                    $"Did you mean '{item}'?",
                    text.GetPosition(element)
                );
            }

            if (element.Name.LocalName != "Target")
            {
                continue;
            }

            foreach (var hook in element.Attributes().Where(a => a.Name.LocalName is "BeforeTargets" or "AfterTargets"))
            {
                foreach (
                    var name in hook
                        .Value.Split(';', StringSplitOptions.TrimEntries)
                        .Where(name => TypoDetector.FindIntended(name, [CollectTarget]) is not null)
                )
                {
                    yield return new Problem(
                        CampaignCodes.UnknownName,
                        $"There is no target '{name}', so this target would never run",
                        $"Did you mean '{CollectTarget}'?",
                        text.GetPosition(hook)
                    );
                }
            }
        }
    }

    private static IEnumerable<Problem> CheckSettings(ProjectFile text, IReadOnlyCollection<string> settings) =>
        text.Document!.Descendants()
            .Where(e => e.Parent?.Name.LocalName == "PropertyGroup" && !InternalProperties.Names.Contains(e.Name.LocalName))
            .Select(e => (element: e, meant: TypoDetector.FindIntended(e.Name.LocalName, settings)))
            .Where(pair => pair.meant is not null)
            .Select(pair => new Problem(
                CampaignCodes.UnknownName,
                $"'{pair.element.Name.LocalName}' is not a setting",
                $"Did you mean '{pair.meant}'?",
                text.GetPosition(pair.element)
            ));

    // One problem for each name, because every task of a campaign may have it.
    private static IEnumerable<Problem> CheckMetadata(ProjectFileSet texts, IReadOnlyList<DeclaredTask> tasks)
    {
        var unknown = new Dictionary<string, (DeclaredTask First, int Count)>(StringComparer.OrdinalIgnoreCase);
        foreach (var task in tasks)
        {
            foreach (var name in task.Metadata.Names)
            {
                if (!TaskFields.IsKnown(name))
                {
                    unknown[name] = unknown.TryGetValue(name, out var seen) ? (seen.First, seen.Count + 1) : (task, 1);
                }
            }
        }

        if (unknown.Count == 0)
        {
            yield break;
        }

        var read = texts.FindReferencedMetadata();
        foreach (var (name, (first, count)) in unknown.Where(pair => !MadeByMSBuild.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var known = TaskFields.All.Select(m => m.Name).ToList();
            var meant = TypoDetector.FindIntended(name, known) ?? FindByPrefix(name, known);
            // Metadata that the project reads belong to the user, who builds other texts from them.
            if (meant is null && read.Contains(name))
            {
                continue;
            }

            var at = first.Site?.FindElement()?.Metadata.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.At
                ?? first.DeclaredAt;
            var whose = count == 1 ? $"Task '{first.Id}'" : $"Task '{first.Id}' and {count - 1} more";
            yield return meant is null
                ? new Problem(
                    CampaignCodes.UnknownMetadata,
                    $"{whose}: metadata '{name}' is not known, and nothing in the project reads it",
                    SpellingSuggestion.FindNearest(name, known) is { } near
                        ? $"Did you mean '{near}'?"
                        : "The reference of task metadata lists all names.",
                    at,
                    Severity.Warning
                )
                : new Problem(
                    CampaignCodes.UnknownMetadata,
                    $"{whose}: metadata '{name}' is not known",
                    $"Did you mean '{meant}'? Your own metadata need a name that differs more.",
                    at,
                    read.Contains(name) ? Severity.Warning : Severity.Error
                );
        }
    }

    private static string? FindByPrefix(string name, IEnumerable<string> known)
    {
        const int longEnough = 6;
        return name.Length < longEnough
            ? null
            : known.FirstOrDefault(candidate => candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase));
    }
}
