using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>What the SDK wrote of a program's dependencies, <c>NAME.deps.json</c>.</summary>
/// <param name="Files">Files that belong beside the program, relative to its folder, with the library that brings each.</param>
/// <param name="OfProjects">Names of assemblies of referenced projects.</param>
internal sealed record DependencyFile(IReadOnlyList<(string File, string Library)> Files, IReadOnlySet<string> OfProjects)
{
    private static readonly DependencyFile Nothing = new([], new HashSet<string>());

    /// <summary>Of a program; without the file, or with one of another form, nothing is known.</summary>
    public static DependencyFile Of(string assembly)
    {
        var path = Path.ChangeExtension(assembly, ".deps.json");
        if (!File.Exists(path))
        {
            return Nothing;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement, Path.GetFileNameWithoutExtension(assembly));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Nothing;
        }
    }

    private static DependencyFile Read(JsonElement root, string own)
    {
        var files = new List<(string, string)>();
        var projects = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var target = root.GetProperty("targets").GetProperty(root.GetProperty("runtimeTarget").GetProperty("name").GetString()!);
        foreach (var library in target.EnumerateObject())
        {
            var isProject = root.GetProperty("libraries").GetProperty(library.Name).GetProperty("type").GetString() is "project" or "reference";
            foreach (var file in FilesOf(library.Value))
            {
                files.Add((file, library.Name));
                if (isProject && Path.GetFileNameWithoutExtension(file) != own)
                {
                    projects.Add(Path.GetFileNameWithoutExtension(file));
                }
            }
        }

        return new DependencyFile(files, projects);
    }

    // As they lie beside a program: assemblies by their name alone, translations in a folder for each language, what is of one system where the package has it.
    private static IEnumerable<string> FilesOf(JsonElement library)
    {
        foreach (var kind in new[] { "runtime", "native" })
        {
            foreach (var asset in Assets(library, kind).Where(a => Path.GetFileName(a.Name) != "_._"))
            {
                yield return Path.GetFileName(asset.Name);
            }
        }

        foreach (var asset in Assets(library, "resources"))
        {
            yield return Path.Combine(asset.Value.GetProperty("locale").GetString()!, Path.GetFileName(asset.Name));
        }

        foreach (var asset in Assets(library, "runtimeTargets").Where(a => Path.GetFileName(a.Name) != "_._"))
        {
            yield return asset.Name;
        }
    }

    private static IEnumerable<JsonProperty> Assets(JsonElement library, string kind) =>
        library.TryGetProperty(kind, out var assets) ? assets.EnumerateObject() : Enumerable.Empty<JsonProperty>();
}
