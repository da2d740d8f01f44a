using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Schema;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring;

/// <summary>Notices that the workspace's default is no longer what a run was wired from.</summary>
internal static class Drift
{
    /// <summary>The notice, once for each content the file has had; null otherwise.</summary>
    public static Problem? Notice(IDisk disk, SnapshotStore store, RunWiring current, WiringSchema schema, WiringRequest request, bool runEnded)
    {
        if (runEnded || store.Metadata is not { Source: WiringSource.WorkspaceDefault } metadata || !WiringFiles.Read(disk, request.WorkspaceDefault, "").TryGet(out var raw))
        {
            return null;
        }

        var canonical = CanonicalBytes.Of(raw);
        var hash = Sha256.Of(canonical);
        // A file that referred to others was written out anew: its own hash is among the legacy inputs.
        if (hash == metadata.Sha256 || hash == metadata.DriftNoticed || metadata.Legacy.Any(input => input.Sha256 == Sha256.Of(raw)))
        {
            return null;
        }

        store.WriteMetadata(metadata with { DriftNoticed = hash });
        var same = OperatorsFile.Parse(canonical, request.WorkspaceDefault, schema, outside: null).TryGet(out var now) && now.MeansTheSameAs(current.Operators);
        return Problem.Of(
            WiringCodes.Drifted,
            $"The workspace's default has changed since the run was wired (now {hash}, the run has {metadata.Sha256}){(same ? "; it means the same" : "")}. The run keeps its wiring",
            new SourcePosition(request.WorkspaceDefault)).AsWarning();
    }
}
