namespace MatterStack.Engine.Tests;

/// <summary>A folder for one test.</summary>
internal sealed class TempFolder : IDisposable
{
    private const string Memory = "/dev/shm";
    private readonly bool _borrowed;

    /// <param name="inMemory">Where there is a disk in memory, there: for tests that write much and ask nothing of the disk.</param>
    public TempFolder(bool inMemory = false) =>
        Path =
            inMemory && Directory.Exists(Memory)
                ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, "matterstack-test-" + Guid.NewGuid().ToString("N"))).FullName
                : Directory.CreateTempSubdirectory("matterstack-test-").FullName;

    /// <param name="path">A folder that belongs to somebody else, and stays.</param>
    public TempFolder(string path) => (Path, _borrowed) = (path, true);

    public string Path { get; }

    public string In(string relative) => System.IO.Path.Combine(Path, relative);

    public string Write(string relative, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(relative))!);
        File.WriteAllText(In(relative), content);
        return In(relative);
    }

    public void Dispose()
    {
        if (_borrowed)
        {
            return;
        }

        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException) when (!OperatingSystem.IsWindows())
        {
            // .NET does not delete names that are not UTF-8.
            using var remove = System.Diagnostics.Process.Start("rm", ["-rf", "--", Path]);
            remove.WaitForExit();
        }
    }
}
