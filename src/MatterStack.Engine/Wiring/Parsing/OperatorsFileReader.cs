using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Codes;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Reads the sections of <c>operators.yaml</c>: defaults, codes and launchers, profiles, operators.</summary>
internal sealed class OperatorsFileReader
{
    /// <summary>Maximum number of reported problems of one file.</summary>
    public const int MaxProblems = 100;

    private static readonly string[] Sections = ["defaults", "launchers", "codes", "profiles", "operators"];

    private readonly WiringSchema _schema;
    private readonly string _file;
    private readonly List<Problem> _problems = [];
    private readonly List<OperatorKey> _skippedKeys = [];
    private readonly FieldReader _fields;
    private readonly CodeRules _codeRules;
    private readonly BackendReader _backends;
    private Settings _codes = Settings.Empty;

    public OperatorsFileReader(WiringSchema schema, string file, IExternalBackends? outside)
    {
        (_schema, _file) = (schema, file);
        _fields = new FieldReader(file, _problems, isPersisted: outside is null);
        _codeRules = new CodeRules(file, _problems);
        _backends = new BackendReader(schema, file, _problems, _fields, _codeRules, outside);
    }

    public Result<OperatorsFile> Read(string text) => YamlReader.Read(text, _file, _problems) is { } root ? Read(root) : CreateFailure();

    /// <summary>Reads the sections of a parsed file.</summary>
    public Result<OperatorsFile> Read(MapNode root)
    {
        SecretLiteralCheck.CheckFile(root, _file, _problems);
        foreach (var entry in root.Entries.Where(static entry => !Sections.Contains(entry.Key.Text)))
        {
            AddProblem(
                WiringCodes.UnknownKey,
                entry.Key,
                $"'{DisplayText.Shorten(entry.Key.Text)}' is not a key of the top level",
                SpellingRemedy.CreateRemedy(entry.Key.Text, Sections, "Known keys")
            );
        }

        var defaults = ReadSection(root, "defaults") is { } map
            ? _fields.Read(map, WiringSchema.DefaultsFields, "'defaults'")
            : Settings.Empty;
        _codeRules.CollectLaunchers(root);
        _codes = ReadCodes(root);
        _backends.ReadProfiles(ReadSection(root, "profiles"));
        var operators = ReadOperators(root);
        return _problems.Count > 0
            ? CreateFailure()
            : new OperatorsFile
            {
                Operators = operators,
                Defaults = defaults,
                Codes = _codes,
                LegacyInputs = _backends.LegacyInputs,
                SkippedKeys = _skippedKeys,
            };
    }

    private Settings ReadCodes(MapNode root)
    {
        if (!CodeFields.All.Any(field => root.Find(field.Name) is not null))
        {
            return Settings.Empty;
        }

        _codeRules.CheckLevel(root);
        var map = root with
        {
            Entries = [.. root.Entries.Where(static entry => CodeFields.All.Any(field => field.Name == entry.Key.Text))],
        };
        return _fields.Read(map, CodeFields.All, "the top level");
    }

    private Dictionary<OperatorKey, OperatorWiring> ReadOperators(MapNode root)
    {
        var operators = new Dictionary<OperatorKey, OperatorWiring>();
        if (root.Find("operators") is not { } node)
        {
            AddProblem(
                WiringCodes.MissingKey,
                root,
                "The top-level key 'operators' is missing",
                "Add 'operators:' with one entry for each operator key."
            );
        }
        else if (node is not MapNode map)
        {
            AddProblem(
                WiringCodes.WrongType,
                node,
                $"'operators' is {node.TypeDescription}; it must be a mapping",
                "Write one 'kind.name: { ... }' for each operator."
            );
        }
        else
        {
            foreach (var entry in map.Entries)
            {
                if (ReadOperator(entry) is { } wiring)
                {
                    operators.Add(wiring.Key, wiring);
                }
            }
        }

        return operators;
    }

    private OperatorWiring? ReadOperator(MapEntry entry)
    {
        var before = _problems.Count;
        if (!OperatorKey.TryParseCanonical(entry.Key.Text, out var key))
        {
            var meant = OperatorKey.TryParseRouting(entry.Key.Text, out var folded) ? $"Write '{folded}'. " : "";
            AddProblem(
                WiringCodes.KeyNotCanonical,
                entry.Key,
                $"'{DisplayText.Shorten(entry.Key.Text)}' is not a canonical operator key",
                $"{meant}A key is {OperatorKey.Pattern}."
            );
            return null;
        }

        var kind = _schema.FindKind(key.Kind);
        if (kind is null && _schema.SkipsUnknownKinds)
        {
            _skippedKeys.Add(key);
            return null;
        }

        if (kind is null)
        {
            AddProblem(
                WiringCodes.UnknownKind,
                entry.Key,
                $"'{key.Kind}' is not a kind of operator",
                SpellingRemedy.CreateRemedy(key.Kind, KindNames, "Kinds")
            );
        }

        if (entry.Value is not MapNode map)
        {
            // 'human.default:' without a value is valid.
            if (entry.Value is not ScalarNode { Kind: ScalarKind.Null })
            {
                AddProblem(
                    WiringCodes.WrongType,
                    entry.Value,
                    $"'{key}' is {entry.Value.TypeDescription}; it must be a mapping",
                    "Write e.g. '{ kind: " + key.Kind + " }'."
                );
                return null;
            }

            map = new MapNode([], entry.Key.Start, entry.Key.End);
        }

        IReadOnlyList<Field> fields = [.. WiringSchema.OperatorFields, .. kind?.Fields ?? []];
        var settings = _fields.Read(map, fields, $"the operator '{key}'", "backend");
        CheckKind(key, settings, map);
        var backend = kind is null ? null : _backends.Read(map.Find("backend"), kind, key);
        _codeRules.CheckLevel(
            map,
            new HashSet<string>(
                [
                    .. _codes.GetMap("launchers").Keys,
                    .. backend?.Settings.GetMap("launchers").Keys ?? [],
                    .. settings.GetMap("launchers").Keys,
                ],
                StringComparer.Ordinal
            )
        );
        return kind is null || _problems.Count > before ? null : CreateWiring(kind, key, fields, settings, backend);
    }

    private OperatorWiring CreateWiring(
        OperatorKind kind,
        OperatorKey key,
        IReadOnlyList<Field> fields,
        Settings settings,
        CheckedBackend? backend
    )
    {
        var backendSettings = backend?.Settings ?? Settings.Empty;
        var effective = EffectiveFields.FromOperator(key.Kind, fields, settings, backend?.Type, backendSettings);
        var codes = kind.Fields.Any(CodeFields.IsCodeField)
            ? CodeReader.Resolve(_codes, backendSettings, settings, backendSettings.GetGroup("container") is not null)
            : SiteCodes.None;
        return new OperatorWiring
        {
            Key = key,
            Kind = key.Kind,
            Backend = Backend.FromSettings(backend?.Type.Name ?? "none", backendSettings),
            MaxConcurrent = settings.GetInteger("max_concurrent"),
            OperatorName = settings.GetText("operator_name"),
            Hash = EffectiveFields.ComputeHash(effective),
            Settings = settings,
            BackendSettings = backendSettings,
            Codes = codes,
            Effective = codes.IsEmpty
                ? effective
                : [.. effective.Concat(CodeReader.ListEffective(codes)).OrderBy(static field => field.Path, StringComparer.Ordinal)],
        };
    }

    private void CheckKind(OperatorKey key, Settings settings, MapNode map)
    {
        if (settings.GetText("kind") is not { } kind || kind == key.Kind)
        {
            return;
        }

        var node = map.Find("kind")!;
        if (_schema.FindKind(kind) is null)
        {
            AddProblem(
                WiringCodes.UnknownKind,
                node,
                $"'{DisplayText.Shorten(kind)}' is not a kind of operator",
                SpellingRemedy.CreateRemedy(kind, KindNames, "Kinds")
            );
        }
        else
        {
            AddProblem(
                WiringCodes.KindMismatch,
                node,
                $"'{key}' has the kind '{kind}', but its key begins with '{key.Kind}'",
                $"Write 'kind: {key.Kind}', or name the operator '{kind}.{key.Name}'."
            );
        }
    }

    private IEnumerable<string> KindNames => _schema.Kinds.Select(static kind => kind.Name);

    private MapNode? ReadSection(MapNode root, string name)
    {
        var node = root.Find(name);
        // A section whose entries are all commented out is null, which is valid.
        if (node is not (null or MapNode or ScalarNode { Kind: ScalarKind.Null }))
        {
            AddProblem(WiringCodes.WrongType, node, $"'{name}' is {node.TypeDescription}; it must be a mapping", "Write a mapping.");
        }

        return node as MapNode;
    }

    private Result<OperatorsFile> CreateFailure()
    {
        // An anchored value is read once for each alias; the same mistake is reported once.
        var all = _problems
            .DistinctBy(static problem =>
                (
                    problem.Code,
                    problem.Position?.Line,
                    problem.Position?.Column,
                    problem.Code == WiringCodes.MissingKey ? problem.Message : ""
                )
            )
            .OrderBy(static problem => problem.Position?.Line)
            .ThenBy(static problem => problem.Position?.Column)
            .ToArray();
        return Result<OperatorsFile>.Fail(
            all.Length <= MaxProblems
                ? all
                :
                [
                    .. all[..(MaxProblems - 1)],
                    all[MaxProblems - 1] with
                    {
                        Message =
                            $"{all[MaxProblems - 1].Message} (and "
                            + $"{CountText.FormatCount(all.Length - MaxProblems, "more problem")} in this file)",
                    },
                ]
        );
    }

    private void AddProblem(ProblemCode code, YamlNode node, string message, string remedy) =>
        _problems.Add(new Problem(code, message, remedy, YamlPositions.ToPosition(_file, node)));
}
