using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Checks a run where it lies: <c>dotnet build -t:CheckRun</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckRun : EngineTask
{
    private protected override string? TargetToCheck => "CheckRun";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => CheckRunCommand.Execute(context);
}
