using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Ticks until nothing is left to do: <c>dotnet build -t:Loop</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class LoopRun : CampaignEngineTask
{
    private protected override string? TargetToCheck => "Loop";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => TickCommand.Loop(context, Source(), cancel);
}
