namespace MatterStack.Build.Tests.Support;

/// <summary>A workspace in a temporary folder whose campaign has no code; built in this process.</summary>
internal sealed class TestWorkspace : WorkspaceFolder
{
    private readonly string _projectName;

    public TestWorkspace(string body = "", string projectName = "probe.proj")
        : base(projectName)
    {
        _projectName = projectName;
        Declare(body);
    }

    public string Runs => Path.Combine(Folder, "runs");

    /// <summary>Writes the project; what it says goes into it as it is.</summary>
    public void Declare(string body) =>
        Write(
            _projectName,
            $"""
            <Project>
              <PropertyGroup><MatterStackTasksFolder>{Repository.TasksFolder}</MatterStackTasksFolder></PropertyGroup>
              <Import Project="{Path.Combine(Repository.Folder, "Directory.Build.targets")}" />
            {body}
            </Project>
            """
        );

    /// <summary>Line of the project that holds a text, from 1.</summary>
    public int LineOf(string text) => LineOf(Project, text);
}
