using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>A run as a page: <c>dotnet build -t:Report</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class Report : EngineTask
{
    private protected override string? TargetToCheck => "Report";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => ReportCommand.Execute(context);
}
