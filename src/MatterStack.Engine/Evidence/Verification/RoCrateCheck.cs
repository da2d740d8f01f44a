using System.Globalization;
using System.Text.Json;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Evidence.RoCrate;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>
/// Checks the MUST rules of RO-Crate 1.1 and of the profiles that a bundle claims. It also checks common faults of crates: listed files
/// that are missing, actions without instrument, absolute paths.
/// </summary>
/// <remarks>
/// https://www.researchobject.org/ro-crate/specification/1.1/, https://www.researchobject.org/workflow-run-crate/profiles/
/// </remarks>
internal sealed class RoCrateCheck(BundleSource source, JsonElement crate)
{
    private static readonly string[] ActionTypes = ["CreateAction", "ActivateAction", "UpdateAction", "ControlAction", "OrganizeAction"];
    private static readonly string[] ToolTypes = ["SoftwareApplication", "SoftwareSourceCode", "ComputationalWorkflow"];
    private static readonly string[] ActionStatuses =
    [
        .. new[] { "Completed", "Failed", "Active", "Potential" }.Select(s => $"http://schema.org/{s}ActionStatus"),
    ];
    private readonly Dictionary<string, JsonElement> _entities = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];

    public IReadOnlyList<Problem> FindProblems()
    {
        CheckGraph();
        if (_problems.Count == 0)
        {
            CheckRoot();
            CheckWorkflow();
            CheckActions();
            CheckFiles();
            CheckReferences();
        }

        return _problems;
    }

    private void CheckGraph()
    {
        var contexts =
            crate.GetProperty("@context").ValueKind == JsonValueKind.Array
                ? crate.GetProperty("@context").EnumerateArray().Select(c => c.GetString()).ToList()
                : [];
        RequireThat(
            contexts.Contains(RoCrateWriter.Specification + "/context")
                && contexts.Contains("https://w3id.org/ro/terms/workflow-run/context"),
            "@context",
            "names the contexts of RO-Crate 1.1 and of workflow-run"
        );
        foreach (var entity in crate.GetProperty("@graph").EnumerateArray())
        {
            var id = entity.TryGetProperty("@id", out var named) ? named.GetString() : null;
            RequireThat(id is { Length: > 0 } && entity.TryGetProperty("@type", out _), id ?? "an entity", "has @id and @type");
            RequireThat(id is null || _entities.TryAdd(id, entity), id ?? "", "is described once");
        }
    }

    private void CheckRoot()
    {
        var descriptor = FindEntity(BundleNames.RoCrateMetadata);
        RequireThat(
            HasType(descriptor, "CreativeWork") && RefersTo(descriptor, "about", "./"),
            BundleNames.RoCrateMetadata,
            "is a CreativeWork about ./"
        );
        RequireThat(
            RefersTo(descriptor, "conformsTo", RoCrateWriter.Specification),
            BundleNames.RoCrateMetadata,
            "conforms to RO-Crate 1.1"
        );
        RequireThat(
            RefersTo(descriptor, "conformsTo", RoCrateWriter.Profiles[^1].Id),
            BundleNames.RoCrateMetadata,
            "conforms to Workflow RO-Crate 1.0"
        );
        var root = FindEntity("./");
        RequireThat(HasType(root, "Dataset"), "./", "is a Dataset");
        RequireThat(FindText(root, "name") is { Length: > 0 }, "./", "has a name");
        RequireThat(FindText(root, "description") is { Length: > 0 }, "./", "has a description");
        RequireThat(IsTime(FindText(root, "datePublished")), "./", "has a datePublished in ISO 8601");
        RequireThat(GetReferences(root, "license").Any() || FindText(root, "license") is { Length: > 0 }, "./", "has a license");
        foreach (var (id, _, _) in RoCrateWriter.Profiles)
        {
            RequireThat(RefersTo(root, "conformsTo", id), "./", $"conforms to {id}");
            RequireThat(
                HasType(FindEntity(id), "CreativeWork")
                    && FindText(FindEntity(id), "name") is not null
                    && FindText(FindEntity(id), "version") is not null,
                id,
                "is a CreativeWork with name and version"
            );
        }
    }

    private void CheckWorkflow()
    {
        var id = GetReferences(FindEntity("./"), "mainEntity").FirstOrDefault() ?? "";
        var workflow = FindEntity(id);
        RequireThat(
            HasType(workflow, "File") && HasType(workflow, "SoftwareSourceCode") && HasType(workflow, "ComputationalWorkflow"),
            "./",
            "has a mainEntity that is File, SoftwareSourceCode and ComputationalWorkflow"
        );
        RequireThat(FindText(workflow, "name") is { Length: > 0 }, id, "has a name");
        RequireThat(
            HasType(FindEntity(GetReferences(workflow, "programmingLanguage").FirstOrDefault() ?? ""), "ComputerLanguage"),
            id,
            "has a programmingLanguage that is a ComputerLanguage"
        );
        RequireThat(RefersTo(FindEntity("./"), "hasPart", id), id, "is a part of ./");
        var steps = GetReferences(workflow, "step").ToHashSet(StringComparer.Ordinal);
        RequireThat(steps.Count == 0 || HasType(workflow, "HowTo"), id, "is a HowTo, since it has steps");
        var tools = GetReferences(workflow, "hasPart").ToHashSet(StringComparer.Ordinal);
        foreach (var (name, step) in GetEntities("HowToStep"))
        {
            var tool = GetReferences(step, "workExample").FirstOrDefault();
            RequireThat(steps.Contains(name), name, "is a step of the workflow");
            RequireThat(tool is not null && tools.Contains(tool), name, "has a workExample that is a tool of the workflow");
        }

        foreach (var tool in tools)
        {
            RequireThat(ToolTypes.Any(t => HasType(FindEntity(tool), t)), tool, "is an application, source code or a workflow");
        }

        foreach (var (name, action) in GetEntities("CreateAction").Where(a => !RefersTo(a.Entity, "instrument", id)))
        {
            RequireThat(GetReferences(action, "instrument").All(tools.Contains), name, "has an instrument that is a tool of the workflow");
        }

        RequireThat(GetEntities("CreateAction").Any(a => RefersTo(a.Entity, "instrument", id)), id, "is the instrument of a CreateAction");
        foreach (var (name, parameter) in GetEntities("FormalParameter"))
        {
            RequireThat(
                FindText(parameter, "additionalType") is not null || GetReferences(parameter, "additionalType").Any(),
                name,
                "has an additionalType"
            );
        }
    }

    private void CheckActions()
    {
        var mentioned = GetReferences(FindEntity("./"), "mentions").ToHashSet(StringComparer.Ordinal);
        foreach (var (id, action) in _entities.Where(e => ActionTypes.Any(t => HasType(e.Value, t))))
        {
            var status = GetReferences(action, "actionStatus").FirstOrDefault();
            RequireThat(
                GetReferences(action, "instrument").Any() && GetReferences(action, "instrument").All(_entities.ContainsKey),
                id,
                "has an instrument that is described"
            );
            RequireThat(HasType(action, "ControlAction") || mentioned.Contains(id), id, "is mentioned by ./");
            RequireThat(status is null || ActionStatuses.Contains(status), id, "has an actionStatus of schema.org");
            RequireThat(FindText(action, "error") is null || status == ActionStatuses[1], id, "has an error only if it failed");
            RequireThat(
                (FindText(action, "startTime") is null || IsTime(FindText(action, "startTime")))
                    && (FindText(action, "endTime") is null || IsTime(FindText(action, "endTime"))),
                id,
                "has times in ISO 8601"
            );
            RequireThat(
                GetReferences(action, "agent").All(a => HasType(FindEntity(a), "Person") || HasType(FindEntity(a), "Organization")),
                id,
                "has an agent that is a Person or an Organization"
            );
        }

        foreach (var (id, control) in GetEntities("ControlAction"))
        {
            RequireThat(
                GetReferences(control, "instrument").All(i => HasType(FindEntity(i), "HowToStep")),
                id,
                "has a HowToStep as instrument"
            );
            RequireThat(
                GetReferences(control, "object").Any() && GetReferences(control, "object").All(o => HasType(FindEntity(o), "CreateAction")),
                id,
                "has a CreateAction as object"
            );
        }

        var controls = GetEntities("ControlAction").Select(c => c.Id).ToList();
        foreach (var (id, organize) in GetEntities("OrganizeAction"))
        {
            var objects = GetReferences(organize, "object").ToHashSet(StringComparer.Ordinal);
            RequireThat(controls.All(objects.Contains), id, "has every ControlAction as object");
            RequireThat(
                GetReferences(organize, "result").Any(r => HasType(FindEntity(r), "CreateAction")),
                id,
                "has the workflow's CreateAction as result"
            );
        }
    }

    private void CheckFiles()
    {
        var parts = GetReferences(FindEntity("./"), "hasPart").ToHashSet(StringComparer.Ordinal);
        var described = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (id, file) in GetEntities("File"))
        {
            var path = Uri.UnescapeDataString(id);
            described.Add(path);
            RequireThat(parts.Contains(id), id, "is a part of ./");
            if (!source.HasFile(path))
            {
                RequireThat(false, id, "is in the bundle");
                continue;
            }

            RequireThat(
                FindText(file, "sha256") is not { } hash || hash == source.GetHash(path).Hex,
                id,
                "has the hash that it is described with"
            );
            RequireThat(
                FindText(file, "contentSize") is not { } size || size == source.GetSizeBytes(path).ToString(CultureInfo.InvariantCulture),
                id,
                "has the size that it is described with"
            );
        }

        foreach (
            var path in source.Files.Where(f => f is not (BundleNames.RoCrateMetadata or BundleNames.Signature) && !described.Contains(f))
        )
        {
            RequireThat(false, path, "is described");
        }
    }

    // An entity with a web URI needs no description; a local one does.
    private void CheckReferences()
    {
        foreach (var (id, entity) in _entities)
        {
            foreach (var property in entity.EnumerateObject().Where(p => p.Name[0] != '@'))
            {
                foreach (var to in GetReferences(entity, property.Name))
                {
                    var away = to.StartsWith("http://", StringComparison.Ordinal) || to.StartsWith("https://", StringComparison.Ordinal);
                    RequireThat(away || _entities.ContainsKey(to), id, $"refers with {property.Name} to something described ('{to}')");
                    RequireThat(
                        !to.StartsWith('/')
                            && !to.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
                            && !to.Contains("../", StringComparison.Ordinal),
                        id,
                        $"refers to nothing outside the crate ('{to}')"
                    );
                }
            }
        }
    }

    private void RequireThat(bool holds, string id, string what)
    {
        if (!holds)
        {
            _problems.Add(
                Problem.Create(
                    EvidenceCodes.CrateRule,
                    $"'{id}' breaks the rule that it {what}",
                    new SourcePosition(source.GetDisplayPath(BundleNames.RoCrateMetadata))
                )
            );
        }
    }

    private IEnumerable<(string Id, JsonElement Entity)> GetEntities(string type) =>
        _entities.Where(e => HasType(e.Value, type)).Select(e => (e.Key, e.Value));

    private JsonElement FindEntity(string id) => _entities.GetValueOrDefault(id);

    private static bool HasType(JsonElement entity, string type) =>
        entity.ValueKind == JsonValueKind.Object
        && entity.GetProperty("@type") is var types
        && (types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Any(t => t.ValueEquals(type)) : types.ValueEquals(type));

    private static bool RefersTo(JsonElement entity, string property, string id) =>
        GetReferences(entity, property).Contains(id, StringComparer.Ordinal);

    private static IEnumerable<string> GetReferences(JsonElement entity, string property)
    {
        if (entity.ValueKind != JsonValueKind.Object || !entity.TryGetProperty(property, out var value))
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(FindId).OfType<string>()
            : FindId(value) is { } id ? [id]
            : [];
    }

    private static string? FindId(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("@id", out var id) ? id.GetString() : null;

    private static string? FindText(JsonElement entity, string property) =>
        entity.ValueKind == JsonValueKind.Object
        && entity.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool IsTime(string? text) =>
        text is not null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _);
}
