using System.Text.Json;

namespace MatterStack.Acceptance.Support;

/// <summary>A workspace of the repository, built where it is, with its runs in a temporary folder.</summary>
internal sealed class Workspace(string name) : IDisposable
{
    public string Folder { get; } = Path.Combine(Repository.Folder, "workspaces", name);

    public string Runs { get; } = Directory.CreateTempSubdirectory("matterstack-workspace-").FullName;

    public BuildOutcome Build(string target, params string[] arguments)
    {
        using var build = Start(target, arguments);
        return build.Wait();
    }

    public DotnetBuild Start(string target, params string[] arguments) => DotnetBuild.Start(Folder, ["-t:" + target, "-p:MatterStackRunsDirectory=" + Runs, .. arguments]);

    /// <summary>The one run there is.</summary>
    public Run Run() => new(Directory.GetDirectories(Runs).Single());

    /// <summary>A JSON file that a task of the run has written.</summary>
    public JsonElement Json(string task, string file = "results.json", int attempt = 1) => JsonDocument.Parse(Run().File(task, "work/" + file, attempt)).RootElement;

    public void Dispose() => Directory.Delete(Runs, recursive: true);
}
