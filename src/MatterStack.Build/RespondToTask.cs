using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>A person's answer to a task that waits for one: <c>dotnet build -t:Respond</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class RespondToTask : EngineTask
{
    private protected override string? TargetToCheck => "Respond";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => RespondCommand.Execute(context);
}
