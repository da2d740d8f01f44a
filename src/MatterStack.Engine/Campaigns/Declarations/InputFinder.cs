using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Finds the files in the project's folder that <c>Files</c> of tasks name. A file that many tasks share is hashed once.</summary>
internal sealed class InputFinder(string projectFolder, IReadOnlyList<string> generatedFolders, List<Problem> problems)
{
    /// <summary>Folder in <c>work/</c> that holds the outputs of dependencies.</summary>
    private const string DependencyFolder = "deps";

    // On these systems two names that differ in case only are one file.
    private static readonly StringComparer NameComparer =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private readonly Dictionary<string, (Sha256 Hash, bool Executable)> _hashes = new(StringComparer.Ordinal);
    private readonly Dictionary<FileRequest, IReadOnlyList<StagedInput>> _requests = [];

    public IReadOnlyList<StagedInput> FindInputs(CampaignTask task)
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
                _requests[request] = found = FindInputs(request, task);
            }

            inputs.AddRange(found);
        }

        CheckNames(task, inputs);
        foreach (var twice in inputs.GroupBy(i => i.Path, NameComparer).Where(g => g.Select(i => i.Source).Distinct().Count() > 1))
        {
            problems.Add(
                new Problem(
                    CampaignCodes.IllegalMetadata,
                    $"Task '{task.Id}': Files stages several files as '{twice.Key}'",
                    "Rename with file=>name.",
                    task.DeclaredAt
                )
            );
        }

        return inputs.DistinctBy(i => i.Path).ToArray();
    }

    // Without this check one file would silently overwrite another.
    private void CheckNames(CampaignTask task, List<StagedInput> inputs)
    {
        var folders = inputs.SelectMany(input => ListFolders(input.Path)).ToHashSet(NameComparer);
        foreach (var input in inputs.DistinctBy(input => input.Path))
        {
            var (wrong, remedy) = input.Path switch
            {
                _ when task.DependsOn.Count > 0 && NameComparer.Equals(input.Path.Split('/')[0], DependencyFolder) => (
                    $"'{input.Path}', but {DependencyFolder}/ is for the outputs of its dependencies",
                    "Rename with file=>name."
                ),
                AttemptLayout.ResultsFile => (
                    "'results.json', but that file is for the task's own results",
                    "Rename with file=>name, or exclude it from the pattern."
                ),
                _ when folders.Contains(input.Path) => ($"'{input.Path}' as a file and as a folder", "Rename with file=>name."),
                _ => (null, ""),
            };
            if (wrong is not null)
            {
                problems.Add(
                    new Problem(CampaignCodes.IllegalMetadata, $"Task '{task.Id}': Files stages {wrong}", remedy, task.DeclaredAt)
                );
            }
        }
    }

    private static IEnumerable<string> ListFolders(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    private StagedInput[] FindInputs(FileRequest request, CampaignTask task)
    {
        try
        {
            var paths = Globs.FindFiles(projectFolder, request.Source, generatedFolders);
            if (paths.Count == 0)
            {
                problems.Add(CreateMissingProblem(request, task));
            }

            foreach (var path in paths)
            {
                if (FileKind.FindSpecialKind(Path.Combine(projectFolder, path)) is { } odd)
                {
                    problems.Add(
                        new Problem(
                            CampaignCodes.FileMissing,
                            $"Task '{task.Id}': '{path}' is {odd}; only files can be staged",
                            "Name a regular file; the command itself can open a pipe or a device.",
                            task.DeclaredAt
                        )
                    );
                    return [];
                }
            }

            return paths.Select(path => CreateInput(path, request.Target ?? path)).ToArray();
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            problems.Add(
                new Problem(
                    CampaignCodes.FileMissing,
                    $"Task '{task.Id}': '{request.Source}' cannot be read: {e.Message}",
                    "Make it readable, or remove it.",
                    task.DeclaredAt
                )
            );
            return [];
        }
    }

    private Problem CreateMissingProblem(FileRequest request, CampaignTask task)
    {
        var full = Path.Combine(projectFolder, request.Source);
        return Directory.Exists(full)
                ? new Problem(
                    CampaignCodes.FileMissing,
                    $"Task '{task.Id}': '{request.Source}' is a folder",
                    $"Write '{request.Source}/**' for all files below it.",
                    task.DeclaredAt
                )
            : File.Exists(full)
                ? Problem.Create(
                    CampaignCodes.PathOutside,
                    $"Task '{task.Id}': '{request.Source}' leads out of the project's folder",
                    task.DeclaredAt
                )
            : Problem.Create(
                CampaignCodes.FileMissing,
                $"Task '{task.Id}': {AccessDenial.FindReadDenial(full) ?? $"'{request.Source}' is not in {projectFolder}"}",
                task.DeclaredAt
            );
    }

    private StagedInput CreateInput(string source, string target)
    {
        if (!_hashes.TryGetValue(source, out var known))
        {
            var full = Path.Combine(projectFolder, source);
            using var stream = RegularFile.OpenRead(full);
            known = (
                Sha256.ComputeHash(stream),
                !OperatingSystem.IsWindows() && (File.GetUnixFileMode(full) & UnixFileMode.UserExecute) != 0
            );
            _hashes[source] = known;
        }

        return new StagedInput(target, source, known.Hash, known.Executable);
    }
}
