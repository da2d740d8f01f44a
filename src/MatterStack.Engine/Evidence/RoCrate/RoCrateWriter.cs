using System.Text.Json;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Evidence.RoCrate;

/// <summary>Writes <c>ro-crate-metadata.json</c>: the bundle as a Workflow Run RO-Crate, for other tools.</summary>
/// <remarks>
/// RO-Crate 1.1 with the profiles Process, Workflow and Provenance Run Crate 0.5 and Workflow RO-Crate 1.0
/// (https://www.researchobject.org/workflow-run-crate/).
/// The workflow is <c>workflow.json</c>, a task is a step, an operator is the tool of its steps, an attempt is an action.
/// </remarks>
internal sealed class RoCrateWriter(
    RecordedRun story,
    BundleFolder bundle,
    RunWiring wiring,
    IReadOnlyList<WiringEvent> history,
    RunMachine? machine,
    PathRedactor paths
)
{
    public const string RunEntityId = "#run";
    public const string EngineEntityId = "#engine";
    private const string LanguageEntityId = "#matterstack-workflow";
    private const string LicenceEntityId = "#licence";

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
        using (var json = new Utf8JsonWriter(stream, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteStartArray("@context");
            json.WriteStringValue(Specification + "/context");
            json.WriteStringValue("https://w3id.org/ro/terms/workflow-run/context");
            json.WriteEndArray();
            json.WriteStartArray("@graph");
            var crate = new RoCrateJson(json);
            WriteRoot(crate);
            WriteWorkflow(crate);
            WriteCodes(crate);
            WriteRun(crate);
            var actions = new RoCrateActions(story, bundle, crate, paths);
            actions.Write();
            new RoCrateHistory(bundle, crate).Write(history);
            var amendments = new RoCrateAmendments(_reader, crate, paths);
            amendments.Write();
            WritePersons(crate, [.. actions.Persons, .. amendments.Persons]);
            WriteFiles(crate);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private void WriteRoot(RoCrateJson crate)
    {
        var row = _reader.RunRow;
        crate.WriteEntity(BundleNames.RoCrateMetadata, "CreativeWork", () =>
        {
            crate.WriteReference("about", "./");
            crate.WriteReferences("conformsTo", [Specification, Profiles[^1].Id]);
        });
        crate.WriteEntity("./", "Dataset", () =>
        {
            crate.WriteText("name", $"Run {row.RunId} of {row.WorkspaceSlug}");
            crate.WriteText(
                "description",
                $"Evidence of run {row.RunId} of the campaign {row.WorkspaceSlug}: workflow, inputs, operator wiring, "
                    + $"every attempt of every task, and outputs. The run is {row.State.ToText()}."
            );
            // The date of the run, not of the export, so that the same run gives the same bytes.
            crate.WriteText("datePublished", GetLastChangeTime());
            crate.WriteText("identifier", row.RunId.Value);
            crate.WriteTexts("keywords", row.Tags);
            crate.WriteText("comment", paths.Redact(row.Note));
            crate.WriteReference("license", LicenceEntityId);
            crate.WriteReferences("conformsTo", Profiles.Select(p => p.Id));
            crate.WriteReference("mainEntity", BundleNames.Workflow);
            crate.WriteReferences("hasPart", bundle.Files.Select(f => RoCrateJson.GetFileId(f.Path)).Append(BundleNames.Manifest));
            crate.WriteReferences("mentions", ListActionIds());
        });
        foreach (var (id, name, version) in Profiles)
        {
            crate.WriteEntity(id, "CreativeWork", () =>
            {
                crate.WriteText("name", name);
                crate.WriteText("version", version);
            });
        }

        crate.WriteEntity(LicenceEntityId, "CreativeWork", () =>
        {
            crate.WriteText("name", "Licence not stated");
            crate.WriteText(
                "description",
                "The campaign states no licence for its results; whoever publishes them says under which they may be used."
            );
        });
    }

    private IEnumerable<string> ListActionIds() =>
        new[] { RunEntityId, RunEntityId + "-engine" }
            .Concat(story.ReadAttempts().Select(a => RoCrateActions.GetActionId(a.Row)))
            .Concat(RoCrateHistory.ListOverrides(history).Select(o => o.Id))
            .Concat(RoCrateAmendments.ListAmendments(_reader).Select(static amendment => amendment.Id));

    private void WriteWorkflow(RoCrateJson crate)
    {
        var row = _reader.RunRow;
        crate.WriteEntity(BundleNames.Workflow, ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"], () =>
        {
            crate.WriteText("name", row.WorkspaceSlug);
            crate.WriteText(
                "description",
                $"The tasks of the campaign {row.WorkspaceSlug} as they were declared, with what each depends on."
            );
            crate.WriteText("identifier", row.DefinitionSha256.Hex);
            crate.WriteReference("programmingLanguage", LanguageEntityId);
            crate.WriteReferences(
                "hasPart",
                ReadOperatorKeys().Select(RoCrateActions.GetToolId).Concat(ReadCodes().Select(RoCrateActions.GetCodeId))
            );
            crate.WriteReferences("step", _reader.ReadTasks().Select(t => RoCrateActions.GetStepId(t.TaskId)));
            WriteFileProperties(crate, BundleNames.Workflow);
        });
        crate.WriteEntity(LanguageEntityId, "ComputerLanguage", () =>
        {
            crate.WriteText("name", "MatterStack workflow");
            crate.WriteText(
                "description",
                "A list of tasks, each with its command, what it depends on, its files and its outputs, as JSON."
            );
        });
        crate.WriteEntity(EngineEntityId, "SoftwareApplication", () =>
        {
            crate.WriteText("name", "MatterStack");
            crate.WriteText("softwareVersion", row.EngineVersion);
            crate.WriteText("description", "The workflow engine");
            if (machine is not null)
            {
                crate.WriteText("operatingSystem", machine.Os);
                crate.WriteText("processorRequirements", machine.Architecture);
                crate.WriteReference("softwareRequirements", "#dotnet");
            }
        });
        if (machine is not null)
        {
            crate.WriteEntity("#dotnet", "SoftwareApplication", () =>
            {
                crate.WriteText("name", ".NET");
                crate.WriteText("softwareVersion", machine.Dotnet);
                crate.WriteText("url", "https://dotnet.microsoft.com/");
            });
        }

        foreach (var key in ReadOperatorKeys())
        {
            var wired = wiring.Operators.Operators.FirstOrDefault(o => o.Key == key).Value;
            crate.WriteEntity(
                RoCrateActions.GetToolId(key),
                wired?.Kind == "experiment" ? ["SoftwareApplication", "Product"] : ["SoftwareApplication"],
                () =>
                {
                    crate.WriteText("name", wired?.OperatorName ?? key.Value);
                    crate.WriteText("alternateName", wired?.OperatorName is null ? null : key.Value);
                    crate.WriteText(
                        "description",
                        $"What the operator key {key} stands for at the site of the run; "
                            + $"the configuration files of its actions say how it was wired."
                    );
                    crate.WriteText("softwareVersion", row.EngineVersion);
                }
            );
        }
    }

    private IEnumerable<AttemptCodeRow> ReadCodes() =>
        story.ReadAttempts().SelectMany(static attempt => attempt.Row.Codes).DistinctBy(RoCrateActions.GetCodeId);

    private void WriteCodes(RoCrateJson crate)
    {
        foreach (var code in ReadCodes())
        {
            crate.WriteEntity(RoCrateActions.GetCodeId(code), "SoftwareApplication", () =>
            {
                crate.WriteText("name", code.Code);
                crate.WriteText("softwareVersion", paths.Redact(code.Version));
                crate.WriteText("identifier", code.Sha256.Hex);
                crate.WriteText(
                    "description",
                    $"A program that the wiring of the run names {code.Code}. The identifier is the SHA-256 of its definition there: "
                        + "command, launcher, modules, setup, variables, image."
                );
            });
        }
    }

    private void WriteRun(RoCrateJson crate)
    {
        var row = _reader.RunRow;
        var by = history.FirstOrDefault(e => e.PutsInForce);
        crate.WriteEntity(RunEntityId, "CreateAction", () =>
        {
            crate.WriteText("name", $"Run {row.RunId} of {row.WorkspaceSlug}");
            crate.WriteText("description", $"The workflow {row.WorkspaceSlug}, executed as run {row.RunId}");
            crate.WriteText("startTime", row.CreatedAt.ToText());
            crate.WriteText("endTime", row.EndedAt?.ToText());
            crate.WriteReference("instrument", BundleNames.Workflow);
            if (by is not null)
            {
                crate.WriteReference("agent", RoCrateActions.GetPersonId($"{by.User}@{by.Host}"));
            }

            crate.WriteReference("actionStatus", RoCrateActions.GetActionStatus(row.State));
            crate.WriteText(
                "error",
                row.State is RunState.Failed or RunState.Cancelled ? paths.Redact(row.Reason) ?? row.State.ToText() : null
            );
            crate.WriteReferences(
                "object",
                RunInput
                    .ReadInputs(_reader)
                    .Select(i => i.Row.SnapshotRelpath!)
                    .Distinct()
                    .Where(p => bundle.TryGet(p, out _))
                    .Select(RoCrateJson.GetFileId)
            );
            crate.WriteReferences(
                "result",
                story
                    .ReadAttempts()
                    .Where(a => a.Row.State == AttemptStatus.Completed)
                    .SelectMany(a => RoCrateActions.ListOutputIds(bundle, a))
            );
        });
        crate.WriteEntity(RunEntityId + "-engine", "OrganizeAction", () =>
        {
            crate.WriteText("name", $"Execution of the workflow by MatterStack {row.EngineVersion}");
            crate.WriteText("startTime", row.CreatedAt.ToText());
            crate.WriteText("endTime", row.EndedAt?.ToText());
            crate.WriteReference("instrument", EngineEntityId);
            crate.WriteReferences(
                "object",
                story
                    .ReadAttempts()
                    .Select(a => RoCrateActions.GetControlId(a.Row))
                    .Concat(
                        bundle
                            .Files.Where(f => f.Path.StartsWith(BundleNames.WiringFolder + "/by-sha256/", StringComparison.Ordinal))
                            .Select(f => RoCrateJson.GetFileId(f.Path))
                    )
            );
            crate.WriteReference("result", RunEntityId);
            crate.WriteReference("actionStatus", RoCrateActions.GetActionStatus(row.State));
        });
    }

    private void WritePersons(RoCrateJson crate, IEnumerable<string> answered)
    {
        foreach (var person in answered.Concat(history.Select(e => $"{e.User}@{e.Host}")).Distinct().Order(StringComparer.Ordinal))
        {
            crate.WriteEntity(RoCrateActions.GetPersonId(person), "Person", () => crate.WriteText("name", person));
        }
    }

    // Files of attempts are written with their actions.
    private void WriteFiles(RoCrateJson crate)
    {
        var sources = RunInput.ReadInputs(_reader).GroupBy(i => i.Row.SnapshotRelpath!).ToDictionary(g => g.Key, g => g.First().Row.Path);
        foreach (
            var file in bundle.Files.Where(f => f.Path != BundleNames.Workflow && !f.Path.StartsWith("tasks/", StringComparison.Ordinal))
        )
        {
            crate.WriteEntity(RoCrateJson.GetFileId(file.Path), "File", () =>
            {
                crate.WriteText("name", Path.GetFileName(sources.GetValueOrDefault(file.Path, file.Path)));
                crate.WriteText("alternateName", sources.GetValueOrDefault(file.Path));
                crate.WriteText(
                    "description",
                    file.Path.StartsWith(BundleNames.WiringFolder + "/by-sha256/", StringComparison.Ordinal)
                        ? "Configuration file: an operator wiring that was in force in this run"
                        : null
                );
                WriteFileProperties(crate, file.Path);
                if (file.Path == BundleNames.Events)
                {
                    crate.WriteReference("about", RunEntityId);
                }
            });
        }

        crate.WriteEntity(BundleNames.Manifest, "File", () =>
        {
            crate.WriteText("name", BundleNames.Manifest);
            crate.WriteText("description", "SHA-256 of every other file; sha256sum -c checks it");
            crate.WriteText("encodingFormat", "text/plain");
        });
    }

    private void WriteFileProperties(RoCrateJson crate, string name) => RoCrateActions.WriteFileProperties(crate, bundle, name);

    private IEnumerable<OperatorKey> ReadOperatorKeys() => _reader.ReadOperatorKeys();

    private string GetLastChangeTime() => (_reader.ReadLastEventTime() ?? _reader.RunRow.CreatedAt).ToText();
}
