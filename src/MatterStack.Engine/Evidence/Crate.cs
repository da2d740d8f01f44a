using System.Text.Json;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Evidence;

/// <summary>Writes <c>ro-crate-metadata.json</c>: the bundle as a Workflow Run RO-Crate, for other tools.</summary>
/// <remarks>
/// RO-Crate 1.1 with the profiles Process, Workflow and Provenance Run Crate 0.5 and Workflow RO-Crate 1.0
/// (https://www.researchobject.org/workflow-run-crate/).
/// The workflow is <c>workflow.json</c>, a task is a step, an operator is the tool of its steps, an attempt is an action.
/// </remarks>
internal sealed class Crate(RunStory story, BundleFolder bundle, RunWiring wiring, IReadOnlyList<WiringEvent> history, RunMachine? machine, PortableText paths)
{
    public const string Run = "#run";
    public const string Engine = "#engine";
    private const string Language = "#matterstack-workflow";
    private const string Licence = "#licence";

    /// <summary>Versioned permalinks of the profiles that the crate conforms to.</summary>
    public static IReadOnlyList<(string Id, string Name, string Version)> Profiles { get; } =
    [
        ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
        ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
        ("https://w3id.org/ro/wfrun/provenance/0.5", "Provenance Run Crate", "0.5"),
        ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
    ];

    public const string Specification = "https://w3id.org/ro/crate/1.1";

    private readonly RunReader _reader = story.Reader;

    public void Write(Stream stream)
    {
        using (var json = new Utf8JsonWriter(stream, RunRecordsJson.Indented))
        {
            json.WriteStartObject();
            json.WriteStartArray("@context");
            json.WriteStringValue(Specification + "/context");
            json.WriteStringValue("https://w3id.org/ro/terms/workflow-run/context");
            json.WriteEndArray();
            json.WriteStartArray("@graph");
            var crate = new CrateJson(json);
            WriteRoot(crate);
            WriteWorkflow(crate);
            WriteRun(crate);
            var actions = new CrateActions(story, bundle, crate, paths);
            actions.Write();
            new CrateHistory(bundle, crate).Write(history);
            WritePersons(crate, actions.Persons);
            WriteFiles(crate);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private void WriteRoot(CrateJson crate)
    {
        var row = _reader.RunRow;
        crate.Entity(BundleNames.Crate, "CreativeWork", () =>
        {
            crate.Reference("about", "./");
            crate.References("conformsTo", [Specification, Profiles[^1].Id]);
        });
        crate.Entity("./", "Dataset", () =>
        {
            crate.Text("name", $"Run {row.RunId} of {row.WorkspaceSlug}");
            crate.Text("description", $"Evidence of run {row.RunId} of the campaign {row.WorkspaceSlug}: workflow, inputs, operator wiring, every attempt of every task, and outputs. The run is {row.State}.");
            // The date of the run, not of the export, so that the same run gives the same bytes.
            crate.Text("datePublished", LastChange());
            crate.Text("identifier", row.RunId);
            crate.Reference("license", Licence);
            crate.References("conformsTo", Profiles.Select(p => p.Id));
            crate.Reference("mainEntity", BundleNames.Workflow);
            crate.References("hasPart", bundle.Files.Select(f => CrateJson.IdOf(f.Path)).Append(BundleNames.Manifest));
            crate.References("mentions", Actions());
        });
        foreach (var (id, name, version) in Profiles)
        {
            crate.Entity(id, "CreativeWork", () =>
            {
                crate.Text("name", name);
                crate.Text("version", version);
            });
        }

        crate.Entity(Licence, "CreativeWork", () =>
        {
            crate.Text("name", "Licence not stated");
            crate.Text("description", "The campaign states no licence for its results; whoever publishes them says under which they may be used.");
        });
    }

    private IEnumerable<string> Actions() =>
        new[] { Run, Run + "-engine" }
            .Concat(story.Attempts().Select(a => CrateActions.IdOf(a.Row)))
            .Concat(CrateHistory.Overrides(history).Select(o => o.Id));

    private void WriteWorkflow(CrateJson crate)
    {
        var row = _reader.RunRow;
        crate.Entity(BundleNames.Workflow, ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"], () =>
        {
            crate.Text("name", row.WorkspaceSlug);
            crate.Text("description", $"The tasks of the campaign {row.WorkspaceSlug} as they were declared, with what each depends on.");
            crate.Text("identifier", row.DefinitionSha256);
            crate.Reference("programmingLanguage", Language);
            crate.References("hasPart", Keys().Select(CrateActions.ToolOf));
            crate.References("step", _reader.ReadTasks().Select(t => CrateActions.StepOf(t.TaskId)));
            OfFile(crate, BundleNames.Workflow);
        });
        crate.Entity(Language, "ComputerLanguage", () =>
        {
            crate.Text("name", "MatterStack workflow");
            crate.Text("description", "A list of tasks, each with its command, what it depends on, its files and its outputs, as JSON.");
        });
        crate.Entity(Engine, "SoftwareApplication", () =>
        {
            crate.Text("name", "MatterStack");
            crate.Text("softwareVersion", row.EngineVersion);
            crate.Text("description", "The workflow engine");
            if (machine is not null)
            {
                crate.Text("operatingSystem", machine.Os);
                crate.Text("processorRequirements", machine.Architecture);
                crate.Reference("softwareRequirements", "#dotnet");
            }
        });
        if (machine is not null)
        {
            crate.Entity("#dotnet", "SoftwareApplication", () =>
            {
                crate.Text("name", ".NET");
                crate.Text("softwareVersion", machine.Dotnet);
                crate.Text("url", "https://dotnet.microsoft.com/");
            });
        }

        foreach (var key in Keys())
        {
            var wired = wiring.Operators.Operators.FirstOrDefault(o => o.Key.Value == key).Value;
            crate.Entity(CrateActions.ToolOf(key), wired?.Kind == "experiment" ? ["SoftwareApplication", "Product"] : ["SoftwareApplication"], () =>
            {
                crate.Text("name", wired?.OperatorName ?? key);
                crate.Text("alternateName", wired?.OperatorName is null ? null : key);
                crate.Text("description", $"What the operator key {key} stands for at the site of the run; the configuration files of its actions say how it was wired.");
                crate.Text("softwareVersion", row.EngineVersion);
            });
        }
    }

    private void WriteRun(CrateJson crate)
    {
        var row = _reader.RunRow;
        var by = history.FirstOrDefault(e => WiringEvents.PutsInForce(e.Event));
        crate.Entity(Run, "CreateAction", () =>
        {
            crate.Text("name", $"Run {row.RunId} of {row.WorkspaceSlug}");
            crate.Text("description", $"The workflow {row.WorkspaceSlug}, executed as run {row.RunId}");
            crate.Text("startTime", row.CreatedAtUtc);
            crate.Text("endTime", row.EndedAtUtc);
            crate.Reference("instrument", BundleNames.Workflow);
            if (by is not null)
            {
                crate.Reference("agent", CrateActions.PersonOf($"{by.User}@{by.Host}"));
            }

            crate.Reference("actionStatus", CrateActions.StatusOf(row.State));
            crate.Text("error", row.State is "FAILED" or "CANCELLED" ? paths.Clean(row.Reason) ?? row.State : null);
            crate.References("object", RunInput.Of(_reader).Select(i => i.Row.SnapshotRelpath!).Distinct().Where(p => bundle.TryGet(p, out _)).Select(CrateJson.IdOf));
            crate.References("result", story.Attempts().Where(a => a.Row.State == "COMPLETED").SelectMany(a => CrateActions.OutputsOf(bundle, a)));
        });
        crate.Entity(Run + "-engine", "OrganizeAction", () =>
        {
            crate.Text("name", $"Execution of the workflow by MatterStack {row.EngineVersion}");
            crate.Text("startTime", row.CreatedAtUtc);
            crate.Text("endTime", row.EndedAtUtc);
            crate.Reference("instrument", Engine);
            crate.References("object", story.Attempts().Select(a => CrateActions.ControlOf(a.Row))
                .Concat(bundle.Files.Where(f => f.Path.StartsWith(BundleNames.Wiring + "/by-sha256/", StringComparison.Ordinal)).Select(f => CrateJson.IdOf(f.Path))));
            crate.Reference("result", Run);
            crate.Reference("actionStatus", CrateActions.StatusOf(row.State));
        });
    }

    private void WritePersons(CrateJson crate, IEnumerable<string> answered)
    {
        foreach (var person in answered.Concat(history.Select(e => $"{e.User}@{e.Host}")).Distinct().Order(StringComparer.Ordinal))
        {
            crate.Entity(CrateActions.PersonOf(person), "Person", () => crate.Text("name", person));
        }
    }

    // Files of attempts are written with their actions.
    private void WriteFiles(CrateJson crate)
    {
        var sources = RunInput.Of(_reader).GroupBy(i => i.Row.SnapshotRelpath!).ToDictionary(g => g.Key, g => g.First().Row.Path);
        foreach (var file in bundle.Files.Where(f => f.Path != BundleNames.Workflow && !f.Path.StartsWith("tasks/", StringComparison.Ordinal)))
        {
            crate.Entity(CrateJson.IdOf(file.Path), "File", () =>
            {
                crate.Text("name", Path.GetFileName(sources.GetValueOrDefault(file.Path, file.Path)));
                crate.Text("alternateName", sources.GetValueOrDefault(file.Path));
                crate.Text("description", file.Path.StartsWith(BundleNames.Wiring + "/by-sha256/", StringComparison.Ordinal) ? "Configuration file: an operator wiring that was in force in this run" : null);
                OfFile(crate, file.Path);
                if (file.Path == BundleNames.Events)
                {
                    crate.Reference("about", Run);
                }
            });
        }

        crate.Entity(BundleNames.Manifest, "File", () =>
        {
            crate.Text("name", BundleNames.Manifest);
            crate.Text("description", "SHA-256 of every other file; sha256sum -c checks it");
            crate.Text("encodingFormat", "text/plain");
        });
    }

    private void OfFile(CrateJson crate, string name) => CrateActions.OfFile(crate, bundle, name);

    private IEnumerable<string> Keys() => _reader.ReadOperatorKeys();

    private string LastChange() => _reader.ReadLastEventTime() ?? _reader.RunRow.CreatedAtUtc;
}
