using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Runs of a workspace: <c>dotnet build -t:ListRuns</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class ListRuns : EngineTask
{
    private protected override string? TargetToCheck => "ListRuns";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => ListRunsCommand.Execute(context);
}
