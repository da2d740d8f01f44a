using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Why a run is not finished: <c>dotnet build -t:Explain</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class ExplainRun : EngineTask
{
    private protected override string? TargetToCheck => "Explain";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => ExplainCommand.Execute(context);
}
