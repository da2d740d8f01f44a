using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Checks whether a run's evidence is up to date; if it is, MSBuild skips the target that writes it.</summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveEvidence : EngineTask
{
    /// <summary>Path of the manifest, if the bundle is up to date; otherwise a path that does not exist.</summary>
    [Output]
    public string Manifest { get; private set; } = "";

    private protected override string? TargetToCheck => "ExportEvidence";

    private protected override CommandResult ExecuteCommand(CommandContext context, CancellationToken cancel)
    {
        var result = ExportEvidenceCommand.CheckUpToDate(context, out var manifest);
        Manifest = manifest ?? Path.Combine(context.Workspace.RunsDirectory, "no-evidence-yet");
        return result;
    }
}
