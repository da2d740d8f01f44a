using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Legacy;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Evidence;

/// <summary>
/// Writes a run's wiring into a bundle: the wirings unchanged, history and metadata with file names instead of paths of this machine.
/// </summary>
/// <remarks>
/// Each history line holds the hash of the line before it, so the chain is computed again. A broken history is copied unchanged: the copy
/// must not repair it.
/// </remarks>
internal static class PortableWiring
{
    public static void Write(BundleFolder bundle, IDisk disk, string runFolder)
    {
        var store = SnapshotStore.Open(disk, runFolder);
        Copy(bundle, store.Paths.Snapshot, BundleNames.Wiring + "/operators.yaml");
        foreach (var file in Directory.EnumerateFiles(store.Paths.CopiesFolder).Where(f => Sha256.TryParse(Path.GetFileNameWithoutExtension(f), out _)).Order(StringComparer.Ordinal))
        {
            Copy(bundle, file, $"{BundleNames.Wiring}/by-sha256/{Path.GetFileName(file)}");
        }

        if (SnapshotProblems.FindGaps(store).Count > 0 || store.History.IsTorn || store.Metadata is not { } metadata)
        {
            Copy(bundle, store.Paths.History, BundleNames.Wiring + "/history.jsonl");
            Copy(bundle, store.Paths.Metadata, BundleNames.Wiring + "/metadata.json");
            return;
        }

        using var history = new MemoryStream();
        Sha256? prev = null;
        var head = metadata.HistoryHead;
        foreach (var line in store.History.Lines)
        {
            var bytes = WiringHistory.FormatLine(line.Event with { ResolvedPath = Name(line.Event.ResolvedPath) }, prev, Names(line.LegacyInputs));
            history.Write(bytes);
            history.WriteByte((byte)'\n');
            prev = Sha256.ComputeHash(bytes);
            head = line.Hash == metadata.HistoryHead ? prev : head;
        }

        bundle.Write(BundleNames.Wiring + "/history.jsonl", history.ToArray());
        bundle.Write(BundleNames.Wiring + "/metadata.json", (metadata with { ResolvedPath = Name(metadata.ResolvedPath), LegacyInputs = Names(metadata.LegacyInputs), HistoryHead = head }).ToBytes());
    }

    private static void Copy(BundleFolder bundle, string file, string name)
    {
        if (File.Exists(file) && new FileInfo(file).LinkTarget is null)
        {
            using (RegularFile.OpenRead(file))
            {
            }

            bundle.Copy(name, file);
        }
    }

    private static string? Name(string? path) => path is null ? null : path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    private static LegacyInput[] Names(IReadOnlyList<LegacyInput> legacy) => [.. legacy.Select(l => l with { Path = Name(l.Path)! })];
}
