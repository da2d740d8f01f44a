using Microsoft.Build.Evaluation;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests.Support;

/// <summary>A workspace in a temporary folder, built in this process.</summary>
internal abstract class WorkspaceFolder(string projectName) : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("matterstack-build-").FullName;

    public string Project => Path.Combine(Folder, projectName);

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public BuildAnswer Build(string target, params ReadOnlySpan<(string Name, string Value)> arguments) =>
        BuildProject(Project, target, arguments);

    public static BuildAnswer BuildProject(string project, string target, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var globals = new Dictionary<string, string?>();
        foreach (var (name, value) in arguments)
        {
            globals[name] = value;
        }

        var logger = new RecordingLogger();
        // Made here, since it takes the environment as it is now.
        using var projects = new ProjectCollection(globals!, [logger], ToolsetDefinitionLocations.Default);
        var parameters = new BuildParameters(projects)
        {
            Loggers = [logger],
            MaxNodeCount = 1,
            EnableNodeReuse = false,
            GlobalProperties = globals!,
        };
        var result = BuildManager.DefaultBuildManager.Build(parameters, new BuildRequestData(project, globals, null, [target], null));
        IReadOnlyList<ITaskItem> items = result.ResultsByTarget.TryGetValue(target, out var found) ? found.Items : [];
        return new BuildAnswer(
            result.OverallResult == BuildResultCode.Success,
            logger.Errors,
            logger.Warnings,
            logger.Said,
            logger.Details,
            logger.UpToDate,
            items
        );
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Line of a file that holds a text, from 1.</summary>
    protected static int LineOf(string file, string text)
    {
        var at = Array.FindIndex(File.ReadAllLines(file), line => line.Contains(text, StringComparison.Ordinal));
        Assert.IsGreaterThanOrEqualTo(0, at, $"no line holds {text}");
        return at + 1;
    }
}
