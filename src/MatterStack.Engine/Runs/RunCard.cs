using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Runs;

/// <summary><c>config.json</c>: what a person sees first of a run's folder.</summary>
internal sealed record RunCard(string RunId, string Workspace, string CreatedAtUtc, string DefinitionSha256, string EngineVersion, RunCard.WiringLine Wiring, IReadOnlyList<string> Tags)
{
    public void Write(IDisk disk, RunFolder run) => disk.WriteAtomically(run.Card, JsonSerializer.SerializeToUtf8Bytes(this, RunJsonContext.Default.RunCard));

    internal sealed record WiringLine(string Sha256, string Source, string SnapshotPath);
}
