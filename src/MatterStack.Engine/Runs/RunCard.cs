using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Runs;

/// <summary><c>config.json</c>: what a person sees first of a run's folder.</summary>
internal sealed record RunCard(string RunId, string Workspace, string CreatedAtUtc, string DefinitionSha256, string EngineVersion, RunCard.WiringLine Wiring, IReadOnlyList<string> Tags)
{
    /// <exception cref="JsonException">It is no card.</exception>
    public static RunCard Read(ReadOnlySpan<byte> bytes) => OutsideJson.Check(bytes, JsonRule.Results) is { } fault
        ? throw new JsonException(fault.ToString())
        : JsonSerializer.Deserialize(ByteOrderMark.Skip(bytes), RunJsonContext.Default.RunCard) ?? throw new JsonException("The card is empty");

    /// <summary>The machine that a run's card names; null if there is no card, or none that can be read.</summary>
    public static RunMachine? MachineOf(IDisk disk, RunFolder run)
    {
        try
        {
            return disk.FileExists(run.Card) ? Read(disk.ReadAllBytes(run.Card)).Environment : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(IDisk disk, RunFolder run) => disk.WriteAtomically(run.Card, JsonSerializer.SerializeToUtf8Bytes(this, RunJsonContext.Default.RunCard));

    /// <summary>What the run was made on; null in runs of earlier versions.</summary>
    public RunMachine? Environment { get; init; }

    internal sealed record WiringLine(string Sha256, string Source, string SnapshotPath);
}

/// <summary>The machine that made a run, as far as it can matter to what came out. Nothing that names it or its user.</summary>
internal sealed record RunMachine(string Os, string Architecture, string Dotnet)
{
    public static RunMachine This() => new(
        System.Runtime.InteropServices.RuntimeInformation.OSDescription.Trim(),
        System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
        System.Environment.Version.ToString());
}
