using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Operators.Local.Native;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>The machine a command runs on, as far as it matters; tests bring their own.</summary>
internal sealed record EngineHost(IDisk Disk, TimeProvider Clock, Func<IProcessHost> Processes, int Cores, string User, string Machine, string HomeFolder, ConductorOptions Conducting)
{
    /// <summary>Operators in place of those that the wiring's backends stand for, in a world in memory; null: the real ones.</summary>
    public Func<OperatorWiring, Action<Observation>, AttemptOperator>? Operators { get; init; }

    /// <summary>Kinds of operators there are.</summary>
    public OperatorCatalog Catalog { get; init; } = OperatorCatalog.BuiltIn;

    /// <summary>Where campaign classes come from.</summary>
    public ICampaigns Campaigns { get; init; } = CompiledCampaigns.Instance;

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
