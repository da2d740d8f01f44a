using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Compiled program of a C# campaign. In a command, <c>{campaign}</c> stands for it.</summary>
/// <param name="Folder">Absolute folder of the build's output.</param>
/// <param name="AssemblyName">File name of the assembly to start, e.g. <c>metals_eos.dll</c>.</param>
/// <param name="Files">Paths relative to the folder and hashes, sorted, without debug symbols, which name paths of the compiling
/// machine.</param>
/// <param name="Content">Hash of the program's code. Two builds of the same code have the same hash.</param>
internal sealed record CampaignProgram(string Folder, string AssemblyName, IReadOnlyList<(string Path, Sha256 Hash)> Files, Sha256 Content)
{
    /// <summary>Placeholder for the program in a command.</summary>
    public const string Placeholder = "{campaign}";

    /// <summary>Whether a command uses the program.</summary>
    public static bool IsUsedBy(string command) => command.Contains(Placeholder, StringComparison.Ordinal);

    /// <summary>Whether a command of a task uses the campaign's program.</summary>
    public static bool IsUsedBy(CampaignTask task) =>
        IsUsedBy(task.Command)
        || (task.Monitor is { } monitor && IsUsedBy(monitor))
        || (task.Carry.Count > 0 && task.Commands.Any(static command => IsUsedBy(command)));

    /// <summary>Whether an assembly is a program that can be started, and not a library.</summary>
    public static bool CanStart(string assemblyPath) => File.Exists(Path.ChangeExtension(assemblyPath, ".runtimeconfig.json"));

    /// <summary>Reads the build's output folder.</summary>
    public static CampaignProgram Read(string assemblyPath)
    {
        var folder = Path.GetDirectoryName(assemblyPath)!;
        var files = new List<(string Path, Sha256 Hash, Sha256 Identity)>();
        foreach (var (path, file) in ListFiles(assemblyPath))
        {
            var bytes = RealDisk.Instance.ReadAllBytes(file);
            var hash = Sha256.ComputeHash(bytes);
            files.Add((path, hash, path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? AssemblyHasher.ComputeHash(bytes) : hash));
        }

        var content = Sha256.ComputeTextHash(string.Concat(files.Select(f => $"{f.Path}\0{f.Identity}\n")));
        return new CampaignProgram(folder, Path.GetFileName(assemblyPath), files.Select(f => (f.Path, f.Hash)).ToArray(), content);
    }

    /// <summary>Finds the files of a program, sorted: each as a path relative to its folder and as an absolute path.</summary>
    public static IReadOnlyList<(string Path, string File)> ListFiles(string assemblyPath)
    {
        var folder = Path.GetDirectoryName(assemblyPath)!;
        return Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase))
            .Select(file => (Path: Path.GetRelativePath(folder, file).Replace('\\', '/'), file))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal)
            .ToList();
    }
}
