using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Reads backends and the profiles that they reference.</summary>
internal sealed class BackendReader(
    WiringSchema schema,
    string file,
    List<Problem> problems,
    FieldReader fields,
    CodeRules codeRules,
    IExternalBackends? outside
)
{
    // Null for a profile with problems; they are reported at the profile.
    private readonly Dictionary<string, CheckedBackend?> _profiles = new(StringComparer.Ordinal);
    private readonly List<LegacyInput> _legacyInputs = [];

    /// <summary>Legacy files that were read.</summary>
    public IReadOnlyList<LegacyInput> LegacyInputs => _legacyInputs;

    public void ReadProfiles(MapNode? profiles)
    {
        foreach (var (name, value) in profiles?.Entries ?? [])
        {
            _profiles[name.Text] = value is MapNode map
                ? ReadBody(map, $"the profile '{DisplayText.Shorten(name.Text)}'", type => type.IsAllowedInProfiles)
                : null;
            if (value is not MapNode)
            {
                AddProblem(
                    WiringCodes.WrongType,
                    value,
                    $"The profile '{DisplayText.Shorten(name.Text)}' is {value.TypeDescription}; it must be a mapping",
                    "Write '{ type: ..., ... }'."
                );
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
                AddProblem(
                    WiringCodes.BackendNotAllowed,
                    node,
                    $"'{key}' has a backend; operators of kind '{kind.Name}' have none",
                    "Remove 'backend'."
                );
            }

            return null;
        }

        if (node is null)
        {
            return new CheckedBackend(schema.FindBackend("local")!, Settings.Empty);
        }

        if (node is not MapNode map)
        {
            AddProblem(
                WiringCodes.WrongType,
                node,
                $"'backend' of '{key}' is {node.TypeDescription}; it must be a mapping",
                "Write '{ type: ..., ... }'."
            );
            return null;
        }

        return ReadBody(map, $"the backend of '{key}'", type => kind.Backends.Contains(type.Name)) is { } backend
            ? ResolveReference(backend, map, kind, key)
            : null;
    }

    private CheckedBackend? ReadBody(MapNode map, string owner, Func<BackendType, bool> allowed)
    {
        var before = problems.Count;
        if (map.Find("type") is not { } typeNode)
        {
            AddProblem(
                WiringCodes.MissingKey,
                map,
                $"{char.ToUpperInvariant(owner[0])}{owner[1..]} lacks the key 'type'",
                SpellingRemedy.CreateRemedy("", GetTypeNames(allowed), "Types")
            );
            return null;
        }

        if (fields.ReadValue(typeNode, WiringSchema.BackendTypeField) is not string name)
        {
            return null;
        }

        if (schema.FindBackend(name) is not { } type)
        {
            AddProblem(
                WiringCodes.UnknownBackend,
                typeNode,
                $"'{DisplayText.Shorten(name)}' is not a type of backend",
                SpellingRemedy.CreateRemedy(name, GetTypeNames(allowed), "Types")
            );
            return null;
        }

        if (!allowed(type))
        {
            var kinds = string.Join(", ", schema.Kinds.Where(kind => kind.Backends.Contains(name)).Select(static kind => kind.Name));
            AddProblem(
                WiringCodes.BackendNotAllowed,
                typeNode,
                $"A backend of type '{name}' is not valid for {owner}; it is for operators of kind {kinds}",
                $"Allowed here: {string.Join(", ", GetTypeNames(allowed))}."
            );
        }

        var settings = fields.Read(map, type.Fields, $"{owner} (type {name})", "type");
        BackendRules.Check(map, settings, file, problems);
        codeRules.CheckLevel(map);
        return problems.Count > before ? null : new CheckedBackend(type, BackendRules.RemoveImplied(settings));
    }

    private IEnumerable<string> GetTypeNames(Func<BackendType, bool> allowed) =>
        schema.Backends.Where(allowed).Select(static type => type.Name);

    private CheckedBackend? ResolveReference(CheckedBackend backend, MapNode map, OperatorKind kind, OperatorKey key)
    {
        if (backend.Type.IsAllowedInProfiles)
        {
            return backend;
        }

        var isProfile = backend.Type.Name == "profile";
        var named = backend.Settings.GetText(isProfile ? "name" : "path")!;
        var node = map.Find(isProfile ? "name" : "path")!;
        if (!(isProfile && _profiles.TryGetValue(named, out var found)))
        {
            found = ReadExternal(isProfile, named, node);
        }

        if (found is not null && !kind.Backends.Contains(found.Type.Name))
        {
            AddProblem(
                WiringCodes.BackendNotAllowed,
                node,
                $"'{DisplayText.Shorten(named)}' is of type '{found.Type.Name}', which is not valid for '{key}'",
                $"Operators of kind '{kind.Name}' take: {string.Join(", ", kind.Backends)}."
            );
            return null;
        }

        return found;
    }

    private CheckedBackend? ReadExternal(bool isProfile, string named, YamlNode node)
    {
        if (outside is null)
        {
            AddProblem(
                isProfile ? WiringCodes.UnknownProfile : WiringCodes.OutsideReference,
                node,
                isProfile
                    ? $"There is no profile '{DisplayText.Shorten(named)}' in this file"
                    : $"'{DisplayText.Shorten(named)}' is not in this file",
                isProfile ? SpellingRemedy.CreateRemedy(named, _profiles.Keys, "Profiles") : WiringCodes.OutsideReference.Remedy
            );
            return null;
        }

        var result = isProfile ? outside.FindProfile(named) : outside.ReadHpcYaml(named, "'path' names");
        if (result.TryGet(out var backend))
        {
            _legacyInputs.Add(backend.Input);
            return new CheckedBackend(schema.FindBackend(backend.Type)!, BackendRules.RemoveImplied(backend.Settings));
        }

        foreach (var problem in result.Problems)
        {
            // For an unknown profile, the names in this file are the more likely remedy.
            var remedy =
                problem.Code == WiringCodes.UnknownProfile
                    ? $"{SpellingRemedy.CreateRemedy(named, _profiles.Keys, "Profiles in this file")} {problem.Remedy}".Trim()
                    : problem.Remedy;
            problems.Add(
                problem with
                {
                    Remedy = remedy,
                    Position = problem.Position is { Line: > 0 } ? problem.Position : YamlPositions.ToPosition(file, node),
                }
            );
        }

        return null;
    }

    private void AddProblem(ProblemCode code, YamlNode node, string message, string remedy) =>
        problems.Add(new Problem(code, message, remedy, YamlPositions.ToPosition(file, node)));
}
