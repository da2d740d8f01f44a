using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>A workspace with one run on a disk in memory.</summary>
internal sealed class WiringWorld
{
    public const string Workspace = "/ws";
    public const string Run = "/ws/runs/20260101_000000_00000001";
    public const string Default = "/ws/operators.yaml";
    public const string Home = "/home/ada";
    public const string Snapshot = Run + "/operators_snapshot/operators.yaml";
    public const string Metadata = Run + "/operators_snapshot/metadata.json";
    public const string History = Run + "/operators_snapshot/history.jsonl";

    public const string One = "operators:\n  local.default: { kind: local, max_concurrent: 1 }\n";
    public const string Two = "operators:\n  local.default: { kind: local, max_concurrent: 2 }\n";

    public MemoryDisk Disk { get; init; } = new();

    public SteppingClock Clock { get; } = new();

    public WiringService Keeper => new(Disk, Clock, Schedulers.Schema);

    public static WiringRequest Request { get; } =
        new()
        {
            WorkspaceDefault = Default,
            WorkspaceFolder = Workspace,
            HomeFolder = Home,
            User = "ada",
            Host = "lab1",
        };

    public static string BySha(string hash) => $"{Run}/operators_snapshot/by-sha256/{hash}.yaml";

    public WiringWorld With(string path, string text)
    {
        Disk.Put(path, text);
        return this;
    }

    public Result<RunWiring> Resolve(Func<WiringRequest, WiringRequest>? change = null, bool ended = false) =>
        Keeper.ResolveForRun(Run, ended, change?.Invoke(Request) ?? Request);

    /// <summary>Events of the history, oldest first.</summary>
    public IReadOnlyList<string> Events =>
        Disk.FileExists(History)
            ? Disk.Text(History)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!)
                .ToArray()
            : [];

    public System.Text.Json.JsonElement Json(string path) => System.Text.Json.JsonDocument.Parse(Disk.Text(path)).RootElement;
}

/// <summary>A clock that goes on by a second at every look.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromSeconds(1);
}

/// <summary>Looking at problems.</summary>
internal static class ProblemAssert
{
    public static Problem Single<T>(ProblemCode code, Result<T> result)
    {
        Assert.HasCount(1, result.Problems, string.Join("\n", result.Problems));
        Assert.AreEqual(code, result.Problems[0].Code, result.Problems[0].ToString());
        return result.Problems[0];
    }
}
