using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>The program that a C# campaign compiles to, for which <c>{campaign}</c> stands.</summary>
/// <param name="Folder">Absolute folder of the build's output.</param>
/// <param name="AssemblyName">File name of the assembly to start, e.g. <c>metals_eos.dll</c>.</param>
/// <param name="Files">Paths relative to the folder and hashes, sorted; symbols are left out, they name the machine that compiled them.</param>
/// <param name="Content">Hash over what the files do: of assemblies, what tells builds of the same code apart is left out.</param>
internal sealed record CampaignProgram(string Folder, string AssemblyName, IReadOnlyList<(string Path, Sha256 Hash)> Files, Sha256 Content)
{
    /// <summary>What a command writes where the program is meant.</summary>
    public const string Placeholder = "{campaign}";

    /// <summary>Whether a command needs the program.</summary>
    public static bool IsUsedBy(string command) => command.Contains(Placeholder, StringComparison.Ordinal);

    /// <summary>Whether an assembly is a program that can be started, and not a library.</summary>
    public static bool CanStart(string assemblyPath) => File.Exists(Path.ChangeExtension(assemblyPath, ".runtimeconfig.json"));

    /// <summary>Reads what the build left.</summary>
    public static CampaignProgram Read(string assemblyPath)
    {
        var folder = Path.GetDirectoryName(assemblyPath)!;
        var files = new List<(string Path, Sha256 Hash, Sha256 Identity)>();
        foreach (var (path, file) in FilesOf(assemblyPath))
        {
            var bytes = RealDisk.Instance.ReadAllBytes(file);
            var hash = Sha256.Of(bytes);
            files.Add((path, hash, path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ProgramIdentity.Of(bytes) : hash));
        }

        var content = Sha256.OfText(string.Concat(files.Select(f => $"{f.Path}\0{f.Identity}\n")));
        return new CampaignProgram(folder, Path.GetFileName(assemblyPath), files.Select(f => (f.Path, f.Hash)).ToArray(), content);
    }

    /// <summary>What belongs to a program, sorted: paths relative to its folder, and absolute ones.</summary>
    public static IReadOnlyList<(string Path, string File)> FilesOf(string assemblyPath)
    {
        var folder = Path.GetDirectoryName(assemblyPath)!;
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase))
            .Select(file => (Path: Path.GetRelativePath(folder, file).Replace('\\', '/'), file))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal)
            .ToList();
    }
}
