using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Checks the campaign and its wiring; runs nothing: plain <c>dotnet build</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class ValidateCampaign : CampaignEngineTask
{
    private protected override string? TargetToCheck => "Build";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => ValidateCommand.Execute(context, Source(), cancel);
}
