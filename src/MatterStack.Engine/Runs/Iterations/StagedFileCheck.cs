using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Iterations;

/// <summary>Compares the files that a campaign class staged with those of the project. The definition hash does not cover tasks that a
/// class plans later, so each file is checked.</summary>
internal static class StagedFileCheck
{
    /// <summary>Staged files of a run: paths relative to the project, each once, with the hash of the last staged content.</summary>
    public static IReadOnlyList<(string Source, Sha256 Content)> ReadStagedFiles(RunFolder run)
    {
        using var reader = new RunReader(run);
        return ReadStagedFiles(reader);
    }

    /// <inheritdoc cref="ReadStagedFiles(RunFolder)"/>
    public static IReadOnlyList<(string Source, Sha256 Content)> ReadStagedFiles(RunReader reader) =>
        reader
            .ReadInputs()
            .Where(i => i.Kind.Value == RunInputKind.CampaignFile)
            .GroupBy(i => i.Path)
            .Select(g => (g.Key, g.Last().Sha256))
            .ToList();

    /// <returns>Paths, relative to the project, of files that are missing or have changed since they were staged last.</returns>
    public static IReadOnlyList<string> FindChangedFiles(
        IEnumerable<(string Source, Sha256 Content)> staged,
        IDisk disk,
        string projectFolder
    ) =>
        staged
            .Where(file => !HasContent(disk, Path.Combine(projectFolder, file.Source), file.Content))
            .Select(file => file.Source)
            .ToList();

    private static bool HasContent(IDisk disk, string file, Sha256 content)
    {
        if (!disk.FileExists(file))
        {
            return false;
        }

        using var stream = disk.OpenRead(file);
        return Sha256.ComputeHash(stream) == content;
    }
}
