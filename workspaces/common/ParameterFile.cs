using System.Text.Json;

namespace Common;

/// <summary>The parameters and published values of all elements, as in <c>cleri-rosato-1993.json</c>.</summary>
internal sealed class ParameterFile
{
    public const string DefaultPath = "cleri-rosato-1993.json";

    private readonly string _path;
    private readonly Dictionary<string, CleriRosato> _metals = new(StringComparer.Ordinal);

    private ParameterFile(string path) => _path = path;

    public static ParameterFile Read(string path) => JsonFile.Read(path, root => Of(path, root));

    /// <summary>The set that is built into the program as a resource of that name.</summary>
    public static ParameterFile OfProgram()
    {
        using var stream = typeof(ParameterFile).Assembly.GetManifestResourceStream(DefaultPath)
            ?? throw new InvalidOperationException($"The project embeds no {DefaultPath}");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return JsonFile.Take(DefaultPath, content.ToArray(), root => Of(DefaultPath, root));
    }

    /// <summary>The metal with this symbol; symbols are case-sensitive.</summary>
    public CleriRosato this[string element] =>
        _metals.TryGetValue(element, out var metal)
            ? metal
            : throw UserError.Invalid($"{_path} has no element '{element}'; it has {string.Join(", ", _metals.Keys)}");

    private static ParameterFile Of(string path, JsonElement root)
    {
        if (!root.TryGetProperty("elements", out var elements) || elements.ValueKind != JsonValueKind.Object)
            throw UserError.Invalid($"{path}: 'elements' must be an object with one entry per metal");

        var file = new ParameterFile(path);
        foreach (var entry in elements.EnumerateObject())
            if (!file._metals.TryAdd(entry.Name, Metal(entry.Name, entry.Value, $"{path}: {entry.Name}")))
                throw UserError.Invalid($"{path}: {entry.Name} stands there twice");
        return file;
    }

    private static CleriRosato Metal(string element, JsonElement values, string place) =>
        new(
            element,
            JsonFile.Positive(values, "A", place),
            JsonFile.Positive(values, "xi", place),
            JsonFile.Positive(values, "p", place),
            JsonFile.Positive(values, "q", place),
            JsonFile.Positive(values, "a0", place),
            JsonFile.Positive(values, "Ec", place)
        );
}
