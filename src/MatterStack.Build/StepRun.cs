using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>One tick of a run: <c>dotnet build -t:Step</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class StepRun : CampaignEngineTask
{
    private protected override string? TargetToCheck => null;

    private protected override CommandResult ExecuteCommand(CommandContext context, CancellationToken cancel) =>
        TickCommand.Step(context, ReadCampaign, cancel);
}
