using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>Finds what the <c>Files</c> of tasks name in the project's folder; each file is hashed once, however many tasks share it.</summary>
internal sealed class InputFinder(string projectFolder, IReadOnlyList<string> generatedFolders, List<Problem> problems)
{
    private readonly Dictionary<string, (Sha256 Hash, bool Executable)> _hashes = new(StringComparer.Ordinal);
    private readonly Dictionary<FileRequest, IReadOnlyList<StagedInput>> _requests = [];

    public IReadOnlyList<StagedInput> Find(CampaignTask task)
    {
        if (task.Files.Count == 0)
        {
            return [];
        }

        var inputs = new List<StagedInput>();
        foreach (var request in task.Files)
        {
            if (!_requests.TryGetValue(request, out var found))
            {
                _requests[request] = found = Find(request, task);
            }

            inputs.AddRange(found);
        }

        foreach (var twice in inputs.GroupBy(i => i.Path).Where(g => g.Select(i => i.Source).Distinct().Count() > 1))
        {
            problems.Add(new Problem(CampaignCodes.IllegalMetadata, $"Task '{task.Id}': Files stages several files as '{twice.Key}'", "Rename with file=>name.", task.DeclaredAt));
        }

        return inputs.DistinctBy(i => i.Path).ToArray();
    }

    private StagedInput[] Find(FileRequest request, CampaignTask task)
    {
        var paths = Globs.Find(projectFolder, request.Source, generatedFolders);
        if (paths.Count == 0)
        {
            var full = Path.Combine(projectFolder, request.Source);
            problems.Add(
                Directory.Exists(full) ? new Problem(CampaignCodes.FileMissing, $"Task '{task.Id}': '{request.Source}' is a folder", $"Write '{request.Source}/**' for all files below it.", task.DeclaredAt)
                : File.Exists(full) ? Problem.Of(CampaignCodes.PathOutside, $"Task '{task.Id}': '{request.Source}' leads out of the project's folder", task.DeclaredAt)
                : Problem.Of(CampaignCodes.FileMissing, $"Task '{task.Id}': '{request.Source}' is not in {projectFolder}", task.DeclaredAt));
        }

        try
        {
            return paths.Select(path => Staged(path, request.Target ?? path)).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(CampaignCodes.FileMissing, $"Task '{task.Id}': '{request.Source}' cannot be read: {e.Message}", "Make it readable.", task.DeclaredAt));
            return [];
        }
    }

    private StagedInput Staged(string source, string target)
    {
        if (!_hashes.TryGetValue(source, out var known))
        {
            var full = Path.Combine(projectFolder, source);
            using var stream = RealDisk.Instance.OpenRead(full);
            known = (Sha256.Of(stream), !OperatingSystem.IsWindows() && (File.GetUnixFileMode(full) & UnixFileMode.UserExecute) != 0);
            _hashes[source] = known;
        }

        return new StagedInput(target, source, known.Hash, known.Executable);
    }
}
