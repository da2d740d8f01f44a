using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Runs.Limits;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Creates the shared limits that a wiring names.</summary>
internal static class SharedLimitsFactory
{
    /// <summary>Returns null if the wiring names none. Nothing is read or created yet.</summary>
    /// <param name="context">Workspace, log and machine.</param>
    /// <param name="wiring">The wiring.</param>
    /// <param name="processes">Processes of this machine.</param>
    public static SharedLimits? Create(CommandContext context, OperatorsFile wiring, IProcessHost processes)
    {
        if (wiring.SharedLimits is not { } written)
        {
            return null;
        }

        var host = context.Host;
        var folder = new WiringPaths(context.Workspace.Folder, host.HomeFolder).Resolve(written);
        return new SharedLimits(
            folder,
            host.Machine,
            host.Disk,
            host.Clock,
            new HolderCheck(processes, host.Machine),
            context.Workspace.TrustLocks,
            context.Log.Report
        );
    }
}
