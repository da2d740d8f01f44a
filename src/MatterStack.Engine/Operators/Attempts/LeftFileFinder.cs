using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Finds the files that an ended attempt leaves for the next one, in a folder of this machine.</summary>
/// <param name="work">Absolute folder that the command ran in.</param>
/// <param name="attempt">The attempt.</param>
/// <param name="relativeFolder">Its folder, relative to the run's folder.</param>
internal sealed class LeftFileFinder(string work, AttemptId attempt, string relativeFolder)
{
    // Outputs of dependencies are staged there.
    private const string DependenciesFolder = "deps/";

    private readonly Dictionary<string, LeftFile> _found = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    /// <summary>Finds and hashes the files. A file that cannot be read is a warning: the attempt has ended in any case.</summary>
    /// <param name="task">The task with its inputs. An input that the command did not change is not left.</param>
    /// <param name="carried">Files that the attempt itself began with.</param>
    /// <returns>The files, sorted by path, and warnings. No files if the attempt has written none of them: then those that it began with
    /// are used again, as a whole.</returns>
    public (IReadOnlyList<LeftFile> Files, IReadOnlyList<string> Warnings) FindFiles(PlannedTask task, IReadOnlyList<LeftFile> carried)
    {
        foreach (var entry in task.Task.Carry)
        {
            try
            {
                foreach (var path in Globs.FindIncludingOutsideLinks(work, entry.Pattern))
                {
                    AddFile(path, entry.Target ?? path, task);
                }
            }
            catch (Exception e) when (DiskErrors.IsAccessOrPathError(e))
            {
                _warnings.Add($"the files {entry.Pattern} could not be looked for, and the next attempt begins without them: {e.Message}");
            }
        }

        var before = carried.ToDictionary(static file => file.Path, static file => file.Hash, StringComparer.Ordinal);
        return (
            _found.Values.All(file => before.TryGetValue(file.Path, out var hash) && hash == file.Hash)
                ? []
                : [.. _found.Values.OrderBy(static file => file.Path, StringComparer.Ordinal)],
            _warnings
        );
    }

    private void AddFile(string path, string target, PlannedTask task)
    {
        if (target.StartsWith(DependenciesFolder, StringComparison.Ordinal) || _found.ContainsKey(target))
        {
            return;
        }

        try
        {
            // A list of names has a line for each, in scripts.
            if (path.Any(char.IsControl))
            {
                _warnings.Add($"a file whose name has a control character is not carried: {UntrustedText.ToLine(path)}");
                return;
            }

            if (FindSource(path) is not { } source)
            {
                _warnings.Add($"{path} is not carried: it is a link that leads out of the work folder, or to nothing");
                return;
            }

            using var stream = RegularFile.OpenRead(Path.Combine(work, source));
            var length = stream.Length;
            // An empty file is a checkpoint whose writer was killed.
            if (length == 0)
            {
                return;
            }

            var hash = Sha256.ComputeHash(stream);
            if (target == path && task.Inputs.Any(input => input.Path == path && input.Content == hash))
            {
                return;
            }

            _found[target] = new LeftFile(target, source, hash, length, attempt, "") { OriginFolder = relativeFolder };
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e))
        {
            _warnings.Add($"{path} is not carried: {e.Message}");
        }
    }

    // The path of the file itself: programs often let a link name their latest checkpoint. Null if it is outside.
    private string? FindSource(string path)
    {
        var file = Path.Combine(work, path);
        if (!RelativePath.StaysInside(work, file))
        {
            return null;
        }

        var (real, root) = (RealPath.ResolveLinks(file), RealPath.ResolveLinks(work));
        return real.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(real)
            ? real[(root.Length + 1)..].Replace(Path.DirectorySeparatorChar, '/')
            : null;
    }
}
