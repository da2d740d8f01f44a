using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Whether a run's evidence is up to date, for the target that writes it, which is skipped then.</summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveEvidence : EngineTask
{
    /// <summary>The manifest of a bundle that is up to date; otherwise a name that no file has.</summary>
    [Output]
    public string Manifest { get; private set; } = "";

    private protected override string? TargetToCheck => "ExportEvidence";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel)
    {
        var result = ExportEvidenceCommand.Look(context, out var manifest);
        Manifest = manifest ?? Path.Combine(context.Workspace.RunsDirectory, "no-evidence-yet");
        return result;
    }
}
