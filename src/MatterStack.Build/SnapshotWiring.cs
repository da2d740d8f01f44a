using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Stores the wiring in the current run. MSBuild skips the target if the run has this wiring.</summary>
[MSBuildMultiThreadableTask]
public sealed class SnapshotWiring : EngineTask
{
    private protected override string? TargetToCheck => null;

    private protected override CommandResult ExecuteCommand(CommandContext context, CancellationToken cancel) =>
        SnapshotWiringCommand.Execute(context);
}
