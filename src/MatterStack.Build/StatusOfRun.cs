using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>State and counts of a run: <c>dotnet build -t:Status</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class StatusOfRun : EngineTask
{
    private protected override string? TargetToCheck => "Status";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => StatusCommand.Execute(context);
}
