using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Project files of a campaign: the project, files that it imports by a literal path, files that MSBuild imports automatically,
/// and files that define its items.</summary>
internal sealed partial class ProjectFileSet
{
    private const int MaxFiles = 64;
    private static readonly string[] AutomaticImports = ["Directory.Build.props", "Directory.Build.targets"];
    private readonly ProjectPositions _positions;
    private readonly Dictionary<string, ProjectFile> _files = new(StringComparer.Ordinal);

    /// <param name="project">The project.</param>
    /// <param name="tasks">Its tasks, which know the files that define them.</param>
    public ProjectFileSet(string project, IReadOnlyList<DeclaredTask> tasks)
    {
        _positions = tasks.Select(t => t.Site?.Positions).FirstOrDefault(p => p is not null) ?? new ProjectPositions();
        AddFile(project, Path.GetDirectoryName(project)!);
        foreach (var file in tasks.Select(t => t.Site?.File).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            AddFile(file, Path.GetDirectoryName(project)!);
        }

        foreach (var name in AutomaticImports)
        {
            for (var folder = Path.GetDirectoryName(project); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, name)))
                {
                    AddFile(Path.Combine(folder, name), Path.GetDirectoryName(project)!);
                    break;
                }
            }
        }
    }

    public IEnumerable<ProjectFile> All => _files.Values;

    /// <summary>Names of properties that one of the files defines.</summary>
    public HashSet<string> FindDefinedProperties() =>
        ListElements()
            .SelectMany(e =>
                e.Parent?.Name.LocalName == "PropertyGroup" ? [e.Name.LocalName]
                : e.Attribute("PropertyName") is { } output ? new[] { output.Value }
                : []
            )
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of metadata that one of the files reads.</summary>
    public HashSet<string> FindReferencedMetadata() =>
        ListValues()
            .SelectMany(text =>
                MetadataReferencePattern().Matches(text).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value)
            )
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of lists that one of the files reads.</summary>
    public HashSet<string> FindReferencedLists() =>
        ListValues()
            .SelectMany(text => ListReferencePattern().Matches(text).Select(m => m.Groups[1].Value + m.Groups[2].Value))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private IEnumerable<string> ListValues() =>
        ListElements().SelectMany(e => e.Attributes().Select(a => a.Value).Concat(e.HasElements ? [] : [e.Value]));

    private IEnumerable<XElement> ListElements() =>
        _files.Values.Where(f => f.Document is not null).SelectMany(f => f.Document!.Descendants());

    private void AddFile(string file, string projectFolder)
    {
        // MatterStack's own targets files are not the user's.
        if (
            _files.ContainsKey(file)
            || _files.Count >= MaxFiles
            || _positions.ReadFile(file) is not { Document: { } document } text
            || document.Descendants().Any(e => e.Name.LocalName == "MatterStackTargetsImported")
        )
        {
            return;
        }

        _files.Add(file, text);
        var folder = Path.GetDirectoryName(file)!;
        foreach (
            var import in document
                .Descendants()
                .Where(e => e.Name.LocalName == "Import" && e.Attribute("Sdk") is null)
                .Select(e => e.Attribute("Project")?.Value)
                .OfType<string>()
        )
        {
            var path = import
                .Replace("$(MSBuildThisFileDirectory)", folder + Path.DirectorySeparatorChar, StringComparison.OrdinalIgnoreCase)
                .Replace("$(MSBuildProjectDirectory)", projectFolder, StringComparison.OrdinalIgnoreCase)
                .Replace('\\', '/');
            if (!path.Contains('(', StringComparison.Ordinal) && path.IndexOfAny(['*', '?']) < 0 && File.Exists(Path.Combine(folder, path)))
            {
                AddFile(Path.GetFullPath(path, folder), projectFolder);
            }
        }
    }

    [GeneratedRegex(@"@\(\s*([\w-]+)|%\(\s*([\w-]+)\s*\.")]
    private static partial Regex ListReferencePattern();

    [GeneratedRegex(@"%\(\s*(?:[\w-]+\s*\.\s*)?([\w-]+)\s*\)|->\s*\w+\(\s*'([\w-]+)'")]
    private static partial Regex MetadataReferencePattern();
}
