using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Wiring into the current run, for the target of that name, which is skipped where the run has it.</summary>
[MSBuildMultiThreadableTask]
public sealed class SnapshotWiring : EngineTask
{
    private protected override string? TargetToCheck => null;

    private protected override CommandResult Run(CommandContext context, CancellationToken cancel) => SnapshotWiringCommand.Execute(context);
}
