using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Processes.Native;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>The machine that a command runs on. Tests provide their own.</summary>
internal sealed record EngineHost(
    IDisk Disk,
    TimeProvider Clock,
    Func<IProcessHost> Processes,
    int Cores,
    string User,
    string Machine,
    string HomeFolder,
    ConductorOptions Conducting
)
{
    /// <summary>Creates operators in memory, for tests; null: the operators of the wiring.</summary>
    public Func<OperatorWiring, Action<Observation>, AttemptOperator>? Operators { get; init; }

    /// <summary>The known kinds of operators. Their tables are created when a command first needs a kind.</summary>
    public OperatorCatalog Catalog
    {
        get => field ??= BuiltInOperators.Catalog;
        init;
    }

    /// <summary>Returns the memory of this machine in MiB.</summary>
    public Func<int> ReadMemoryMib { get; init; } = MachineMemory.ReadMebibytes;

    /// <summary>Finds the accelerators of this machine.</summary>
    public Func<IReadOnlyList<string>> FindGpus { get; init; } = static () => [];

    /// <summary>Returns the number of characters in a line of the user's terminal.</summary>
    public Func<int> ReadLineWidth { get; init; } = TerminalWidth.Read;

    /// <summary>Returns the environment variables of this command.</summary>
    public Func<IReadOnlyDictionary<string, string>> ReadVariables { get; init; } =
        static () => CommandEnvironment.GetVariables().ToDictionary(StringComparer.Ordinal);

    /// <summary>Path of the <c>dotnet</c> command in use.</summary>
    public string DotnetPath { get; init; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : Environment.ProcessPath ?? "dotnet";

    /// <summary>Finds and calls campaign classes.</summary>
    public ICampaignLoader Campaigns { get; init; } = CampaignLoader.Instance;

    /// <summary>What this machine has for local attempts.</summary>
    public MachineBudgets CreateBudgets() => new(Cores, new Lazy<int>(ReadMemoryMib), new Lazy<IReadOnlyList<string>>(FindGpus));

    /// <summary>Creates the host for this machine.</summary>
    public static EngineHost ThisMachine() =>
        new(
            RealDisk.Instance,
            TimeProvider.System,
            () => new UnixProcessHost(CommandEnvironment.GetVariables()),
            Environment.ProcessorCount,
            Environment.UserName,
            Environment.MachineName,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            new ConductorOptions()
        )
        {
            FindGpus = static () =>
                GpuFinder.FindGpus(CommandEnvironment.GetVariables().ToDictionary(StringComparer.Ordinal), TimeProvider.System),
        };
}
