using Microsoft.Build.Evaluation;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace MatterStack.Build.Tests.Support;

/// <summary>A workspace in a temporary folder whose campaign is a compiled project; built in this process.</summary>
internal sealed class CodedWorkspace : IDisposable
{
    public CodedWorkspace(string body = "")
    {
        Folder = Directory.CreateTempSubdirectory("matterstack-coded-").FullName;
        Write("Directory.Build.props", $"<Project><PropertyGroup><MatterStackTasksFolder>{Repository.TasksFolder}</MatterStackTasksFolder><MatterStackCampaign>true</MatterStackCampaign></PropertyGroup></Project>");
        Write("Directory.Build.targets", $"""<Project><Import Project="{Path.Combine(Repository.Folder, "Directory.Build.targets")}" /></Project>""");
        Declare(body);
        Build("Restore").Succeeded();
    }

    public string Folder { get; }

    public string Project => Path.Combine(Folder, "probe.csproj");

    public string Source => Path.Combine(Folder, "Probe.cs");

    /// <summary>Writes the project, a library without packages; what it says goes into it as it is.</summary>
    public void Declare(string body) => Write("probe.csproj", $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <!-- The task that writes it does not load into a process of tests, which brings another version of what it needs. -->
            <GenerateDependencyFile>false</GenerateDependencyFile></PropertyGroup>
        {body}
        </Project>
        """);

    /// <summary>Writes its one source file.</summary>
    public CodedWorkspace Code(string text)
    {
        Write("Probe.cs", "using MatterStack.Engine.Campaigns;\n" + text);
        return this;
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Line of the source that holds a text, from 1.</summary>
    public int LineOf(string text)
    {
        var at = Array.FindIndex(File.ReadAllLines(Source), line => line.Contains(text, StringComparison.Ordinal));
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
        using var projects = new ProjectCollection(globals!, [logger], ToolsetDefinitionLocations.Default);
        var parameters = new BuildParameters(projects) { Loggers = [logger], MaxNodeCount = 1, EnableNodeReuse = false, GlobalProperties = globals! };
        var result = BuildManager.DefaultBuildManager.Build(parameters, new BuildRequestData(Project, globals, null, [target], null));
        IReadOnlyList<ITaskItem> items = result.ResultsByTarget.TryGetValue(target, out var found) ? found.Items : [];
        return new BuildAnswer(result.OverallResult == BuildResultCode.Success, logger.Errors, logger.Warnings, logger.Said, logger.UpToDate, items);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
