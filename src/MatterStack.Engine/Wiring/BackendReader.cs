using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Legacy;
using MatterStack.Engine.Wiring.Schema;
using MatterStack.Engine.Wiring.Yaml;

namespace MatterStack.Engine.Wiring;

/// <summary>A checked backend whose references are resolved.</summary>
internal sealed record CheckedBackend(BackendType Type, Settings Settings);

/// <summary>Reads backends and the profiles that they reference.</summary>
internal sealed class BackendReader(WiringSchema schema, string file, List<Problem> problems, FieldReader fields, IOutsideBackends? outside)
{
    // Null for a profile with problems; they are reported at the profile.
    private readonly Dictionary<string, CheckedBackend?> _profiles = new(StringComparer.Ordinal);
    private readonly List<LegacyInput> _outside = [];

    /// <summary>Legacy files that were read.</summary>
    public IReadOnlyList<LegacyInput> Outside => _outside;

    public void ReadProfiles(MapNode? profiles)
    {
        foreach (var (name, value) in profiles?.Entries ?? [])
        {
            _profiles[name.Text] = value is MapNode map ? Body(map, $"the profile '{Shown.Name(name.Text)}'", type => type.InProfiles) : null;
            if (value is not MapNode)
            {
                Add(WiringCodes.WrongType, value, $"The profile '{Shown.Name(name.Text)}' is {value.What}; it must be a mapping", "Write '{ type: ..., ... }'.");
            }
        }
    }

    /// <summary>Reads an operator's backend and resolves profiles. Returns null for kinds without a backend, and if there are
    /// problems.</summary>
    public CheckedBackend? Read(YamlNode? node, OperatorKind kind, OperatorKey key)
    {
        if (kind.Backends.Count == 0)
        {
            if (node is not null)
            {
                Add(WiringCodes.BackendNotAllowed, node, $"'{key}' has a backend; operators of kind '{kind.Name}' have none", "Remove 'backend'.");
            }

            return null;
        }

        if (node is null)
        {
            return new CheckedBackend(schema.Backend("local")!, Settings.Empty);
        }

        if (node is not MapNode map)
        {
            Add(WiringCodes.WrongType, node, $"'backend' of '{key}' is {node.What}; it must be a mapping", "Write '{ type: ..., ... }'.");
            return null;
        }

        return Body(map, $"the backend of '{key}'", type => kind.Backends.Contains(type.Name)) is { } backend ? Resolve(backend, map, kind, key) : null;
    }

    private CheckedBackend? Body(MapNode map, string owner, Func<BackendType, bool> allowed)
    {
        var before = problems.Count;
        if (map.Find("type") is not { } typeNode)
        {
            Add(WiringCodes.MissingKey, map, $"{char.ToUpperInvariant(owner[0])}{owner[1..]} lacks the key 'type'", DidYouMean.Remedy("", Names(allowed), "Types"));
            return null;
        }

        if (fields.Value(typeNode, WiringSchema.BackendTypeField) is not string name)
        {
            return null;
        }

        if (schema.Backend(name) is not { } type)
        {
            Add(WiringCodes.UnknownBackend, typeNode, $"'{Shown.Name(name)}' is not a type of backend", DidYouMean.Remedy(name, Names(allowed), "Types"));
            return null;
        }

        if (!allowed(type))
        {
            var kinds = string.Join(", ", schema.Kinds.Where(kind => kind.Backends.Contains(name)).Select(static kind => kind.Name));
            Add(WiringCodes.BackendNotAllowed, typeNode, $"A backend of type '{name}' is not valid for {owner}; it is for operators of kind {kinds}", $"Allowed here: {string.Join(", ", Names(allowed))}.");
        }

        var settings = fields.Read(map, type.Fields, $"{owner} (type {name})", "type");
        BackendRules.Check(map, settings, file, problems);
        return problems.Count > before ? null : new CheckedBackend(type, BackendRules.WithoutImplied(settings));
    }

    private IEnumerable<string> Names(Func<BackendType, bool> allowed) => schema.Backends.Where(allowed).Select(static type => type.Name);

    private CheckedBackend? Resolve(CheckedBackend backend, MapNode map, OperatorKind kind, OperatorKey key)
    {
        if (backend.Type.InProfiles)
        {
            return backend;
        }

        var isProfile = backend.Type.Name == "profile";
        var named = backend.Settings.Text(isProfile ? "name" : "path")!;
        var node = map.Find(isProfile ? "name" : "path")!;
        if (!(isProfile && _profiles.TryGetValue(named, out var found)))
        {
            found = FromOutside(isProfile, named, node);
        }

        if (found is not null && !kind.Backends.Contains(found.Type.Name))
        {
            Add(WiringCodes.BackendNotAllowed, node, $"'{Shown.Name(named)}' is of type '{found.Type.Name}', which is not valid for '{key}'", $"Operators of kind '{kind.Name}' take: {string.Join(", ", kind.Backends)}.");
            return null;
        }

        return found;
    }

    private CheckedBackend? FromOutside(bool isProfile, string named, YamlNode node)
    {
        if (outside is null)
        {
            Add(
                isProfile ? WiringCodes.UnknownProfile : WiringCodes.OutsideReference,
                node,
                isProfile ? $"There is no profile '{Shown.Name(named)}' in this file" : $"'{Shown.Name(named)}' is not in this file",
                isProfile ? DidYouMean.Remedy(named, _profiles.Keys, "Profiles") : WiringCodes.OutsideReference.Remedy);
            return null;
        }

        var result = isProfile ? outside.Profile(named) : outside.HpcYaml(named, "'path' names");
        if (result.TryGet(out var backend))
        {
            _outside.Add(backend.Input);
            return new CheckedBackend(schema.Backend(backend.Type)!, BackendRules.WithoutImplied(backend.Settings));
        }

        foreach (var problem in result.Problems)
        {
            // For an unknown profile, the names in this file are the more likely remedy.
            var remedy = problem.Code == WiringCodes.UnknownProfile ? $"{DidYouMean.Remedy(named, _profiles.Keys, "Profiles in this file")} {problem.Remedy}".Trim() : problem.Remedy;
            problems.Add(problem with { Remedy = remedy, At = problem.At is { Line: > 0 } ? problem.At : Place.Of(file, node) });
        }

        return null;
    }

    private void Add(ProblemCode code, YamlNode node, string message, string remedy) => problems.Add(new Problem(code, message, remedy, Place.Of(file, node)));
}
