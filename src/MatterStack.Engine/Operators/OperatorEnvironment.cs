using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Operators;

/// <summary>The machine and the services that operators use.</summary>
/// <param name="Processes">Processes of this machine.</param>
/// <param name="Disk">The disk with the attempts' folders.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Cores">Number of cores that all local attempts share.</param>
/// <param name="Paths">Resolves paths in wiring.</param>
/// <param name="Catalog">The known kinds of operators.</param>
/// <param name="OperatorFactory">Creates the operator of a wired key with a receiver for its facts; null: the kind's provider creates it.
/// For tests.</param>
internal sealed record OperatorEnvironment(
    IProcessHost Processes,
    IDisk Disk,
    TimeProvider Clock,
    int Cores,
    WiringPaths Paths,
    OperatorCatalog Catalog,
    Func<OperatorWiring, Action<Observation>, AttemptOperator>? OperatorFactory = null
)
{
    /// <summary>What all local attempts share.</summary>
    public MachineBudgets Budgets { get; init; } =
        new(Cores, new Lazy<int>(static () => int.MaxValue), new Lazy<IReadOnlyList<string>>(static () => []));

    /// <summary>Pause between two queries to a scheduler, unless wiring sets another one.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Cancelled when the command ends soon.</summary>
    public CancellationToken ShuttingDown { get; init; }

    /// <summary>Log of unexpected exceptions.</summary>
    public FaultLog Faults { get; init; } = new();

    /// <summary>Resolves secrets that wiring refers to, and hides them in texts. Without one, no environment variable is set.</summary>
    public SecretResolver Secrets { get; init; } = new(static _ => null, Disk, Paths);
}
