using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Writes the evidence of a run: <c>dotnet build -t:ExportEvidence</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class ExportEvidence : EngineTask
{
    private protected override string? TargetToCheck => null;

    private protected override CommandResult ExecuteCommand(CommandContext context, CancellationToken cancel) =>
        ExportEvidenceCommand.Execute(context);
}
