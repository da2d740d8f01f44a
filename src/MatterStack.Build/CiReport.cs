using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>A run as CI systems read it: <c>dotnet build -t:CiReport</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class CiReport : EngineTask
{
    private protected override string? TargetToCheck => "CiReport";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => CiReportCommand.Execute(context);
}
