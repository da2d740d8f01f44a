using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>The run's wiring against today's: <c>dotnet build -t:WiringDiff</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class WiringDiff : EngineTask
{
    private protected override string? TargetToCheck => "WiringDiff";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => WiringDiffCommand.Execute(context);
}
