using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Attempts of a task: <c>dotnet build -t:Attempts</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class ListAttempts : EngineTask
{
    private protected override string? TargetToCheck => "Attempts";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => AttemptsCommand.Execute(context);
}
