using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Dependencies of a program, from the SDK's file <c>NAME.deps.json</c>.</summary>
/// <param name="Files">Files that the program's folder must have, as relative paths, each with its library.</param>
/// <param name="ProjectAssemblies">Names of assemblies of referenced projects.</param>
internal sealed record ProgramDependencies(IReadOnlyList<(string File, string Library)> Files, IReadOnlySet<string> ProjectAssemblies)
{
    private static readonly ProgramDependencies Empty = new([], new HashSet<string>());

    /// <summary>Reads the dependencies of a program; empty if the file is missing or has another format.</summary>
    public static ProgramDependencies ReadDependencies(string assembly)
    {
        var path = Path.ChangeExtension(assembly, ".deps.json");
        if (!File.Exists(path))
        {
            return Empty;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement, Path.GetFileNameWithoutExtension(assembly));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Empty;
        }
    }

    private static ProgramDependencies Read(JsonElement root, string own)
    {
        var files = new List<(string, string)>();
        var projects = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var target = root.GetProperty("targets").GetProperty(root.GetProperty("runtimeTarget").GetProperty("name").GetString()!);
        foreach (var library in target.EnumerateObject())
        {
            var isProject =
                root.GetProperty("libraries").GetProperty(library.Name).GetProperty("type").GetString() is "project" or "reference";
            foreach (var file in ListFiles(library.Value))
            {
                files.Add((file, library.Name));
                if (isProject && Path.GetFileNameWithoutExtension(file) != own)
                {
                    projects.Add(Path.GetFileNameWithoutExtension(file));
                }
            }
        }

        return new ProgramDependencies(files, projects);
    }

    // Paths in the program's folder: an assembly by its file name, a translation in the folder of its language, a file for one system at
    // its path in the package.
    private static IEnumerable<string> ListFiles(JsonElement library)
    {
        foreach (var kind in new[] { "runtime", "native" })
        {
            foreach (var asset in ListAssets(library, kind).Where(a => Path.GetFileName(a.Name) != "_._"))
            {
                yield return Path.GetFileName(asset.Name);
            }
        }

        foreach (var asset in ListAssets(library, "resources"))
        {
            yield return Path.Combine(asset.Value.GetProperty("locale").GetString()!, Path.GetFileName(asset.Name));
        }

        foreach (var asset in ListAssets(library, "runtimeTargets").Where(a => Path.GetFileName(a.Name) != "_._"))
        {
            yield return asset.Name;
        }
    }

    private static IEnumerable<JsonProperty> ListAssets(JsonElement library, string kind) =>
        library.TryGetProperty(kind, out var assets) ? assets.EnumerateObject() : Enumerable.Empty<JsonProperty>();
}
