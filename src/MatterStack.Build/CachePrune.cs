using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Makes the cache smaller: <c>dotnet build -t:CachePrune</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class CachePrune : EngineTask
{
    private protected override string? TargetToCheck => "CachePrune";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => CachePruneCommand.Execute(context);
}
