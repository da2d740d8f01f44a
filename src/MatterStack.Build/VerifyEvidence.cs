using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Whether a bundle is what was exported: <c>dotnet build -t:VerifyEvidence</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class VerifyEvidence : EngineTask
{
    private protected override string? TargetToCheck => "VerifyEvidence";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => VerifyEvidenceCommand.Execute(context);
}
