using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Legacy;
using MatterStack.Engine.Wiring.Schema;
using MatterStack.Engine.Wiring.Yaml;

namespace MatterStack.Engine.Wiring;

/// <summary>Reads the sections of <c>operators.yaml</c>: defaults, profiles, operators.</summary>
internal sealed class OperatorsFileReader
{
    /// <summary>Maximum number of reported problems of one file.</summary>
    public const int MaximumProblems = 100;

    private static readonly string[] Sections = ["defaults", "profiles", "operators"];

    private readonly WiringSchema _schema;
    private readonly string _file;
    private readonly List<Problem> _problems = [];
    private readonly List<OperatorKey> _passedOver = [];
    private readonly FieldReader _fields;
    private readonly BackendReader _backends;

    public OperatorsFileReader(WiringSchema schema, string file, IOutsideBackends? outside)
    {
        (_schema, _file) = (schema, file);
        _fields = new FieldReader(file, _problems);
        _backends = new BackendReader(schema, file, _problems, _fields, outside);
    }

    public Result<OperatorsFile> Read(string text)
    {
        var root = YamlReader.Read(text, _file, _problems);
        if (root is null)
        {
            return Failure();
        }

        SecretCheck.Walk(root, _file, _problems);
        foreach (var entry in root.Entries.Where(static entry => !Sections.Contains(entry.Key.Text)))
        {
            Add(WiringCodes.UnknownKey, entry.Key, $"'{Shown.Name(entry.Key.Text)}' is not a key of the top level", DidYouMean.Remedy(entry.Key.Text, Sections, "Known keys"));
        }

        var defaults = Section(root, "defaults") is { } map ? _fields.Read(map, WiringSchema.Defaults, "'defaults'") : Settings.Empty;
        _backends.ReadProfiles(Section(root, "profiles"));
        var operators = Operators(root);
        return _problems.Count > 0
            ? Failure()
            : new OperatorsFile { Operators = operators, Defaults = defaults, Outside = _backends.Outside, PassedOver = _passedOver };
    }

    private Dictionary<OperatorKey, OperatorWiring> Operators(MapNode root)
    {
        var operators = new Dictionary<OperatorKey, OperatorWiring>();
        if (root.Find("operators") is not { } node)
        {
            Add(WiringCodes.MissingKey, root, "The top-level key 'operators' is missing", "Add 'operators:' with one entry for each operator key.");
        }
        else if (node is not MapNode map)
        {
            Add(WiringCodes.WrongType, node, $"'operators' is {node.What}; it must be a mapping", "Write one 'kind.name: { ... }' for each operator.");
        }
        else
        {
            foreach (var entry in map.Entries)
            {
                if (Operator(entry) is { } wiring)
                {
                    operators.Add(wiring.Key, wiring);
                }
            }
        }

        return operators;
    }

    private OperatorWiring? Operator(MapEntry entry)
    {
        var before = _problems.Count;
        if (!OperatorKey.TryParseCanonical(entry.Key.Text, out var key))
        {
            var meant = OperatorKey.TryParseRouting(entry.Key.Text, out var folded) ? $"Write '{folded}'. " : "";
            Add(WiringCodes.KeyNotCanonical, entry.Key, $"'{Shown.Name(entry.Key.Text)}' is not a canonical operator key",
                $"{meant}A key is {OperatorKey.Pattern}.");
            return null;
        }

        var kind = _schema.Kind(key.Kind);
        if (kind is null && _schema.PassesOverUnknownKinds)
        {
            _passedOver.Add(key);
            return null;
        }

        if (kind is null)
        {
            Add(WiringCodes.UnknownKind, entry.Key, $"'{key.Kind}' is not a kind of operator", DidYouMean.Remedy(key.Kind, KindNames, "Kinds"));
        }

        if (entry.Value is not MapNode map)
        {
            // 'human.default:' without a value is valid.
            if (entry.Value is not ScalarNode { Kind: ScalarKind.Null })
            {
                Add(WiringCodes.WrongType, entry.Value, $"'{key}' is {entry.Value.What}; it must be a mapping", "Write e.g. '{ kind: " + key.Kind + " }'.");
                return null;
            }

            map = new MapNode([], entry.Key.Start, entry.Key.End);
        }

        IReadOnlyList<Field> fields = [.. WiringSchema.Operator, .. kind?.Fields ?? []];
        var settings = _fields.Read(map, fields, $"the operator '{key}'", "backend");
        CheckKind(key, settings, map);
        var backend = kind is null ? null : _backends.Read(map.Find("backend"), kind, key);
        return kind is null || _problems.Count > before ? null : Wiring(key, fields, settings, backend);
    }

    private static OperatorWiring Wiring(OperatorKey key, IReadOnlyList<Field> fields, Settings settings, CheckedBackend? backend)
    {
        var effective = EffectiveFields.Of(key.Kind, fields, settings, backend?.Type, backend?.Settings ?? Settings.Empty);
        return new OperatorWiring
        {
            Key = key,
            Kind = key.Kind,
            Backend = Backend.From(backend?.Type.Name ?? "none", backend?.Settings ?? Settings.Empty),
            MaxConcurrent = settings.Integer("max_concurrent"),
            OperatorName = settings.Text("operator_name"),
            Hash = EffectiveFields.Hash(effective),
            Settings = settings,
            BackendSettings = backend?.Settings ?? Settings.Empty,
            Effective = effective,
        };
    }

    private void CheckKind(OperatorKey key, Settings settings, MapNode map)
    {
        if (settings.Text("kind") is not { } kind || kind == key.Kind)
        {
            return;
        }

        var node = map.Find("kind")!;
        if (_schema.Kind(kind) is null)
        {
            Add(WiringCodes.UnknownKind, node, $"'{Shown.Name(kind)}' is not a kind of operator", DidYouMean.Remedy(kind, KindNames, "Kinds"));
        }
        else
        {
            Add(WiringCodes.KindMismatch, node, $"'{key}' has the kind '{kind}', but its key begins with '{key.Kind}'", $"Write 'kind: {key.Kind}', or name the operator '{kind}.{key.Name}'.");
        }
    }

    private IEnumerable<string> KindNames => _schema.Kinds.Select(static kind => kind.Name);

    private MapNode? Section(MapNode root, string name)
    {
        var node = root.Find(name);
        // A section whose entries are all commented out is null, which is valid.
        if (node is not (null or MapNode or ScalarNode { Kind: ScalarKind.Null }))
        {
            Add(WiringCodes.WrongType, node, $"'{name}' is {node.What}; it must be a mapping", "Write a mapping.");
        }

        return node as MapNode;
    }

    private Result<OperatorsFile> Failure()
    {
        // An anchored value is read once for each alias; the same mistake is reported once.
        var all = _problems
            .DistinctBy(static problem => (problem.Code, problem.At?.Line, problem.At?.Column, problem.Code == WiringCodes.MissingKey ? problem.Message : ""))
            .OrderBy(static problem => problem.At?.Line).ThenBy(static problem => problem.At?.Column).ToArray();
        return Result<OperatorsFile>.Fail(all.Length <= MaximumProblems
            ? all
            : [.. all[..(MaximumProblems - 1)], all[MaximumProblems - 1] with { Message = $"{all[MaximumProblems - 1].Message} (and {all.Length - MaximumProblems} more problems in this file)" }]);
    }

    private void Add(ProblemCode code, YamlNode node, string message, string remedy) => _problems.Add(new Problem(code, message, remedy, Place.Of(_file, node)));
}
