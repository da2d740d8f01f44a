using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Evidence.Bundle;

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
        CopyFile(bundle, store.Paths.Snapshot, BundleNames.WiringFolder + "/operators.yaml");
        foreach (
            var file in Directory
                .EnumerateFiles(store.Paths.CopiesFolder)
                .Where(f => Sha256.TryParse(Path.GetFileNameWithoutExtension(f), out _))
                .Order(StringComparer.Ordinal)
        )
        {
            CopyFile(bundle, file, $"{BundleNames.WiringFolder}/by-sha256/{Path.GetFileName(file)}");
        }

        if (SnapshotProblems.FindGaps(store).Count > 0 || store.History.IsTorn || store.Metadata is not { } metadata)
        {
            CopyFile(bundle, store.Paths.History, BundleNames.WiringFolder + "/history.jsonl");
            CopyFile(bundle, store.Paths.Metadata, BundleNames.WiringFolder + "/metadata.json");
            return;
        }

        using var history = new MemoryStream();
        Sha256? prev = null;
        var head = metadata.HistoryHead;
        foreach (var line in store.History.Lines)
        {
            var bytes = WiringHistory.FormatLine(
                line.Event with
                {
                    ResolvedPath = GetFileName(line.Event.ResolvedPath),
                },
                prev,
                RemoveFolders(line.LegacyInputs)
            );
            history.Write(bytes);
            history.WriteByte((byte)'\n');
            prev = Sha256.ComputeHash(bytes);
            head = line.Hash == metadata.HistoryHead ? prev : head;
        }

        bundle.WriteFile(BundleNames.WiringFolder + "/history.jsonl", history.ToArray());
        bundle.WriteFile(
            BundleNames.WiringFolder + "/metadata.json",
            (
                metadata with
                {
                    ResolvedPath = GetFileName(metadata.ResolvedPath),
                    LegacyInputs = RemoveFolders(metadata.LegacyInputs),
                    HistoryHead = head,
                }
            ).ToBytes()
        );
    }

    private static void CopyFile(BundleFolder bundle, string file, string name)
    {
        if (File.Exists(file) && new FileInfo(file).LinkTarget is null)
        {
            using (RegularFile.OpenRead(file)) { }

            bundle.CopyFile(name, file);
        }
    }

    private static string? GetFileName(string? path) => path is null ? null : path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    private static LegacyInput[] RemoveFolders(IReadOnlyList<LegacyInput> legacy) =>
        [.. legacy.Select(l => l with { Path = GetFileName(l.Path)! })];
}
