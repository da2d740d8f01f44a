using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs;

/// <summary>Whether the project still has the files that a campaign class had staged. What a class plans is not in the definition's hash, so these are looked at one by one.</summary>
internal static class StagedFiles
{
    /// <summary>Paths relative to the project, each once, with the content that the run took last.</summary>
    public static IReadOnlyList<(string Source, Sha256 Content)> Of(RunFolder run)
    {
        using var reader = new RunReader(run);
        return reader.Inputs().Where(i => i.Kind == "campaign_file").GroupBy(i => i.Path).Select(g => (g.Key, Sha256.TryParse(g.Last().Sha256, out var hash) ? hash : default)).ToList();
    }

    /// <returns>Paths relative to the project of files that are gone or have another content than when the run took them last.</returns>
    public static IReadOnlyList<string> Changed(IEnumerable<(string Source, Sha256 Content)> staged, IDisk disk, string projectFolder) =>
        staged.Where(file => !Same(disk, Path.Combine(projectFolder, file.Source), file.Content)).Select(file => file.Source).ToList();

    private static bool Same(IDisk disk, string file, Sha256 content)
    {
        if (!disk.FileExists(file))
        {
            return false;
        }

        using var stream = disk.OpenRead(file);
        return Sha256.Of(stream) == content;
    }
}
