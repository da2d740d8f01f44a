namespace MatterStack.Engine.Tests;

/// <summary>A folder for one test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("matterstack-test-").FullName;

    public string In(string relative) => System.IO.Path.Combine(Path, relative);

    public string Write(string relative, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(relative))!);
        File.WriteAllText(In(relative), content);
        return In(relative);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
