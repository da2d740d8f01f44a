using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Runs;

/// <summary>The file <c>config.json</c> of a run's folder: an overview of the run for people.</summary>
internal sealed record RunConfigFile(
    string RunId,
    string Workspace,
    string CreatedAtUtc,
    string DefinitionSha256,
    string EngineVersion,
    RunConfigFile.WiringEntry Wiring,
    IReadOnlyList<string> Tags
)
{
    // Bytes; the file has about 1000.
    private const int MaxLength = 1 << 20;

    /// <exception cref="JsonException">The bytes are not such a file.</exception>
    public static RunConfigFile Read(ReadOnlySpan<byte> bytes) =>
        OutsideJson.FindFault(bytes, JsonRule.Results) is { } fault
            ? throw new JsonException(fault.ToString())
            : JsonSerializer.Deserialize(ByteOrderMark.Skip(bytes), RunJsonContext.Default.RunConfigFile)
                ?? throw new JsonException("The file is empty");

    /// <summary>Machine that created a run. Returns null if the file is missing or cannot be read.</summary>
    public static RunMachine? FindMachine(IDisk disk, RunFolder run)
    {
        try
        {
            return disk.FileExists(run.ConfigFile) ? Read(disk.ReadAllBytes(run.ConfigFile)).Environment : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Tags that a run was created with. None if the file is missing or cannot be read.</summary>
    public static IReadOnlyList<string> ReadTags(RunFolder run)
    {
        try
        {
            return RegularFile.Read(run.ConfigFile, MaxLength) is { } bytes ? Read(bytes).Tags ?? [] : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public void Write(IDisk disk, RunFolder run) =>
        disk.WriteAtomically(run.ConfigFile, JsonSerializer.SerializeToUtf8Bytes(this, RunJsonContext.Default.RunConfigFile));

    /// <summary>Machine that created the run; null in runs of earlier versions.</summary>
    public RunMachine? Environment { get; init; }

    internal sealed record WiringEntry(string Sha256, string Source, string SnapshotPath);
}
