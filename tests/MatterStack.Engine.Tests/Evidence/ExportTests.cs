using System.Text.Json.Nodes;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>What a bundle holds, that it is the same each time, and that only what changed is written.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ExportTests : IDisposable
{
    private readonly EvidenceWorld _evidence = new();

    private CommandWorld World => _evidence.World;

    public void Dispose() => _evidence.Dispose();

    [TestMethod]
    public void A_bundle_holds_every_attempt_with_script_logs_outputs_inputs_and_the_workflow()
    {
        _evidence.Run().Export();

        var files = EvidenceWorld.FilesOf(_evidence.Evidence).ToList();
        foreach (
            var file in (string[])
                [
                    "bundle.json",
                    "report.md",
                    "ro-crate-metadata.json",
                    "workflow.json",
                    "events.jsonl",
                    "config.json",
                    "manifest-sha256.txt",
                    "operators_snapshot/operators.yaml",
                    "operators_snapshot/history.jsonl",
                    "operators_snapshot/metadata.json",
                    "tasks/make@1/run.sh",
                    "tasks/make@1/stdout.log",
                    "tasks/make@1/stderr.log",
                    "tasks/make@1/exit_code",
                    "tasks/make@1/manifest.json",
                    "tasks/make@1/work/out put.txt",
                    "tasks/flaky@1/exit_code",
                    "tasks/flaky@2/exit_code",
                    "tasks/lost@1/stderr.log",
                    "tasks/ask@1/response.json",
                    "tasks/ask@1/instructions.md",
                ]
        )
        {
            CollectionAssert.Contains(files, file);
        }

        Assert.AreEqual("input", File.ReadAllText(Directory.GetFiles(Path.Combine(_evidence.Evidence, "inputs")).Single()));
        Assert.IsFalse(files.Exists(f => f.Contains("work/deps/", StringComparison.Ordinal)), "what was handed over is in the bundle once");
        Assert.IsEmpty(_evidence.Verify(), string.Join("; ", _evidence.Verify()));
        Assert.IsEmpty(World.Reported, _evidence.Reported());
    }

    [TestMethod]
    public void No_file_of_a_bundle_names_a_folder_of_this_machine()
    {
        _evidence.Run();
        World.Execute($"UPDATE tasks SET reason = 'gone from {World.Run.Path}/tasks/lost@1/x' WHERE task_id = 'lost'");
        _evidence.Export();

        foreach (var file in EvidenceWorld.FilesOf(_evidence.Evidence))
        {
            Assert.DoesNotContain(World.Folder, File.ReadAllText(Path.Combine(_evidence.Evidence, file)), file);
        }

        StringAssert.Contains(File.ReadAllText(Path.Combine(_evidence.Evidence, "bundle.json")), "gone from tasks/lost@1/x");
    }

    [TestMethod]
    public void The_same_run_exported_twice_gives_the_same_bytes_also_as_an_archive()
    {
        _evidence.Run().Export(new RunArguments { EvidenceFormat = "bag" });
        var (folder, archive) = (EvidenceWorld.Fingerprint(_evidence.Evidence), File.ReadAllBytes(_evidence.Archive));
        Directory.Delete(_evidence.Evidence, recursive: true);
        File.Delete(_evidence.Archive);

        _evidence.Export(new RunArguments { EvidenceFormat = "bag" });

        Assert.AreEqual(folder, EvidenceWorld.Fingerprint(_evidence.Evidence));
        CollectionAssert.AreEqual(archive, File.ReadAllBytes(_evidence.Archive));
    }

    [TestMethod]
    public void Nothing_is_written_when_nothing_has_changed_and_only_what_is_new_when_something_has()
    {
        _evidence.Run().Export(new RunArguments { EvidenceFormat = "bag" });
        var old = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var untouched = EvidenceWorld
            .FilesOf(_evidence.Evidence)
            .Where(f => f.EndsWith("manifest.json", StringComparison.Ordinal))
            .Select(f => Path.Combine(_evidence.Evidence, f))
            .ToList();
        untouched.ForEach(f => File.SetLastWriteTimeUtc(f, old));
        var archive = File.GetLastWriteTimeUtc(_evidence.Archive);

        Assert.AreEqual("false", _evidence.Export(new RunArguments { EvidenceFormat = "bag" }).Items[0].Metadata["written"]);
        Assert.AreEqual(archive, File.GetLastWriteTimeUtc(_evidence.Archive));

        Assert.IsTrue(
            RequestCommand
                .Execute(
                    World.Context(new RunArguments { TaskId = "use" }),
                    MatterStack.Engine.Lifecycle.Model.RequestKind.Rerun,
                    CancellationToken.None
                )
                .Success
        );
        Assert.IsTrue(World.Loop());
        Assert.AreEqual("true", _evidence.Export(new RunArguments { EvidenceFormat = "bag" }).Items[0].Metadata["written"]);

        Assert.IsTrue(untouched.TrueForAll(f => File.GetLastWriteTimeUtc(f) == old), "attempts that were there are left alone");
        Assert.IsTrue(File.Exists(Path.Combine(_evidence.Evidence, "tasks/use@2/work/used")));
        Assert.IsEmpty(_evidence.Verify());
        Assert.IsEmpty(EvidenceWorld.Verify(_evidence.Archive));
    }

    [TestMethod]
    public void An_export_while_the_run_is_going_is_one_state_of_it_and_the_next_one_follows()
    {
        Assert.IsTrue(World.Loop(), _evidence.Reported());
        _evidence.Export();
        Assert.IsEmpty(_evidence.Verify(), string.Join("; ", _evidence.Verify()));

        _evidence.Run().Export();

        Assert.IsEmpty(_evidence.Verify(), string.Join("; ", _evidence.Verify()));
        StringAssert.Contains(File.ReadAllText(Path.Combine(_evidence.Evidence, "report.md")), "**COMPLETED**");
    }

    [TestMethod]
    public void What_became_a_link_a_pipe_or_another_content_is_left_out_and_said_so()
    {
        _evidence.Run();
        World.Write("secret", "secret");
        Replace("make@1/stdout.log", f => File.CreateSymbolicLink(f, World.In("secret")));
        Replace("make@1/work/out put.txt", f => File.CreateSymbolicLink(f, World.In("secret")));
        Replace("use@1/work/used", f => File.WriteAllText(f, "other"));
        Replace("flaky@1/stderr.log", f => System.Diagnostics.Process.Start("mkfifo", [f]).WaitForExit());

        _evidence.Export();

        Assert.IsFalse(
            EvidenceWorld.FilesOf(_evidence.Evidence).Any(f => File.ReadAllText(Path.Combine(_evidence.Evidence, f)) is "secret" or "other")
        );
        Assert.AreEqual(
            "MATTER5002 MATTER5002 MATTER5002 MATTER5002",
            string.Join(' ', World.Reported.Select(p => p.Code)),
            _evidence.Reported()
        );
        var wrong = _evidence.Verify();
        Assert.HasCount(2, wrong, string.Join("; ", wrong));
        StringAssert.Contains(wrong[0], "Output 'out put.txt'");
        StringAssert.Contains(wrong[1], "Output 'used'");
    }

    [TestMethod]
    public void A_link_inside_the_bundle_is_not_written_through_and_a_file_of_others_is_left_alone()
    {
        _evidence.Run().Export();
        var foreign = Path.Combine(_evidence.Evidence, "notes.txt");
        File.WriteAllText(foreign, "mine");
        _evidence.Export();
        Assert.AreEqual("MATTER5003", World.Reported.Single().Code.ToString());
        Assert.AreEqual("mine", File.ReadAllText(foreign));

        Directory.Delete(Path.Combine(_evidence.Evidence, "tasks"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(_evidence.Evidence, "tasks"), Path.Combine(World.Run.Path, "tasks"));

        Assert.IsFalse(ExportEvidenceCommand.Execute(World.Context()).Success);
        Assert.AreEqual("MATTER5020", World.Reported[^1].Code.ToString());
    }

    [TestMethod]
    public void An_export_that_was_interrupted_is_finished_by_the_next()
    {
        _evidence.Run().Export();
        var whole = EvidenceWorld.Fingerprint(_evidence.Evidence);
        File.Delete(Path.Combine(_evidence.Evidence, "manifest-sha256.txt"));
        File.WriteAllText(Path.Combine(_evidence.Evidence, "tasks/make@1/run.sh.tmp-evidence"), "half");
        File.WriteAllText(Path.Combine(_evidence.Evidence, "workflow.json"), "half");

        _evidence.Export();

        Assert.AreEqual(whole, EvidenceWorld.Fingerprint(_evidence.Evidence));
    }

    [TestMethod]
    public void The_person_who_answered_is_the_agent_of_the_action_and_the_wiring_is_among_what_every_action_used()
    {
        _evidence.Run().Export();
        var graph = JsonNode.Parse(File.ReadAllText(Path.Combine(_evidence.Evidence, "ro-crate-metadata.json")))!["@graph"]!.AsArray();
        var actions = graph.Where(e => e!["@id"]!.GetValue<string>().StartsWith("#attempt-", StringComparison.Ordinal)).ToList();

        Assert.HasCount(6, actions);
        var wiring = $"operators_snapshot/by-sha256/{World.Query("SELECT wiring_sha256 FROM attempts").First()}.yaml";
        Assert.IsTrue(actions.TrueForAll(a => a!["object"]!.AsArray().Any(o => o!["@id"]!.GetValue<string>() == wiring)));
        var asked = actions.Single(a => a!["name"]!.GetValue<string>().StartsWith("ask", StringComparison.Ordinal))!;
        var person = graph.Single(e => e!["@id"]!.GetValue<string>() == asked["agent"]!["@id"]!.GetValue<string>())!;
        Assert.AreEqual("Person", person["@type"]!.GetValue<string>());
        StringAssert.StartsWith(person["name"]!.GetValue<string>(), World.Host.User);
        var used = actions.Single(a => a!["name"]!.GetValue<string>().StartsWith("use", StringComparison.Ordinal))!;
        Assert.IsTrue(used["object"]!.AsArray().Any(o => o!["@id"]!.GetValue<string>() == "tasks/make@1/work/out%20put.txt"));
        Assert.AreEqual(2, actions.Count(a => a!["error"] is not null), "flaky once, lost once");
    }

    [TestMethod]
    public void The_system_the_environment_and_the_container_of_an_action_are_in_the_crate()
    {
        using var world = new CommandWorld(inMemory: true);
        var engine = world.Write("apptainer", "#!/bin/sh\nwhile [ \"$1\" != /bin/sh ]; do shift; done\nexec \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(engine, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        world.Write(
            "campaign/operators.yaml",
            $"operators:\n  local.default: {{ kind: local, backend: {{ type: local, container: {{ engine: apptainer, executable: "
                + $"'{engine}' }} }} }}\n"
        );
        world.Task("relax", "echo inside", ("Image", "docker://quay.io/lammps/lammps:stable"), ("Env", "COLOUR=red"));
        Assert.IsTrue(world.Loop(), string.Join("; ", world.Reported));

        Assert.IsTrue(ExportEvidenceCommand.Execute(world.Context()).Success);

        var graph = JsonNode.Parse(File.ReadAllText(Path.Combine(world.Run.EvidenceFolder, "ro-crate-metadata.json")))![
            "@graph"
        ]!.AsArray();
        JsonNode Entity(JsonNode reference) => graph.Single(e => (string)e!["@id"]! == (string)reference["@id"]!)!;
        var action = graph.Single(e => ((string)e!["@id"]!).StartsWith("#attempt-", StringComparison.Ordinal))!;
        var image = Entity(action["containerImage"]!);
        Assert.AreEqual(
            "ContainerImage https://w3id.org/ro/terms/workflow-run#DockerImage quay.io lammps/lammps stable",
            $"{image["@type"]} {image["additionalType"]!["@id"]} {image["registry"]} {image["name"]} {image["tag"]}"
        );
        var variable = Entity(action["environment"] is JsonArray several ? several.Single()! : action["environment"]!);
        Assert.AreEqual("COLOUR=red", $"{variable["name"]}={variable["value"]}");
        var system = Entity(new JsonObject { ["@id"] = "#engine" });
        Assert.AreEqual(System.Runtime.InteropServices.RuntimeInformation.OSDescription, (string)system["operatingSystem"]!);
        Assert.AreEqual(Environment.Version.ToString(), (string)Entity(system["softwareRequirements"]!)["softwareVersion"]!);
        Assert.IsEmpty(EvidenceWorld.Verify(world.Run.EvidenceFolder));
    }

    [TestMethod]
    public void An_override_is_an_action_of_the_person_who_forced_it_and_its_attempts_keep_their_wirings()
    {
        Assert.IsTrue(World.Loop(), _evidence.Reported());
        World.Write(
            "other.yaml",
            "operators:\n  local.default: { kind: local, backend: { type: local, cores: 3 } }\n  human.default: { kind: human }\n"
        );
        Assert.IsTrue(RespondCommand.Execute(World.Context(new RunArguments { TaskId = "ask", Decision = "approve" })).Success);
        Assert.IsTrue(
            World.Loop(
                new RunArguments
                {
                    OperatorsConfig = World.In("other.yaml"),
                    ForceWiringOverride = true,
                    OverrideReason = "more cores",
                }
            ),
            _evidence.Reported()
        );
        _evidence.Export();

        var text = File.ReadAllText(Path.Combine(_evidence.Evidence, "ro-crate-metadata.json"));
        StringAssert.Contains(text, "\"UpdateAction\"");
        StringAssert.Contains(text, "more cores");
        Assert.HasCount(2, Directory.GetFiles(Path.Combine(_evidence.Evidence, "operators_snapshot/by-sha256")));
        Assert.DoesNotContain(World.Folder, File.ReadAllText(Path.Combine(_evidence.Evidence, "operators_snapshot/history.jsonl")));
        Assert.IsEmpty(_evidence.Verify(), string.Join("; ", _evidence.Verify()));
    }

    private void Replace(string relative, Action<string> make)
    {
        File.Delete(World.Attempt(relative));
        make(World.Attempt(relative));
    }
}
