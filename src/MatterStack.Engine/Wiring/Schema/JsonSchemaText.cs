using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MatterStack.Engine.Wiring.Schema;

/// <summary>Writes the JSON schema of <c>operators.yaml</c> (draft 07, which editors support) from the tables that the parser
/// uses.</summary>
internal sealed class JsonSchemaText
{
    private const string OneLine = @"^[^\n\x00]*\S[^\n\x00]*$";
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly WiringSchema _schema;

    private JsonSchemaText(WiringSchema schema) => _schema = schema;

    public static string Of(WiringSchema schema) => new JsonSchemaText(schema).Root().ToJsonString(Layout) + "\n";

    private JsonObject Root() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["title"] = "MatterStack operators.yaml",
        ["description"] = "Meaning of each operator key at this site.",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = Texts(["operators"]),
        ["properties"] = new JsonObject
        {
            ["defaults"] = Object(WiringSchema.Defaults, "Settings for all operators together.", nullable: true),
            ["profiles"] = new JsonObject
            {
                ["description"] = "Named backends that operators reference.",
                ["type"] = Texts(["object", "null"]),
                ["additionalProperties"] = Backend(_schema.Backends.Where(static type => type.InProfiles)),
            },
            ["operators"] = Operators(),
        },
        ["definitions"] = new JsonObject(_schema.Backends.Select(static type => KeyValuePair.Create(type.Name, (JsonNode?)BackendBody(type)))),
    };

    private JsonObject Operators()
    {
        var patterns = new JsonObject();
        foreach (var kind in _schema.Kinds)
        {
            patterns[$@"^{kind.Name}\.(?!.*\.\.)[a-z0-9][a-z0-9_.-]*$"] = Operator(kind);
        }

        return new JsonObject
        {
            ["description"] = "One entry for each operator key: kind.name, lower case.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["patternProperties"] = patterns,
        };
    }

    private JsonObject Operator(OperatorKind kind)
    {
        var schema = Object([.. WiringSchema.Operator, .. kind.Fields], kind.Doc, nullable: true);
        var properties = schema["properties"]!.AsObject();
        properties["kind"] = new JsonObject { ["description"] = "The same as the key's part before the first dot.", ["enum"] = Texts([kind.Name, null]) };
        if (kind.Backends.Count > 0)
        {
            properties["backend"] = Backend(kind.Backends.Select(name => _schema.Backend(name)!));
        }

        return schema;
    }

    // 'then' repeats all keys: additionalProperties covers only the keys beside it.
    private static JsonObject Backend(IEnumerable<BackendType> types)
    {
        var allowed = types.ToArray();
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = Texts(["type"]),
            ["properties"] = new JsonObject
            {
                ["type"] = new JsonObject { ["description"] = string.Join(" ", allowed.Select(static type => $"{type.Name}: {type.Doc}")), ["enum"] = Texts(allowed.Select(static type => type.Name)) },
            },
            ["allOf"] = new JsonArray([.. allowed.Select(static type => new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = type.Name } } },
                ["then"] = new JsonObject { ["$ref"] = $"#/definitions/{type.Name}" },
            })]),
        };
    }

    private static JsonObject BackendBody(BackendType type)
    {
        var body = Object([WiringSchema.BackendTypeField, .. type.Fields], type.Doc, nullable: false);
        body["properties"]!["type"] = true;
        if (type.Fields.Any(static field => field.Name == "ssh"))
        {
            body["if"] = new JsonObject { ["required"] = Texts(["ssh"]) };
            body["then"] = new JsonObject { ["properties"] = new JsonObject { ["workspace_root"] = new JsonObject { ["pattern"] = BackendFields.RemoteRootPattern } } };
        }

        return body;
    }

    private static JsonObject Object(IReadOnlyList<Field> fields, string doc, bool nullable)
    {
        var properties = new JsonObject();
        foreach (var field in fields)
        {
            properties[field.Name] = Value(field);
        }

        var schema = new JsonObject
        {
            ["description"] = doc,
            ["type"] = nullable ? Texts(["object", "null"]) : "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        if (fields.Where(static field => field.Required).Select(static field => field.Name).ToArray() is { Length: > 0 } required)
        {
            schema["required"] = Texts(required);
        }

        return schema;
    }

    private static JsonObject Value(Field field)
    {
        if (field.Type == FieldType.Group)
        {
            var group = Object(field.Fields, field.Doc, nullable: false);
            if (field.AnyOf is { } needed)
            {
                group["anyOf"] = new JsonArray([.. needed.Select(static name => new JsonObject
                {
                    ["required"] = Texts([name]), ["properties"] = new JsonObject { [name] = new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } } },
                })]);
            }

            return group;
        }

        var value = NotNull(field);
        // An empty value has the same meaning as an omitted key.
        var schema = field.Required ? value : new JsonObject { ["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "null" }) };
        schema["description"] = field.Unit is null ? field.Doc : $"{field.Doc} Unit: {field.Unit}.";
        if (field.Default is not null)
        {
            schema["default"] = field.Default;
        }

        return schema;
    }

    private static JsonObject NotNull(Field field) => field.Type switch
    {
        FieldType.Integer => new JsonObject { ["type"] = "integer", ["minimum"] = field.Minimum ?? int.MinValue, ["maximum"] = field.Maximum ?? int.MaxValue },
        FieldType.Number => new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = field.Minimum ?? 0, ["maximum"] = FieldReader.MaximumNumber },
        FieldType.Duration => new JsonObject { ["type"] = "string", ["pattern"] = FieldReader.DurationPattern },
        FieldType.TimeLimit => new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = int.MaxValue },
                Text(field with { Pattern = FieldReader.TimeLimitPattern })),
        },
        FieldType.TextList => new JsonObject { ["type"] = "array", ["items"] = Text(field) },
        FieldType.TextMap => new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = field.Pattern ?? "" },
            ["additionalProperties"] = Text(field with { Pattern = null }),
            ["patternProperties"] = new JsonObject { [AnyCase(SecretNames.Pattern)] = Text(field with { Pattern = null, Name = "secret" }) },
        },
        _ => Text(field),
    };

    private static JsonObject Text(Field field)
    {
        var rules = new JsonArray(new JsonObject { ["pattern"] = OneLine }, new JsonObject { ["not"] = new JsonObject { ["pattern"] = SecretReference.MalformedPattern } });
        if (SecretNames.IsSecret(field.Name))
        {
            rules.Add(new JsonObject { ["pattern"] = SecretNames.AllowedValue });
        }

        if (field.Choices is { } choices)
        {
            rules.Add(new JsonObject { ["enum"] = Texts(choices) });
        }

        if (field.Pattern is { } pattern)
        {
            var matches = new JsonObject { ["pattern"] = pattern };
            rules.Add(field.Type == FieldType.Word ? matches : new JsonObject { ["anyOf"] = new JsonArray(matches, new JsonObject { ["pattern"] = SecretReference.ReferencePattern }) });
        }

        return new JsonObject { ["type"] = "string", ["allOf"] = rules };
    }

    // JSON schema has no option for case-insensitive patterns.
    private static string AnyCase(string pattern) =>
        string.Concat(pattern.Select(static c => char.IsAsciiLetter(c) ? $"[{char.ToLowerInvariant(c)}{char.ToUpperInvariant(c)}]" : c.ToString()));

    private static JsonArray Texts(IEnumerable<string?> texts) => new([.. texts.Select(static text => (JsonNode?)text)]);
}
