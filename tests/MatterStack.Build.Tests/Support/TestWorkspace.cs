using Microsoft.Build.Evaluation;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests.Support;

/// <summary>A workspace in a temporary folder whose campaign has no code; built in this process.</summary>
internal sealed class TestWorkspace : IDisposable
{
    private readonly string _projectName;

    public TestWorkspace(string body = "", string projectName = "probe.proj")
    {
        _projectName = projectName;
        Folder = Directory.CreateTempSubdirectory("matterstack-build-").FullName;
        Declare(body);
    }

    public string Folder { get; }

    public string Project => Path.Combine(Folder, _projectName);

    public string Runs => Path.Combine(Folder, "runs");

    /// <summary>Writes the project; what it says goes into it as it is.</summary>
    public void Declare(string body) => Write(_projectName, $"""
        <Project>
          <PropertyGroup><MatterStackTasksFolder>{Repository.TasksFolder}</MatterStackTasksFolder></PropertyGroup>
          <Import Project="{Path.Combine(Repository.Folder, "Directory.Build.targets")}" />
        {body}
        </Project>
        """);

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Line of the project that holds a text, from 1.</summary>
    public int LineOf(string text)
    {
        var at = Array.FindIndex(File.ReadAllLines(Project), line => line.Contains(text, StringComparison.Ordinal));
        Assert.IsGreaterThanOrEqualTo(0, at, $"no line holds {text}");
        return at + 1;
    }

    public BuildAnswer Build(string target, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var globals = new Dictionary<string, string?>();
        foreach (var (name, value) in arguments)
        {
            globals[name] = value;
        }

        var logger = new RecordingLogger();
        // Made here, since it takes the environment as it is now.
        using var projects = new ProjectCollection(globals!, [logger], ToolsetDefinitionLocations.Default);
        var parameters = new BuildParameters(projects) { Loggers = [logger], MaxNodeCount = 1, EnableNodeReuse = false, GlobalProperties = globals! };
        var result = BuildManager.DefaultBuildManager.Build(parameters, new BuildRequestData(Project, globals, null, [target], null));
        IReadOnlyList<ITaskItem> items = result.ResultsByTarget.TryGetValue(target, out var found) ? found.Items : [];
        return new BuildAnswer(result.OverallResult == BuildResultCode.Success, logger.Errors, logger.Warnings, logger.Said, logger.UpToDate, items);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
