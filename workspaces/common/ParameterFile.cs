using System.Text.Json;

namespace Common;

/// <summary>The parameters and published values of all elements, as in <c>cleri-rosato-1993.json</c>.</summary>
internal sealed class ParameterFile
{
    public const string DefaultPath = "cleri-rosato-1993.json";

    private readonly string _path;
    private readonly Dictionary<string, CleriRosato> _metals = new(StringComparer.Ordinal);

    private ParameterFile(string path) => _path = path;

    public static ParameterFile Read(string path) => JsonFile.Read(path, root =>
    {
        if (!root.TryGetProperty("elements", out var elements) || elements.ValueKind != JsonValueKind.Object)
            throw UserError.Invalid($"{path}: 'elements' must be an object with one entry per metal");

        var file = new ParameterFile(path);
        foreach (var entry in elements.EnumerateObject())
            if (!file._metals.TryAdd(entry.Name, Metal(entry.Name, entry.Value, $"{path}: {entry.Name}")))
                throw UserError.Invalid($"{path}: {entry.Name} stands there twice");
        return file;
    });

    /// <summary>The metal with this symbol; symbols are case-sensitive.</summary>
    public CleriRosato this[string element] => _metals.TryGetValue(element, out var metal)
        ? metal
        : throw UserError.Invalid($"{_path} has no element '{element}'; it has {string.Join(", ", _metals.Keys)}");

    private static CleriRosato Metal(string element, JsonElement values, string place) => new(
        element,
        JsonFile.Positive(values, "A", place),
        JsonFile.Positive(values, "xi", place),
        JsonFile.Positive(values, "p", place),
        JsonFile.Positive(values, "q", place),
        JsonFile.Positive(values, "a0", place),
        JsonFile.Positive(values, "Ec", place));
}
