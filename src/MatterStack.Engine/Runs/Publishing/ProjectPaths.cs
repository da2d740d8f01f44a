using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Runs.Publishing;

/// <summary>Checks on the disk that targets stay in the project's folder, whatever links lie on the way, and are no sources of the
/// project.</summary>
internal sealed class ProjectPaths
{
    private readonly CampaignFolders _folders;
    private readonly string _root;
    private readonly List<(string Path, string Name)> _forbidden = [];
    private readonly HashSet<string> _sources = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="folders">The project and the folders that its commands write to.</param>
    /// <param name="operatorsFile">Wiring of the project; it need not exist.</param>
    /// <param name="inputs">Input files of the campaign, relative to the project's folder.</param>
    public ProjectPaths(CampaignFolders folders, string operatorsFile, IEnumerable<string> inputs)
    {
        (_folders, _root) = (folders, RealPath.ResolveLinks(folders.Folder));
        _forbidden.Add((RealPath.ResolveLinks(folders.RunsDirectory), "the folder of the runs"));
        if (folders.CacheFolder is { } cache)
        {
            _forbidden.Add((RealPath.ResolveLinks(cache), "the cache"));
        }

        foreach (var source in inputs.Append(folders.ProjectFile).Append(operatorsFile))
        {
            _sources.Add(RealPath.ResolveLinks(Path.Combine(folders.Folder, source)));
        }
    }

    /// <summary>Absolute path of a target.</summary>
    public string GetPath(string target) => Path.Combine(_folders.Folder, target);

    /// <summary>Says why a target cannot be written, whatever a user allows: <c>is …</c>. Returns null if it can.</summary>
    public string? FindFault(string target)
    {
        if (PublishCheck.FindTargetFault(target) is { } fault)
        {
            return fault;
        }

        var above = _folders.Folder;
        foreach (var part in target.Split('/').SkipLast(1))
        {
            above = Path.Combine(above, part);
            // A link that leads nowhere is no folder either.
            if (File.Exists(above))
            {
                return $"is below '{Path.GetRelativePath(_folders.Folder, above)}', which is a file";
            }
        }

        if (above != _folders.Folder && !RelativePath.StaysInside(_folders.Folder, above))
        {
            return "leads out of the project's folder through a link";
        }

        var real = RealPath.ResolveLinks(above);
        var place = _forbidden.Find(place =>
            real == place.Path || real.StartsWith(place.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        );
        if (place.Name is { } name)
        {
            return $"is in {name}";
        }

        var file = Path.Combine(real, Path.GetFileName(target));
        return Directory.Exists(GetPath(target)) ? "is a folder"
            : _sources.Contains(file) ? "is a source of the project or an input of the campaign"
            // Links inside the project may lead to a reserved folder.
            : PublishCheck.FindTargetFault(Path.GetRelativePath(_root, file).Replace('\\', '/'));
    }
}
