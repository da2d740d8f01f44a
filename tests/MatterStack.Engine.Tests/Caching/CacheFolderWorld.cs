using System.Text;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Tests.Operators;

namespace MatterStack.Engine.Tests.Caching;

/// <summary>A cache in a folder of its own, results to put in, and a place to take them out to.</summary>
internal sealed class CacheFolderWorld : IDisposable
{
    private readonly TempFolder _folder = new(inMemory: true);

    public ManualClock Clock { get; } = new();

    public CacheFolder Folder => new(_folder.In("cache"));

    public string Target => _folder.In("run/tasks/t@1");

    public ResultCache Cache(CacheMode mode = CacheMode.ReadWrite, IDisk? disk = null) =>
        new(new CacheSettings(Folder.Path, mode), disk ?? RealDisk.Instance, Clock);

    /// <summary>A result with files as they would lie in a task's <c>work/</c> folder.</summary>
    public (CacheEntry Entry, string Work) Result(string task, params ReadOnlySpan<(string Path, string Content)> files)
    {
        var work = _folder.In("work-" + Guid.NewGuid().ToString("N"));
        var cached = new List<CachedFile>();
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(work, path))!);
            File.WriteAllText(Path.Combine(work, path), content);
            cached.Add(new CachedFile(path, Sha256.ComputeTextHash(content), Encoding.UTF8.GetByteCount(content), 0x1a4, true));
        }

        return (new CacheEntry(Of(task), cached, [], Origin(task)), work);
    }

    /// <summary>Puts such a result in.</summary>
    public CacheEntry Put(string task, params ReadOnlySpan<(string Path, string Content)> files)
    {
        var (entry, work) = Result(task, files);
        Assert.IsNull(Publish(entry, work));
        return entry;
    }

    public Problem? Publish(CacheEntry entry, string work, bool replace = false) => Cache().PublishResult(entry, work, _ => null, replace);

    /// <summary>Takes it out; what it left, or what is wrong.</summary>
    public (string Files, CacheDamage? Damage) TakeOut(string task, CacheMode mode = CacheMode.ReadWrite)
    {
        var cache = Cache(mode);
        if (cache.FindEntry(Of(task).Hash, out var damage) is not { } entry)
        {
            return (damage is null ? "unknown" : "damaged", damage);
        }

        damage = cache.RestoreFiles(entry, Target);
        var work = Path.Combine(Target, "work");
        return damage is not null
            ? ("damaged", damage)
            : (
                string.Join(
                    ' ',
                    Directory
                        .EnumerateFiles(work, "*", SearchOption.AllDirectories)
                        .Order()
                        .Select(f => $"{Path.GetRelativePath(work, f)}={File.ReadAllText(f)}")
                ),
                null
            );
    }

    public static Fingerprint Of(string task) => Fingerprint.Create([FingerprintPart.FromText("task", task)]);

    public static CacheOrigin Origin(string task) =>
        new()
        {
            RunId = "20260101_000000_00000001",
            AttemptId = "20260101_000000_00000002",
            AttemptIndex = 1,
            TaskId = task,
            Workspace = "w",
            OperatorKey = "local.default",
            WiringSha256 = "w",
            OperatorSha256 = "o",
            Host = "h",
            ExitCode = 0,
            CreatedAtUtc = "c",
            EndedAtUtc = "e",
            EngineVersion = "v",
        };

    public void Dispose() => _folder.Dispose();
}
