using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Legacy;

/// <summary>A legacy configuration file. It is converted into a backend of <c>operators.yaml</c>.</summary>
internal sealed record LegacyFile(string Path, Sha256 Hash, MapNode Root)
{
    // Options of sbatch that MatterStack sets itself for every job.
    private static readonly string[] OwnDirectives = ["job_name", "job-name", "output", "error", "chdir", "array", "wrap", "parsable"];

    public Result<ExternalBackend> ConvertBackend(
        LegacyBackendParts shape,
        WiringSchema schema,
        string kind,
        string? name,
        List<Problem> warnings
    )
    {
        var problems = new List<Problem>();
        var dropped = new List<Problem>();
        var type = ReadType(shape, problems);
        if (type is null)
        {
            return Result<ExternalBackend>.Fail(problems);
        }

        var fields = schema.FindBackend(type)!.Fields;
        var body = new List<MapEntry>();
        void AddEntry(string key, YamlNode? value)
        {
            if (value is not (null or ScalarNode { Kind: ScalarKind.Null }))
            {
                body.Add(new MapEntry(CreateScalar(key, value), value));
            }
        }

        AddEntry("workspace_root", AsText(shape.WorkspaceRoot));
        if (type == "slurm")
        {
            AddEntry("ssh", KeepKnownKeys(shape.Ssh, BackendFields.Ssh, dropped));
            AddEntry("slurm", ConvertSlurm(shape.Slurm, fields.First(static field => field.Name == "slurm"), dropped));
            RequireNode(shape, shape.Ssh, "ssh", problems);
            RequireNode(shape, shape.WorkspaceRoot, kind == "hpc_yaml" ? "paths.remote_workspace" : "workspace_root", problems);
        }

        var map = new MapNode(body, shape.Owner.Start, shape.Owner.End);
        var settings = new FieldReader(Path, problems).Read(map, fields, "the legacy configuration");
        BackendRules.Check(map, settings, Path, problems);
        SecretLiteralCheck.CheckFile(map, Path, problems);
        if (problems.Count > 0)
        {
            return Result<ExternalBackend>.Fail(problems.Distinct().ToArray());
        }

        warnings.AddRange(shape.Dropped.Select(CreateDroppedWarning).Concat(dropped));
        return new ExternalBackend(type, settings, new LegacyInput(kind, Path, Hash, name));
    }

    private string? ReadType(LegacyBackendParts shape, List<Problem> problems)
    {
        switch (shape.Type)
        {
            case null when shape.Ssh is not null || shape.Slurm is not null || shape.WorkspaceRoot is not null:
                return "slurm";
            case ScalarNode scalar when scalar.Text.ToLowerInvariant() is "local" or "slurm":
                return scalar.Text.ToLowerInvariant();
            default:
                problems.Add(
                    new Problem(
                        WiringCodes.LegacyInvalid,
                        shape.Type is null
                            ? "The file has neither 'ssh' nor 'slurm' at the places of a legacy configuration"
                            : "A profile's 'type' is neither 'local' nor 'slurm'",
                        WiringCodes.LegacyInvalid.Remedy,
                        YamlPositions.ToPosition(Path, shape.Type ?? shape.Owner)
                    )
                );
                return null;
        }
    }

    private void RequireNode(LegacyBackendParts shape, YamlNode? node, string key, List<Problem> problems)
    {
        if (node is null)
        {
            problems.Add(Problem.Create(WiringCodes.LegacyInvalid, $"'{key}' is missing", YamlPositions.ToPosition(Path, shape.Owner)));
        }
    }

    // Keeps the known keys and adds a warning for each other key.
    private YamlNode? KeepKnownKeys(YamlNode? node, Field group, List<Problem> dropped)
    {
        if (node is not MapNode map)
        {
            return node;
        }

        var known = new List<MapEntry>();
        foreach (var (key, value) in map.Entries)
        {
            if (group.Fields.FirstOrDefault(field => field.Name == key.Text) is { } field)
            {
                known.Add(new MapEntry(key, CoerceValue(value, field)));
            }
            else
            {
                dropped.Add(CreateDroppedWarning(key));
            }
        }

        return map with
        {
            Entries = known,
        };
    }

    // Other keys of 'slurm' are passed to sbatch unchanged, as in the legacy program.
    private YamlNode? ConvertSlurm(YamlNode? node, Field group, List<Problem> dropped)
    {
        if (node is not MapNode map)
        {
            return node;
        }

        var (known, options) = (new List<MapEntry>(), new List<YamlNode>());
        foreach (var (key, value) in map.Entries.Select(LegacySlurmOptions.TranslateEntry).DistinctBy(static entry => entry.Key.Text))
        {
            if (group.Fields.FirstOrDefault(field => field.Name == key.Text) is { } field)
            {
                known.Add(new MapEntry(key, CoerceValue(value, field)));
            }
            else if (
                value is ScalarNode { Kind: not ScalarKind.Null } scalar
                && !OwnDirectives.Contains(key.Text)
                && !SecretNames.IsSecret(key.Text)
            )
            {
                options.Add(CreateScalar($"--{key.Text.Replace('_', '-')}={scalar.Text}", key));
            }
            else
            {
                dropped.Add(CreateDroppedWarning(key));
            }
        }

        if (options.Count > 0)
        {
            var own = known.FirstOrDefault(static entry => entry.Key.Text == "options");
            known.RemoveAll(static entry => entry.Key.Text == "options");
            known.Add(
                new MapEntry(
                    CreateScalar("options", map),
                    new ListNode([.. (own?.Value as ListNode)?.Items ?? [], .. options], map.Start, map.End)
                )
            );
        }

        return map with
        {
            Entries = known,
        };
    }

    // Legacy files had no types: account: 123 and account: "123" meant the same.
    private static YamlNode CoerceValue(YamlNode value, Field field) =>
        (field.Type, value) switch
        {
            (FieldType.Integer or FieldType.TimeLimit, ScalarNode { Kind: ScalarKind.Text } scalar) => scalar with
            {
                Kind = ScalarKinds.ClassifyPlain(scalar.Text),
            },
            (FieldType.Text or FieldType.Path, _) => AsText(value)!,
            (FieldType.TextList, ListNode list) => list with
            {
                Items = [.. list.Items.Select(static item => NormalizeModule(AsText(item)!))],
            },
            (FieldType.TextList, ScalarNode { Kind: not ScalarKind.Null } scalar) => new ListNode(
                [NormalizeModule(scalar with { Kind = ScalarKind.Text })],
                scalar.Start,
                scalar.End
            ),
            _ => value,
        };

    // Legacy lists contain "module load lammps"; the list of modules contains only the name.
    private static YamlNode NormalizeModule(YamlNode item) =>
        item is ScalarNode scalar && scalar.Text.StartsWith("module load ", StringComparison.Ordinal)
            ? scalar with
            {
                Text = scalar.Text["module load ".Length..].Trim(),
            }
            : item;

    private static YamlNode? AsText(YamlNode? node) =>
        node is ScalarNode { Kind: not ScalarKind.Null } scalar ? scalar with { Kind = ScalarKind.Text } : node;

    private static ScalarNode CreateScalar(string text, YamlNode at) => new(text, ScalarKind.Text, at.Start, at.End);

    private Problem CreateDroppedWarning(ScalarNode key) =>
        Problem
            .Create(
                WiringCodes.LegacyDropped,
                $"'{DisplayText.Shorten(key.Text)}' of the legacy configuration has no counterpart and was omitted",
                YamlPositions.ToPosition(Path, key)
            )
            .AsWarning();
}
