namespace MatterStack.Benchmarks;

/// <summary>A folder for one measurement, gone afterwards. Where it is decides much: inodes cost more on a disk than in memory.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch() => Folder = Directory.CreateTempSubdirectory("matterstack-bench-").FullName;

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
