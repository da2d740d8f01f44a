using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Detects that the workspace's default has changed since a run was wired from it.</summary>
internal static class WiringDrift
{
    /// <summary>Returns a warning, once for each changed content of the file; otherwise null.</summary>
    public static Problem? FindWarning(
        IDisk disk,
        SnapshotStore store,
        RunWiring current,
        WiringSchema schema,
        WiringRequest request,
        bool runEnded
    )
    {
        if (
            runEnded
            || store.Metadata is not { Source: WiringSource.WorkspaceDefault } metadata
            || !WiringFiles.Read(disk, request.WorkspaceDefault, "").TryGet(out var raw)
        )
        {
            return null;
        }

        var canonical = CanonicalBytes.FromRaw(raw);
        var hash = Sha256.ComputeHash(canonical);
        // The snapshot of a file with references is a converted text: the hash of the file is among the legacy inputs.
        if (
            hash == metadata.Sha256
            || hash == metadata.ReportedDriftHash
            || metadata.LegacyInputs.Any(input => input.Sha256 == Sha256.ComputeHash(raw))
        )
        {
            return null;
        }

        store.WriteMetadata(metadata with { ReportedDriftHash = hash });
        var same =
            OperatorsFile.Parse(canonical, request.WorkspaceDefault, schema, outside: null).TryGet(out var now)
            && now.HasSameMeaningAs(current.Operators);
        return Problem
            .Create(
                WiringCodes.Drifted,
                $"The workspace's default has changed since the run was wired (now {hash}, the run has {metadata.Sha256})"
                    + $"{(same ? "; its meaning is the same" : "")}. The run keeps its wiring",
                new SourcePosition(request.WorkspaceDefault)
            )
            .AsWarning();
    }
}
