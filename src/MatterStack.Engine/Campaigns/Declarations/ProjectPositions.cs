using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Finds the element of a project file that declares a task: items know their file but not their line.</summary>
internal sealed class ProjectPositions
{
    private readonly Dictionary<string, ProjectFile> _byFile = new(StringComparer.Ordinal);
    private readonly Dictionary<(string File, string TaskId), int> _seen = [];

    /// <summary>Returns the site of the next item with an id. The file is not read yet.</summary>
    public DeclarationSite CreateSite(string file, string taskId)
    {
        var nth = _seen[(file, taskId)] = _seen.GetValueOrDefault((file, taskId)) + 1;
        return new DeclarationSite(this, file, taskId, nth);
    }

    /// <summary>Reads a file; each file is read once.</summary>
    public ProjectFile ReadFile(string file) => _byFile.TryGetValue(file, out var text) ? text : _byFile[file] = ProjectFile.Read(file);

    /// <summary>Finds the position of the <c>CampaignTask</c> element whose Include can produce the id with some values of its expansions;
    /// the position is the file alone if there is none.</summary>
    /// <param name="file">Project file.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="nth">Number of the element among several such elements, from 1; the last one is used if there are fewer.</param>
    public SourcePosition FindPosition(string file, string taskId, int nth) =>
        FindElement(file, taskId, nth)?.At ?? new SourcePosition(file);

    /// <summary>Finds the element that <see cref="FindPosition"/> locates; null if there is none.</summary>
    public TaskElement? FindElement(string file, string taskId, int nth)
    {
        var fitting = ReadFile(file)
            .Tasks.Select(element => (element, literals: element.CountMatchingLiterals(taskId)))
            .Where(pair => pair.literals >= 0)
            .ToList();
        var most = fitting.Select(pair => pair.literals).DefaultIfEmpty().Max();
        var closest = fitting.Where(pair => pair.literals == most).ToList();
        return closest.Count == 0 ? null : closest[Math.Min(nth, closest.Count) - 1].element;
    }
}
