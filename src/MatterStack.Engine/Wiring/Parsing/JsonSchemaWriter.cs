using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Writes the JSON schema of <c>operators.yaml</c> (draft 07, which editors support) from the tables that the parser
/// uses.</summary>
internal sealed class JsonSchemaWriter
{
    private const string OneLine = @"^[^\n\x00]*\S[^\n\x00]*$";
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly WiringSchema _schema;

    private JsonSchemaWriter(WiringSchema schema) => _schema = schema;

    public static string WriteSchema(WiringSchema schema) => new JsonSchemaWriter(schema).BuildRoot().ToJsonString(Layout) + "\n";

    private JsonObject BuildRoot() =>
        new()
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "MatterStack operators.yaml",
            ["description"] = "Meaning of each operator key at this site.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = ToJsonArray(["operators"]),
            ["properties"] = new JsonObject
            {
                ["defaults"] = BuildObject(WiringSchema.DefaultsFields, "Settings for all operators together.", nullable: true),
                [CodeFields.Launchers.Name] = BuildProperty(CodeFields.Launchers),
                [CodeFields.Codes.Name] = BuildProperty(CodeFields.Codes),
                ["profiles"] = new JsonObject
                {
                    ["description"] = "Named backends that operators reference.",
                    ["type"] = ToJsonArray(["object", "null"]),
                    ["additionalProperties"] = BuildBackend(_schema.Backends.Where(static type => type.IsAllowedInProfiles)),
                },
                ["operators"] = BuildOperators(),
            },
            ["definitions"] = new JsonObject([
                .. _schema.Backends.Select(static type => KeyValuePair.Create(type.Name, (JsonNode?)BuildBackendBody(type))),
                .. CodeFields.All.Select(static field => KeyValuePair.Create(field.Name, (JsonNode?)BuildValue(field))),
            ]),
        };

    private JsonObject BuildOperators()
    {
        var patterns = new JsonObject();
        foreach (var kind in _schema.Kinds)
        {
            patterns[$@"^{kind.Name}\.(?!.*\.\.)[a-z0-9][a-z0-9_.-]*$"] = BuildOperator(kind);
        }

        return new JsonObject
        {
            ["description"] = "One entry for each operator key: kind.name, lower case.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["patternProperties"] = patterns,
        };
    }

    private JsonObject BuildOperator(OperatorKind kind)
    {
        var schema = BuildObject([.. WiringSchema.OperatorFields, .. kind.Fields], kind.Description, nullable: true);
        var properties = schema["properties"]!.AsObject();
        properties["kind"] = new JsonObject
        {
            ["description"] = "The same as the key's part before the first dot.",
            ["enum"] = ToJsonArray([kind.Name, null]),
        };
        if (kind.Backends.Count > 0)
        {
            properties["backend"] = BuildBackend(kind.Backends.Select(name => _schema.FindBackend(name)!));
        }

        return schema;
    }

    // 'then' repeats all keys: additionalProperties covers only the keys beside it.
    private static JsonObject BuildBackend(IEnumerable<BackendType> types)
    {
        var allowed = types.ToArray();
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = ToJsonArray(["type"]),
            ["properties"] = new JsonObject
            {
                ["type"] = new JsonObject
                {
                    ["description"] = string.Join(" ", allowed.Select(static type => $"{type.Name}: {type.Description}")),
                    ["enum"] = ToJsonArray(allowed.Select(static type => type.Name)),
                },
            },
            ["allOf"] = new JsonArray([
                .. allowed.Select(static type => new JsonObject
                {
                    ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = type.Name } } },
                    ["then"] = new JsonObject { ["$ref"] = $"#/definitions/{type.Name}" },
                }),
            ]),
        };
    }

    private static JsonObject BuildBackendBody(BackendType type)
    {
        var body = BuildObject([WiringSchema.BackendTypeField, .. type.Fields], type.Description, nullable: false);
        body["properties"]!["type"] = true;
        if (type.Fields.Any(static field => field.Name == "ssh"))
        {
            body["if"] = new JsonObject { ["required"] = ToJsonArray(["ssh"]) };
            body["then"] = new JsonObject
            {
                ["properties"] = new JsonObject { ["workspace_root"] = new JsonObject { ["pattern"] = BackendFields.RemoteRootPattern } },
            };
        }

        return body;
    }

    private static JsonObject BuildObject(IReadOnlyList<Field> fields, string doc, bool nullable)
    {
        var properties = new JsonObject();
        foreach (var field in fields)
        {
            properties[field.Name] = BuildProperty(field);
        }

        var schema = new JsonObject
        {
            ["description"] = doc,
            ["type"] = nullable ? ToJsonArray(["object", "null"]) : "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        if (fields.Where(static field => field.IsRequired).Select(static field => field.Name).ToArray() is { Length: > 0 } required)
        {
            schema["required"] = ToJsonArray(required);
        }

        return schema;
    }

    // Codes and launchers may stand at many places.
    private static JsonObject BuildProperty(Field field) =>
        CodeFields.All.Contains(field) ? new JsonObject { ["$ref"] = $"#/definitions/{field.Name}" } : BuildValue(field);

    private static JsonObject BuildValue(Field field)
    {
        if (field.Type == FieldType.Group)
        {
            var group = BuildObject(field.Fields, field.Description, nullable: false);
            if (field.AnyOf is { } needed)
            {
                group["anyOf"] = new JsonArray([
                    .. needed.Select(static name => new JsonObject
                    {
                        ["required"] = ToJsonArray([name]),
                        ["properties"] = new JsonObject { [name] = new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } } },
                    }),
                ]);
            }

            return group;
        }

        var value = BuildNonNullValue(field);
        // An empty value has the same meaning as an omitted key.
        var schema = field.IsRequired ? value : new JsonObject { ["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "null" }) };
        schema["description"] = field.Unit is null ? field.Description : $"{field.Description} Unit: {field.Unit}.";
        if (field.Default is not null)
        {
            schema["default"] = field.Default;
        }

        return schema;
    }

    private static JsonObject BuildNonNullValue(Field field) =>
        field.Type switch
        {
            FieldType.Integer => new JsonObject
            {
                ["type"] = "integer",
                ["minimum"] = field.Minimum ?? int.MinValue,
                ["maximum"] = field.Maximum ?? int.MaxValue,
            },
            FieldType.Number => new JsonObject
            {
                ["type"] = "number",
                ["exclusiveMinimum"] = field.Minimum ?? 0,
                ["maximum"] = FieldReader.MaxNumber,
            },
            FieldType.Duration => new JsonObject { ["type"] = "string", ["pattern"] = FieldReader.DurationPattern },
            FieldType.TimeLimit => new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "integer",
                        ["minimum"] = 1,
                        ["maximum"] = int.MaxValue,
                    },
                    BuildText(field with { Pattern = FieldReader.TimeLimitPattern })
                ),
            },
            FieldType.Boolean => new JsonObject { ["type"] = "boolean" },
            FieldType.Devices => new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "integer",
                        ["minimum"] = 0,
                        ["maximum"] = FieldReader.MaxDevices,
                    },
                    new JsonObject
                    {
                        ["type"] = "array",
                        ["uniqueItems"] = true,
                        ["items"] = new JsonObject
                        {
                            ["anyOf"] = new JsonArray(
                                new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
                                new JsonObject { ["type"] = "string", ["pattern"] = FieldReader.DevicePattern }
                            ),
                        },
                    }
                ),
            },
            FieldType.IntegerMap => BuildMap(field, BuildNonNullValue(field with { Type = FieldType.Integer })),
            FieldType.GroupMap => BuildMap(field, BuildObject(field.Fields, field.Description, nullable: false)),
            FieldType.GroupList when field.UniqueName is not null => new JsonObject
            {
                ["type"] = "array",
                ["minItems"] = 1,
                ["items"] = BuildObject(field.Fields, field.Description, nullable: false),
            },
            FieldType.GroupList => new JsonObject
            {
                ["type"] = "array",
                ["items"] = BuildObject(field.Fields, field.Description, nullable: false),
            },
            FieldType.TextList => new JsonObject { ["type"] = "array", ["items"] = BuildText(field) },
            FieldType.TextMap => new JsonObject
            {
                ["type"] = "object",
                ["propertyNames"] = new JsonObject { ["pattern"] = field.Pattern ?? "" },
                ["additionalProperties"] = BuildText(field with { Pattern = null }),
                ["patternProperties"] = new JsonObject
                {
                    [ToAnyCasePattern(SecretNames.Pattern)] = BuildText(field with { Pattern = null, Name = "secret" }),
                },
            },
            _ => BuildText(field),
        };

    private static JsonObject BuildMap(Field field, JsonObject value) =>
        new()
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = field.Pattern ?? "" },
            ["additionalProperties"] = value,
        };

    private static JsonObject BuildText(Field field)
    {
        var rules = new JsonArray(
            new JsonObject { ["pattern"] = OneLine },
            new JsonObject { ["not"] = new JsonObject { ["pattern"] = SecretReference.MalformedPattern } }
        );
        if (SecretNames.IsSecret(field.Name))
        {
            rules.Add(new JsonObject { ["pattern"] = SecretNames.AllowedValue });
        }

        if (field.Choices is { } choices)
        {
            rules.Add(new JsonObject { ["enum"] = ToJsonArray(choices) });
        }

        if (field.Pattern is { } pattern)
        {
            var matches = new JsonObject { ["pattern"] = pattern };
            rules.Add(
                field.Type == FieldType.Word
                    ? matches
                    : new JsonObject
                    {
                        ["anyOf"] = new JsonArray(matches, new JsonObject { ["pattern"] = SecretReference.ReferencePattern }),
                    }
            );
        }

        return new JsonObject { ["type"] = "string", ["allOf"] = rules };
    }

    // JSON schema has no option for case-insensitive patterns.
    private static string ToAnyCasePattern(string pattern) =>
        string.Concat(
            pattern.Select(static c => char.IsAsciiLetter(c) ? $"[{char.ToLowerInvariant(c)}{char.ToUpperInvariant(c)}]" : c.ToString())
        );

    private static JsonArray ToJsonArray(IEnumerable<string?> texts) => new([.. texts.Select(static text => (JsonNode?)text)]);
}
