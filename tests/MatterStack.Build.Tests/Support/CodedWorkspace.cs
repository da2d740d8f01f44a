namespace MatterStack.Build.Tests.Support;

/// <summary>A workspace in a temporary folder whose campaign is a compiled project; built in this process.</summary>
internal sealed class CodedWorkspace : WorkspaceFolder
{
    public CodedWorkspace(string body = "")
        : base("probe.csproj")
    {
        Write(
            "Directory.Build.props",
            $"<Project><PropertyGroup><MatterStackTasksFolder>{Repository.TasksFolder}</MatterStackTasksFolder>"
                + $"<MatterStackCampaign>true</MatterStackCampaign></PropertyGroup></Project>"
        );
        Write(
            "Directory.Build.targets",
            $"""<Project><Import Project="{Path.Combine(Repository.Folder, "Directory.Build.targets")}" /></Project>"""
        );
        Declare(body);
        Build("Restore").Succeeded();
    }

    public string Source => Path.Combine(Folder, "Probe.cs");

    /// <summary>Writes the project, a library without packages; what it says goes into it as it is.</summary>
    public void Declare(string body) =>
        Write(
            "probe.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- The task that writes it does not load into a process of tests, which brings another version of what it needs. -->
                <GenerateDependencyFile>false</GenerateDependencyFile></PropertyGroup>
            {body}
            </Project>
            """
        );

    /// <summary>Writes its one source file.</summary>
    public CodedWorkspace Code(string text)
    {
        Write("Probe.cs", "using MatterStack.Engine.Campaigns;\n" + text);
        return this;
    }

    /// <summary>Line of the source that holds a text, from 1.</summary>
    public int LineOf(string text) => LineOf(Source, text);
}
