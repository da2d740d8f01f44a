using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Problems;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Names the target that was meant where the command line has a misspelt one.</summary>
[MSBuildMultiThreadableTask]
public sealed class SuggestTarget : Microsoft.Build.Utilities.Task
{
    /// <summary>Absolute path of the campaign project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Folder that the command was started in.</summary>
    public string StartupDirectory { get; set; } = "";

    /// <inheritdoc />
    public override bool Execute()
    {
        var line = CommandLine.Read(Environment.GetCommandLineArgs());
        if (!line.IsFor(ProjectFile, StartupDirectory))
        {
            return true;
        }

        var meant = line.Targets.Select(given => (given, name: CommandTable.SuggestName(given))).Where(pair => pair.name is not null).ToList();
        if (meant.Count == 0)
        {
            return true;
        }

        // A target of the project's own may be called nearly as one of ours. To read the project once more takes a while, but hardly ever happens.
        var own = Targets();
        var log = new BuildLog(Log, new WarningsAsErrors(BuildEngine, null), ProjectFile);
        foreach (var (given, name) in meant.Where(pair => !own.Contains(pair.given)))
        {
            log.Report(new Problem(CampaignCodes.UnknownTarget, $"There is no target '{given}'", $"Did you mean -t:{name}? -t:Help lists all."));
        }

        return !Log.HasLoggedErrors;
    }

    // The host's own assembly; ours compiles against the parts of MSBuild that tasks are promised.
    private HashSet<string> Targets()
    {
        var globals = ((IBuildEngine6)BuildEngine).GetGlobalProperties().ToDictionary(p => p.Key, p => p.Value);
        var type = Type.GetType("Microsoft.Build.Execution.ProjectInstance, Microsoft.Build", throwOnError: true)!;
        var project = Activator.CreateInstance(type, ProjectFile, globals, null);
        var targets = type.GetProperty("Targets")!;
        return new((IEnumerable<string>)targets.PropertyType.GetProperty("Keys")!.GetValue(targets.GetValue(project))!, StringComparer.OrdinalIgnoreCase);
    }
}
