using System.Text.Json;

namespace MatterStack.Acceptance.Support;

/// <summary>A workspace of the repository, built where it is, with its runs and its cache in a temporary folder.</summary>
internal sealed class Workspace(string name) : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("matterstack-workspace-").FullName;

    public string Folder { get; } = Path.Combine(Repository.Folder, "workspaces", name);

    public string Runs => Path.Combine(_root, "runs");

    public BuildOutcome Build(string target, params string[] arguments)
    {
        using var build = DotnetBuild.Start(
            Folder,
            [
                "-t:" + target,
                "-p:MatterStackRunsDirectory=" + Runs,
                "-p:MatterStackCacheDirectory=" + Path.Combine(_root, "cache"),
                .. arguments,
            ]
        );
        return build.Wait();
    }

    /// <summary>The one run there is.</summary>
    public Run Run() => new(Directory.GetDirectories(Runs).Single());

    /// <summary>A JSON file that a task of the run has written.</summary>
    public JsonElement Json(string task, string file = "results.json") => JsonDocument.Parse(Run().File(task, "work/" + file)).RootElement;

    /// <summary>Writes a file of the person at the keyboard, beside the runs.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
