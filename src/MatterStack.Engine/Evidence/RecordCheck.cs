using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Evidence;

/// <summary>
/// Checks that a bundle's records agree with its files and with each other: hashes of outputs and inputs, attempts and their manifests, the
/// wiring of each attempt, and the invariants of a run.
/// </summary>
internal sealed class RecordCheck(BundleSource source, BundleRecords records, WiringSchema schema)
{
    private readonly List<Problem> _problems = [];

    public IReadOnlyList<Problem> Check()
    {
        CheckCounts();
        CheckEnds();
        foreach (var task in records.TaskElements)
        {
            foreach (var attempt in task.GetProperty("attempts").EnumerateArray())
            {
                CheckAttempt(BundleRecords.Text(task, "task_id"), attempt);
            }
        }

        foreach (var input in records.Root.GetProperty("inputs").EnumerateArray())
        {
            Expect(BundleRecords.Text(input, "snapshot_relpath"), BundleRecords.Text(input, "sha256"), null, $"Input '{BundleRecords.Text(input, "path")}'");
        }

        _problems.AddRange(RunChecker.CheckRecords(records, source.Place(BundleNames.Bundle)));
        CheckCard();
        CheckWiring();
        return _problems;
    }

    private void CheckCounts()
    {
        var counted = records.ReadTasks().CountBy(t => t.State).Select(c => (c.Key, (long)c.Value)).Order().ToList();
        var told = records.Root.GetProperty("counts").EnumerateObject().Select(c => (c.Name, c.Value.GetInt64())).Order().ToList();
        if (!counted.SequenceEqual(told))
        {
            Wrong(BundleNames.Bundle, $"has the counts {string.Join(", ", told)}, but its tasks give {string.Join(", ", counted)}");
        }

        if (!records.ReadTasks().Select(t => (t.TaskId, t.OperatorKey, t.Iteration)).SequenceEqual(records.Declared()) || records.DefinitionHash != records.RunRow.DefinitionSha256)
        {
            Wrong(BundleNames.Workflow, $"does not declare the tasks of {BundleNames.Bundle}");
        }
    }

    // Bundles of earlier versions have no end requests.
    private void CheckEnds()
    {
        if (!records.Root.TryGetProperty("ends", out var ends))
        {
            return;
        }

        var open = records.ReadAttempts().Where(a => a.EndedAtUtc is null).Select(a => a.AttemptId).ToHashSet();
        foreach (var end in ends.EnumerateArray())
        {
            if (BundleRecords.Maybe(end, "attempt_id") is not { } attempt ? records.State.IsEnd() : !open.Contains(attempt))
            {
                Wrong(BundleNames.Bundle, $"has an open end request for {(BundleRecords.Maybe(end, "attempt_id") is { } id ? $"attempt {id}" : "the run")}, which has ended or is unknown");
            }
        }
    }

    private void CheckAttempt(string task, JsonElement attempt)
    {
        var (id, folder) = (BundleRecords.Text(attempt, "attempt_id"), BundleRecords.Text(attempt, "relative_path"));
        var name = $"{folder}/{BundleNames.AttemptManifest}";
        if (!source.Has(name))
        {
            _problems.Add(Problem.Create(EvidenceCodes.FileMissing, $"Attempt {id} of task {task} has no '{name}'", new SourcePosition(source.Place(name))));
        }
        else
        {
            using var manifest = BundleRecords.Parse(source, name);
            var own = manifest.RootElement;
            if (BundleRecords.Text(own, "task_id") != task || BundleRecords.Text(own, "run_id") != records.RunRow.RunId
                || !attempt.EnumerateObject().All(p => own.TryGetProperty(p.Name, out var value) && JsonElement.DeepEquals(p.Value, value)))
            {
                Wrong(name, $"contradicts {BundleNames.Bundle} about attempt {id} of task {task}");
            }
        }

        foreach (var output in BundleRecords.Outputs(attempt))
        {
            Expect($"{folder}/work/{output.Path}", output.Sha256, output.Size, $"Output '{output.Path}' of attempt {id} of task {task}");
        }
    }

    private void Expect(string path, string sha256, long? size, string what)
    {
        if (!source.Has(path))
        {
            _problems.Add(Problem.Create(EvidenceCodes.FileMissing, $"{what} is not in the bundle", new SourcePosition(source.Place(path))));
        }
        else if (source.HashOf(path).Hex != sha256 || (size is not null && source.SizeOf(path) != size))
        {
            Wrong(path, $"is not what was recorded: {what} has the recorded hash {sha256}");
        }
    }

    private void CheckCard()
    {
        if (!source.Has(BundleNames.Card))
        {
            return;
        }

        using var card = BundleRecords.Parse(source, BundleNames.Card);
        if (BundleRecords.Text(card.RootElement, "run_id") != records.RunRow.RunId || BundleRecords.Text(card.RootElement, "definition_sha256") != records.RunRow.DefinitionSha256)
        {
            Wrong(BundleNames.Card, $"belongs to a different run than {BundleNames.Bundle}");
        }
    }

    // Follows attempt -> wiring by its hash -> history -> metadata.
    private void CheckWiring()
    {
        using var folder = new WiringFolder(source);
        _problems.AddRange(new WiringVerifier(RealDisk.Instance, schema).Check(folder.Path).Select(p => p with { Position = At(p.Position, folder.Path) }));
        var keeper = new WiringService(RealDisk.Instance, TimeProvider.System, schema);
        if (!keeper.LoadHistory(folder.Path).TryGet(out var history))
        {
            return;
        }

        var inForce = history.Where(e => WiringEvents.PutsInForce(e.Event)).Select(e => e.Sha256?.Hex).ToHashSet();
        var block = records.Root.GetProperty("operator_wiring");
        if (source.Has(BundleNames.Wiring + "/operators.yaml") && source.HashOf(BundleNames.Wiring + "/operators.yaml").Hex != BundleRecords.Text(block, "sha256"))
        {
            Wrong(BundleNames.Bundle, $"names the wiring {BundleRecords.Text(block, "sha256")}, but the snapshot has a different hash");
        }

        var recorded = SnapshotStore.Open(RealDisk.Instance, folder.Path).Metadata;
        foreach (var used in records.ReadAttempts().GroupBy(a => (a.WiringSha256, a.OperatorKey, a.OperatorSha256)))
        {
            var (wiring, key, sha256) = used.Key;
            var who = $"attempt {used.First().AttemptId} of task {used.First().TaskId}{(used.Count() > 1 ? $" and {used.Count() - 1} others" : "")}";
            if (!inForce.Contains(wiring))
            {
                Wrong(BundleNames.Bundle, $"names the wiring {wiring} for {who}, but it was not in force");
            }
            else if (!Sha256.TryParse(wiring, out var hash) || !keeper.LoadByHash(folder.Path, hash).TryGet(out var operators))
            {
                _problems.Add(Problem.Create(EvidenceCodes.FileMissing, $"The wiring of {who} is missing or damaged", new SourcePosition(source.Place(BundleNames.WiringCopy(wiring)))));
            }
            else if ((operators.Operators.FirstOrDefault(o => o.Key.Value == key).Value?.Hash.Hex ?? Recorded(recorded, hash, key)) is { } known && known != sha256)
            {
                Wrong(BundleNames.Bundle, $"names the operator hash {sha256} of {key} for {who}; in that wiring it is {known}");
            }
        }
    }

    // A custom kind cannot be resolved here; the snapshot's metadata has its recorded hash, but only for the wiring in force.
    private static string? Recorded(SnapshotMetadata? metadata, Sha256 wiring, string key) => metadata?.Sha256 == wiring ? metadata.Operators.GetValueOrDefault(key) : null;

    private SourcePosition? At(SourcePosition? at, string folder) =>
        at is null ? null : at with { File = at.File.StartsWith(folder, StringComparison.Ordinal) ? source.Place(Path.GetRelativePath(folder, at.File).Replace('\\', '/')) : at.File };

    private void Wrong(string file, string what) => _problems.Add(Problem.Create(EvidenceCodes.RecordsContradict, $"'{file}' {what}", new SourcePosition(source.Place(file))));

    // The wiring checks need files on disk, so the few small wiring files are extracted.
    private sealed class WiringFolder : IDisposable
    {
        public WiringFolder(BundleSource source)
        {
            Path = Directory.CreateTempSubdirectory("matterstack-verify-").FullName;
            var names = source.Files.Where(f => f.StartsWith(BundleNames.Wiring + "/", StringComparison.Ordinal)).ToList();
            if (names.Sum(source.SizeOf) > StrangerLimits.MostOfWiring)
            {
                throw new InvalidDataException($"'{BundleNames.Wiring}' has more than {StrangerLimits.MostOfWiring >> 20} MiB");
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
