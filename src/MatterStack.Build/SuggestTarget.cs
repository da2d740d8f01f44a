using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Problems;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Suggests a target if the command line has a misspelt one.</summary>
[MSBuildMultiThreadableTask]
public sealed class SuggestTarget : Microsoft.Build.Utilities.Task
{
    /// <summary>Absolute path of the campaign project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Folder in which the command was started.</summary>
    public string StartupDirectory { get; set; } = "";

    /// <inheritdoc />
    public override bool Execute()
    {
        var line = CommandLine.Parse(Environment.GetCommandLineArgs());
        if (!line.IsFor(ProjectFile, StartupDirectory))
        {
            return true;
        }

        var meant = line
            .Targets.Select(given => (given, name: CommandTable.SuggestName(given)))
            .Where(pair => pair.name is not null)
            .ToList();
        if (meant.Count == 0)
        {
            return true;
        }

        // A target of the project may have a similar name. Reading the project again is slow, but rare.
        var own = ReadTargetNames();
        var log = new BuildLog(Log, new WarningsAsErrors(BuildEngine, null), ProjectFile);
        foreach (var (given, name) in meant.Where(pair => !own.Contains(pair.given)))
        {
            log.Report(
                new Problem(
                    CampaignCodes.UnknownTarget,
                    $"There is no target '{given}'",
                    $"Did you mean -t:{name}? -t:Help lists all targets."
                )
            );
        }

        return !Log.HasLoggedErrors;
    }

    // The type is in the host's assembly. This project compiles only against the parts of MSBuild that tasks may rely on.
    private HashSet<string> ReadTargetNames()
    {
        var globals = ((IBuildEngine6)BuildEngine).GetGlobalProperties().ToDictionary(p => p.Key, p => p.Value);
        var type = Type.GetType("Microsoft.Build.Execution.ProjectInstance, Microsoft.Build", throwOnError: true)!;
        var project = Activator.CreateInstance(type, ProjectFile, globals, null);
        var targets = type.GetProperty("Targets")!;
        return new(
            (IEnumerable<string>)targets.PropertyType.GetProperty("Keys")!.GetValue(targets.GetValue(project))!,
            StringComparer.OrdinalIgnoreCase
        );
    }
}
