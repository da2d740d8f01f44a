using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>The program that a C# campaign compiles to, for which <c>{campaign}</c> stands.</summary>
/// <param name="Folder">Absolute folder of the build's output.</param>
/// <param name="AssemblyName">File name of the assembly to start, e.g. <c>metals_eos.dll</c>.</param>
/// <param name="Files">Paths relative to the folder and hashes, sorted; symbols are left out, they name the machine that compiled them.</param>
/// <param name="Content">Hash over <paramref name="Files"/>.</param>
internal sealed record CampaignProgram(string Folder, string AssemblyName, IReadOnlyList<(string Path, Sha256 Hash)> Files, Sha256 Content)
{
    /// <summary>What a command writes where the program is meant.</summary>
    public const string Placeholder = "{campaign}";

    /// <summary>Reads what the build left.</summary>
    public static CampaignProgram Read(string assemblyPath)
    {
        var folder = Path.GetDirectoryName(assemblyPath)!;
        var files = new List<(string, Sha256)>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase)))
        {
            using var stream = File.OpenRead(file);
            files.Add((Path.GetRelativePath(folder, file).Replace('\\', '/'), Sha256.Of(stream)));
        }

        files.Sort(static (a, b) => string.CompareOrdinal(a.Item1, b.Item1));
        var content = Sha256.OfText(string.Concat(files.Select(f => $"{f.Item1}\0{f.Item2}\n")));
        return new CampaignProgram(folder, Path.GetFileName(assemblyPath), files, content);
    }
}
