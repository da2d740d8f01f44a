using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs;

/// <summary>Whether the project still has the files that a campaign class had staged. What a class plans is not in the definition's hash, so these are looked at one by one.</summary>
internal static class StagedFiles
{
    /// <returns>Paths relative to the project of files that are gone or have another content than when the run took them last.</returns>
    public static IReadOnlyList<string> Changed(RunReader reader, IDisk disk, string projectFolder) =>
        reader.Inputs().Where(i => i.Kind == "campaign_file").GroupBy(i => i.Path).Select(g => g.Last())
            .Where(input => !Same(disk, Path.Combine(projectFolder, input.Path), input.Sha256)).Select(input => input.Path).ToList();

    private static bool Same(IDisk disk, string file, string hash)
    {
        if (!disk.FileExists(file))
        {
            return false;
        }

        using var stream = disk.OpenRead(file);
        return Sha256.Of(stream).Hex == hash;
    }
}
