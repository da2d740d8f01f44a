using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Operators.Local.Native;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>The machine a command runs on, as far as it matters; tests bring their own.</summary>
internal sealed record EngineHost(IDisk Disk, TimeProvider Clock, Func<IProcessHost> Processes, int Cores, string User, string Machine, string HomeFolder, ConductorOptions Conducting)
{
    /// <summary>This machine.</summary>
    public static EngineHost ThisMachine() => new(
        RealDisk.Instance,
        TimeProvider.System,
        () => new UnixProcessHost(UnixProcessHost.CommandEnvironment()),
        Environment.ProcessorCount,
        Environment.UserName,
        Environment.MachineName,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        new ConductorOptions());
}
