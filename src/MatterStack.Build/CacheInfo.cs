using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>What the cache holds: <c>dotnet build -t:CacheInfo</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class CacheInfo : EngineTask
{
    private protected override string? TargetToCheck => "CacheInfo";

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => CacheInfoCommand.Execute(context);
}
