using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Deletes a run: <c>dotnet build -t:Reset -p:Confirm=true</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class ResetRun : EngineTask
{
    private protected override string? TargetToCheck => "Reset";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => ResetCommand.Execute(context);
}
