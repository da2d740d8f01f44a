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

    /// <summary>Whether an assembly is a program that can be started, and not a library.</summary>
    public static bool CanStart(string assemblyPath) => File.Exists(Path.ChangeExtension(assemblyPath, ".runtimeconfig.json"));

    /// <summary>Reads what the build left.</summary>
    public static CampaignProgram Read(string assemblyPath)
    {
        var folder = Path.GetDirectoryName(assemblyPath)!;
        var files = new List<(string Path, Sha256 Hash, Sha256 Identity)>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase)))
        {
            var bytes = File.ReadAllBytes(file);
            var hash = Sha256.Of(bytes);
            files.Add((Path.GetRelativePath(folder, file).Replace('\\', '/'), hash, file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ProgramIdentity.Of(bytes) : hash));
        }

        files.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        var content = Sha256.OfText(string.Concat(files.Select(f => $"{f.Path}\0{f.Identity}\n")));
        return new CampaignProgram(folder, Path.GetFileName(assemblyPath), files.Select(f => (f.Path, f.Hash)).ToArray(), content);
    }
}
