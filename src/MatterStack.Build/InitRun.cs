using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Makes a run: <c>dotnet build -t:Init</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class InitRun : CampaignEngineTask
{
    private protected override string? TargetToCheck => "Init";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => InitCommand.Execute(context, Source(), cancel);
}
