using System.Text.Json;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>
/// Checks that a bundle's records agree with its files and with each other: hashes of outputs and inputs, attempts and their manifests, the
/// wiring of each attempt, and the invariants of a run.
/// </summary>
internal sealed class RecordCheck(BundleSource source, BundleRecords records, WiringSchema schema)
{
    private readonly List<Problem> _problems = [];

    public IReadOnlyList<Problem> FindProblems()
    {
        CheckCounts();
        CheckEnds();
        foreach (var task in records.TaskElements)
        {
            foreach (var attempt in task.GetProperty("attempts").EnumerateArray())
            {
                CheckAttempt(BundleRecords.GetText(task, "task_id"), attempt);
            }
        }

        foreach (var input in records.Root.GetProperty("inputs").EnumerateArray())
        {
            CheckFile(
                BundleRecords.GetText(input, "snapshot_relpath"),
                BundleRecords.GetHash(input, "sha256"),
                null,
                $"Input '{BundleRecords.GetText(input, "path")}'"
            );
        }

        _problems.AddRange(RunChecker.CheckRecords(records, source.GetDisplayPath(BundleNames.Bundle)));
        _problems.AddRange(
            AmendmentCheck.CheckAmendments(
                records.ReadAmendments(),
                records.FindPlannedTask,
                records.ReadEvents,
                source.GetDisplayPath(BundleNames.Bundle)
            )
        );
        _problems.AddRange(
            PublishedCheck.CheckFiles(
                records.ReadPublished(),
                records.ReadAttempts(),
                records.ReadOutputs,
                source.GetDisplayPath(BundleNames.Bundle)
            )
        );
        CheckRunConfig();
        CheckWiring();
        return _problems;
    }

    private void CheckCounts()
    {
        var counted = records.ReadTasks().CountBy(t => t.State).Select(c => (Key: c.Key.ToText(), (long)c.Value)).Order().ToList();
        var told = records.Root.GetProperty("counts").EnumerateObject().Select(c => (c.Name, c.Value.GetInt64())).Order().ToList();
        if (!counted.SequenceEqual(told))
        {
            AddContradiction(
                BundleNames.Bundle,
                $"has the counts {string.Join(", ", told)}, but its tasks give {string.Join(", ", counted)}"
            );
        }

        if (
            !records.ReadTasks().Select(t => (t.TaskId, t.OperatorKey, t.Iteration)).SequenceEqual(records.ReadDeclaredTasks())
            || records.DefinitionHash != records.RunRow.DefinitionSha256
        )
        {
            AddContradiction(BundleNames.Workflow, $"does not declare the tasks of {BundleNames.Bundle}");
        }
    }

    // Bundles of earlier versions have no end requests.
    private void CheckEnds()
    {
        if (!records.Root.TryGetProperty("ends", out var ends))
        {
            return;
        }

        var open = records.ReadAttempts().Where(a => a.EndedAt is null).Select(a => a.AttemptId.Value).ToHashSet();
        foreach (var end in ends.EnumerateArray())
        {
            if (end.FindText("attempt_id") is not { } attempt ? records.State.IsEnd() : !open.Contains(attempt))
            {
                AddContradiction(
                    BundleNames.Bundle,
                    $"has an open end request for {(end.FindText("attempt_id") is { } id ? $"attempt {id}" : "the run")}, "
                        + $"which has ended or is unknown"
                );
            }
        }
    }

    private void CheckAttempt(string task, JsonElement attempt)
    {
        var (id, folder) = (BundleRecords.GetText(attempt, "attempt_id"), BundleRecords.GetText(attempt, "relative_path"));
        var name = $"{folder}/{BundleNames.AttemptManifest}";
        if (!source.HasFile(name))
        {
            _problems.Add(
                Problem.Create(
                    EvidenceCodes.FileMissing,
                    $"Attempt {id} of task {task} has no '{name}'",
                    new SourcePosition(source.GetDisplayPath(name))
                )
            );
        }
        else
        {
            using var manifest = BundleRecords.ParseJson(source, name);
            var own = manifest.RootElement;
            if (
                BundleRecords.GetText(own, "task_id") != task
                || BundleRecords.GetText(own, "run_id") != records.RunRow.RunId.Value
                || !attempt.EnumerateObject().All(p => own.TryGetProperty(p.Name, out var value) && JsonElement.DeepEquals(p.Value, value))
            )
            {
                AddContradiction(name, $"contradicts {BundleNames.Bundle} about attempt {id} of task {task}");
            }
        }

        foreach (var output in BundleRecords.ReadOutputs(attempt))
        {
            CheckFile(
                $"{folder}/{AttemptLayout.WorkPrefix}{output.Path}",
                output.Sha256,
                output.Size,
                $"Output '{output.Path}' of attempt {id} of task {task}"
            );
        }
    }

    private void CheckFile(string path, Sha256 hash, long? size, string what)
    {
        if (!source.HasFile(path))
        {
            _problems.Add(
                Problem.Create(EvidenceCodes.FileMissing, $"{what} is not in the bundle", new SourcePosition(source.GetDisplayPath(path)))
            );
        }
        else if (source.GetHash(path) != hash || (size is not null && source.GetSizeBytes(path) != size))
        {
            AddContradiction(path, $"is not what was recorded: {what} has the recorded hash {hash}");
        }
    }

    private void CheckRunConfig()
    {
        if (!source.HasFile(BundleNames.RunConfig))
        {
            return;
        }

        using var card = BundleRecords.ParseJson(source, BundleNames.RunConfig);
        if (
            BundleRecords.GetText(card.RootElement, "run_id") != records.RunRow.RunId.Value
            || BundleRecords.GetText(card.RootElement, "definition_sha256") != records.RunRow.DefinitionSha256.Hex
        )
        {
            AddContradiction(BundleNames.RunConfig, $"belongs to a different run than {BundleNames.Bundle}");
        }
    }

    // Follows attempt -> wiring by its hash -> history -> metadata.
    private void CheckWiring()
    {
        using var folder = new ExtractedWiring(source);
        _problems.AddRange(
            new WiringVerifier(RealDisk.Instance, schema)
                .Check(folder.Path)
                .Select(p => p with { Position = TranslatePosition(p.Position, folder.Path) })
        );
        var keeper = new WiringService(RealDisk.Instance, TimeProvider.System, schema);
        if (!keeper.LoadHistory(folder.Path).TryGet(out var history))
        {
            return;
        }

        var inForce = history.Where(e => e.PutsInForce).Select(e => e.Sha256).ToHashSet();
        var block = records.Root.GetProperty("operator_wiring");
        if (
            source.HasFile(BundleNames.WiringFolder + "/operators.yaml")
            && source.GetHash(BundleNames.WiringFolder + "/operators.yaml").Hex != BundleRecords.GetText(block, "sha256")
        )
        {
            AddContradiction(
                BundleNames.Bundle,
                $"names the wiring {BundleRecords.GetText(block, "sha256")}, but the snapshot has a different hash"
            );
        }

        var recorded = SnapshotStore.Open(RealDisk.Instance, folder.Path).Metadata;
        foreach (var used in records.ReadAttempts().GroupBy(a => (a.WiringSha256, a.OperatorKey, a.OperatorSha256)))
        {
            var (wiring, key, hash) = used.Key;
            var who =
                $"attempt {used.First().AttemptId} of task {used.First().TaskId}"
                + $"{(used.Count() > 1 ? $" and {CountText.FormatCount(used.Count() - 1, "other attempt")}" : "")}";
            if (!inForce.Contains(wiring))
            {
                AddContradiction(BundleNames.Bundle, $"names the wiring {wiring} for {who}, but it was not in force");
            }
            else if (!keeper.LoadByHash(folder.Path, wiring).TryGet(out var operators))
            {
                _problems.Add(
                    Problem.Create(
                        EvidenceCodes.FileMissing,
                        $"The wiring of {who} is missing or damaged",
                        new SourcePosition(source.GetDisplayPath(BundleNames.GetWiringCopyPath(wiring)))
                    )
                );
            }
            else if (
                (operators.Operators.FirstOrDefault(o => o.Key == key).Value?.Hash.Hex ?? FindRecordedHash(recorded, wiring, key))
                    is { } known
                && known != hash.Hex
            )
            {
                AddContradiction(BundleNames.Bundle, $"names the operator hash {hash} of {key} for {who}; in that wiring it is {known}");
            }
        }
    }

    // A custom kind cannot be resolved here; the snapshot's metadata has its recorded hash, but only for the wiring in force.
    private static string? FindRecordedHash(SnapshotMetadata? metadata, Sha256 wiring, OperatorKey key) =>
        metadata?.Sha256 == wiring ? metadata.Operators.GetValueOrDefault(key.Value) : null;

    private SourcePosition? TranslatePosition(SourcePosition? at, string folder) =>
        at is null
            ? null
            : at with
            {
                File = at.File.StartsWith(folder, StringComparison.Ordinal)
                    ? source.GetDisplayPath(Path.GetRelativePath(folder, at.File).Replace('\\', '/'))
                    : at.File,
            };

    private void AddContradiction(string file, string what) =>
        _problems.Add(Problem.Create(EvidenceCodes.RecordsContradict, $"'{file}' {what}", new SourcePosition(source.GetDisplayPath(file))));

    // The wiring checks need files on disk, so the few small wiring files are extracted.
    private sealed class ExtractedWiring : IDisposable
    {
        public ExtractedWiring(BundleSource source)
        {
            Path = Directory.CreateTempSubdirectory("matterstack-verify-").FullName;
            var names = source.Files.Where(f => f.StartsWith(BundleNames.WiringFolder + "/", StringComparison.Ordinal)).ToList();
            if (names.Sum(source.GetSizeBytes) > UntrustedBundleLimits.MaxWiringBytes)
            {
                throw new InvalidDataException(
                    $"'{BundleNames.WiringFolder}' has more than {UntrustedBundleLimits.MaxWiringBytes >> 20} MiB"
                );
            }

            foreach (var name in names)
            {
                if (RelativePath.Normalise(name) != name)
                {
                    throw new InvalidDataException($"'{name}' is not a valid wiring file name");
                }

                var file = System.IO.Path.Combine(Path, name);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, source.Read(name));
            }
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
