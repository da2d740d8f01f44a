using System.Globalization;
using System.Text.Json;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence;

/// <summary>
/// Checks the MUST rules of RO-Crate 1.1 and of the profiles that a bundle claims. It also checks common faults of crates: listed files
/// that are missing, actions without instrument, absolute paths.
/// </summary>
/// <remarks>
/// https://www.researchobject.org/ro-crate/specification/1.1/, https://www.researchobject.org/workflow-run-crate/profiles/
/// </remarks>
internal sealed class CrateCheck(BundleSource source, JsonElement crate)
{
    private static readonly string[] Actions = ["CreateAction", "ActivateAction", "UpdateAction", "ControlAction", "OrganizeAction"];
    private static readonly string[] Tools = ["SoftwareApplication", "SoftwareSourceCode", "ComputationalWorkflow"];
    private static readonly string[] Statuses = [.. new[] { "Completed", "Failed", "Active", "Potential" }.Select(s => $"http://schema.org/{s}ActionStatus")];
    private readonly Dictionary<string, JsonElement> _entities = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];

    public IReadOnlyList<Problem> Check()
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
        var contexts = crate.GetProperty("@context").ValueKind == JsonValueKind.Array ? crate.GetProperty("@context").EnumerateArray().Select(c => c.GetString()).ToList() : [];
        Must(contexts.Contains(Crate.Specification + "/context") && contexts.Contains("https://w3id.org/ro/terms/workflow-run/context"), "@context", "names the contexts of RO-Crate 1.1 and of workflow-run");
        foreach (var entity in crate.GetProperty("@graph").EnumerateArray())
        {
            var id = entity.TryGetProperty("@id", out var named) ? named.GetString() : null;
            Must(id is { Length: > 0 } && entity.TryGetProperty("@type", out _), id ?? "an entity", "has @id and @type");
            Must(id is null || _entities.TryAdd(id, entity), id ?? "", "is described once");
        }
    }

    private void CheckRoot()
    {
        var descriptor = Get(BundleNames.Crate);
        Must(Is(descriptor, "CreativeWork") && Refers(descriptor, "about", "./"), BundleNames.Crate, "is a CreativeWork about ./");
        Must(Refers(descriptor, "conformsTo", Crate.Specification), BundleNames.Crate, "conforms to RO-Crate 1.1");
        Must(Refers(descriptor, "conformsTo", Crate.Profiles[^1].Id), BundleNames.Crate, "conforms to Workflow RO-Crate 1.0");
        var root = Get("./");
        Must(Is(root, "Dataset"), "./", "is a Dataset");
        Must(Text(root, "name") is { Length: > 0 }, "./", "has a name");
        Must(Text(root, "description") is { Length: > 0 }, "./", "has a description");
        Must(IsTime(Text(root, "datePublished")), "./", "has a datePublished in ISO 8601");
        Must(References(root, "license").Any() || Text(root, "license") is { Length: > 0 }, "./", "has a license");
        foreach (var (id, _, _) in Crate.Profiles)
        {
            Must(Refers(root, "conformsTo", id), "./", $"conforms to {id}");
            Must(Is(Get(id), "CreativeWork") && Text(Get(id), "name") is not null && Text(Get(id), "version") is not null, id, "is a CreativeWork with name and version");
        }
    }

    private void CheckWorkflow()
    {
        var id = References(Get("./"), "mainEntity").FirstOrDefault() ?? "";
        var workflow = Get(id);
        Must(Is(workflow, "File") && Is(workflow, "SoftwareSourceCode") && Is(workflow, "ComputationalWorkflow"), "./", "has a mainEntity that is File, SoftwareSourceCode and ComputationalWorkflow");
        Must(Text(workflow, "name") is { Length: > 0 }, id, "has a name");
        Must(Is(Get(References(workflow, "programmingLanguage").FirstOrDefault() ?? ""), "ComputerLanguage"), id, "has a programmingLanguage that is a ComputerLanguage");
        Must(Refers(Get("./"), "hasPart", id), id, "is a part of ./");
        var steps = References(workflow, "step").ToHashSet(StringComparer.Ordinal);
        Must(steps.Count == 0 || Is(workflow, "HowTo"), id, "is a HowTo, since it has steps");
        var tools = References(workflow, "hasPart").ToHashSet(StringComparer.Ordinal);
        foreach (var (name, step) in Of("HowToStep"))
        {
            var tool = References(step, "workExample").FirstOrDefault();
            Must(steps.Contains(name), name, "is a step of the workflow");
            Must(tool is not null && tools.Contains(tool), name, "has a workExample that is a tool of the workflow");
        }

        foreach (var tool in tools)
        {
            Must(Tools.Any(t => Is(Get(tool), t)), tool, "is an application, source code or a workflow");
        }

        foreach (var (name, action) in Of("CreateAction").Where(a => !Refers(a.Entity, "instrument", id)))
        {
            Must(References(action, "instrument").All(tools.Contains), name, "has an instrument that is a tool of the workflow");
        }

        Must(Of("CreateAction").Any(a => Refers(a.Entity, "instrument", id)), id, "is the instrument of a CreateAction");
        foreach (var (name, parameter) in Of("FormalParameter"))
        {
            Must(Text(parameter, "additionalType") is not null || References(parameter, "additionalType").Any(), name, "has an additionalType");
        }
    }

    private void CheckActions()
    {
        var mentioned = References(Get("./"), "mentions").ToHashSet(StringComparer.Ordinal);
        foreach (var (id, action) in _entities.Where(e => Actions.Any(t => Is(e.Value, t))))
        {
            var status = References(action, "actionStatus").FirstOrDefault();
            Must(References(action, "instrument").Any() && References(action, "instrument").All(_entities.ContainsKey), id, "has an instrument that is described");
            Must(Is(action, "ControlAction") || mentioned.Contains(id), id, "is mentioned by ./");
            Must(status is null || Statuses.Contains(status), id, "has an actionStatus of schema.org");
            Must(Text(action, "error") is null || status == Statuses[1], id, "has an error only if it failed");
            Must((Text(action, "startTime") is null || IsTime(Text(action, "startTime"))) && (Text(action, "endTime") is null || IsTime(Text(action, "endTime"))), id, "has times in ISO 8601");
            Must(References(action, "agent").All(a => Is(Get(a), "Person") || Is(Get(a), "Organization")), id, "has an agent that is a Person or an Organization");
        }

        foreach (var (id, control) in Of("ControlAction"))
        {
            Must(References(control, "instrument").All(i => Is(Get(i), "HowToStep")), id, "has a HowToStep as instrument");
            Must(References(control, "object").Any() && References(control, "object").All(o => Is(Get(o), "CreateAction")), id, "has a CreateAction as object");
        }

        var controls = Of("ControlAction").Select(c => c.Id).ToList();
        foreach (var (id, organize) in Of("OrganizeAction"))
        {
            var objects = References(organize, "object").ToHashSet(StringComparer.Ordinal);
            Must(controls.All(objects.Contains), id, "has every ControlAction as object");
            Must(References(organize, "result").Any(r => Is(Get(r), "CreateAction")), id, "has the workflow's CreateAction as result");
        }
    }

    private void CheckFiles()
    {
        var parts = References(Get("./"), "hasPart").ToHashSet(StringComparer.Ordinal);
        var described = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (id, file) in Of("File"))
        {
            var path = Uri.UnescapeDataString(id);
            described.Add(path);
            Must(parts.Contains(id), id, "is a part of ./");
            if (!source.Has(path))
            {
                Must(false, id, "is in the bundle");
                continue;
            }

            Must(Text(file, "sha256") is not { } hash || hash == source.HashOf(path).Hex, id, "has the hash that it is described with");
            Must(Text(file, "contentSize") is not { } size || size == source.SizeOf(path).ToString(CultureInfo.InvariantCulture), id, "has the size that it is described with");
        }

        foreach (var path in source.Files.Where(f => f is not (BundleNames.Crate or BundleNames.Signature) && !described.Contains(f)))
        {
            Must(false, path, "is described");
        }
    }

    // An entity with a web URI needs no description; a local one does.
    private void CheckReferences()
    {
        foreach (var (id, entity) in _entities)
        {
            foreach (var property in entity.EnumerateObject().Where(p => p.Name[0] != '@'))
            {
                foreach (var to in References(entity, property.Name))
                {
                    var away = to.StartsWith("http://", StringComparison.Ordinal) || to.StartsWith("https://", StringComparison.Ordinal);
                    Must(away || _entities.ContainsKey(to), id, $"refers with {property.Name} to something described ('{to}')");
                    Must(!to.StartsWith('/') && !to.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && !to.Contains("../", StringComparison.Ordinal), id, $"refers to nothing outside the crate ('{to}')");
                }
            }
        }
    }

    private void Must(bool holds, string id, string what)
    {
        if (!holds)
        {
            _problems.Add(Problem.Create(EvidenceCodes.CrateRule,
                $"'{id}' breaks the rule that it {what}", new SourcePosition(source.Place(BundleNames.Crate))));
        }
    }

    private IEnumerable<(string Id, JsonElement Entity)> Of(string type) => _entities.Where(e => Is(e.Value, type)).Select(e => (e.Key, e.Value));

    private JsonElement Get(string id) => _entities.GetValueOrDefault(id);

    private static bool Is(JsonElement entity, string type) => entity.ValueKind == JsonValueKind.Object && entity.GetProperty("@type") is var types
        && (types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Any(t => t.ValueEquals(type)) : types.ValueEquals(type));

    private static bool Refers(JsonElement entity, string property, string id) => References(entity, property).Contains(id, StringComparer.Ordinal);

    private static IEnumerable<string> References(JsonElement entity, string property)
    {
        if (entity.ValueKind != JsonValueKind.Object || !entity.TryGetProperty(property, out var value))
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(Id).OfType<string>() : Id(value) is { } id ? [id] : [];
    }

    private static string? Id(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("@id", out var id) ? id.GetString() : null;

    private static string? Text(JsonElement entity, string property) =>
        entity.ValueKind == JsonValueKind.Object && entity.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsTime(string? text) => text is not null && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _);
}
