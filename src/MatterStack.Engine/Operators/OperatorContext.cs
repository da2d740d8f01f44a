using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators;

/// <summary>Services for an operator.</summary>
public sealed class OperatorContext
{
    private readonly OperatorEnvironment _environment;
    private readonly ConcurrentDictionary<object, Lazy<IDisposable>> _shared;

    internal OperatorContext(OperatorEnvironment world, ConcurrentDictionary<object, Lazy<IDisposable>> shared, Action<Observation> report)
    {
        (_environment, _shared, Report) = (world, shared, report);
        Attempts = new AttemptFiles(world.Disk);
    }

    /// <summary>Reports a fact to the engine. It may be called from any thread.</summary>
    public Action<Observation> Report { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock => _environment.Clock;

    /// <summary>Pause between two queries to a scheduler, as set by the project.</summary>
    public TimeSpan PollInterval => _environment.PollInterval;

    /// <summary>Cancelled when the command ends soon: stop waiting for answers. Attempts continue.</summary>
    public CancellationToken ShuttingDown => _environment.ShuttingDown;

    /// <summary>Prepares the folder of an attempt and collects its outputs.</summary>
    public AttemptFiles Attempts { get; }

    internal IDisk Disk => _environment.Disk;

    /// <summary>Returns a context with the same services that reports facts to another receiver.</summary>
    internal OperatorContext WithReport(Action<Observation> report) => new(_environment, _shared, report);

    internal IProcessHost Processes => _environment.Processes;

    internal FaultLog Faults => _environment.Faults;

    internal SecretRedactor Redaction => _environment.Secrets.Redactor;

    /// <summary>Returns the absolute path of a path in wiring. Relative paths start at the workspace folder; <c>~</c> is the home
    /// folder.</summary>
    /// <param name="path">As written in <c>operators.yaml</c>.</param>
    public string ResolvePath(string path) => _environment.Paths.Resolve(path);

    /// <summary>Returns a text of wiring with <c>${env:NAME}</c> and <c>${file:PATH}</c> replaced by their values. The value must not be
    /// stored, logged or shown; the engine replaces it by <c>***</c> in all that is reported, recorded or printed.</summary>
    /// <param name="text">As written in <c>operators.yaml</c>.</param>
    /// <exception cref="ProblemException">The variable is not set, or the file cannot be read.</exception>
    public string ResolveSecrets(string text) => _environment.Secrets.ResolveSecrets(text);

    /// <summary>Returns an object that several operators of a run share (a connection, a poller). It is created once and disposed with the
    /// last operator.</summary>
    /// <param name="key">Key of the object: equal keys return the same object.</param>
    /// <param name="make">Creates the object.</param>
    public T GetOrAddShared<T>(object key, Func<T> make)
        where T : class, IDisposable => (T)_shared.GetOrAdd((typeof(T), key), _ => new Lazy<IDisposable>(() => make())).Value;
}

/// <summary>The machine and the services that operators use.</summary>
/// <param name="Processes">Processes of this machine.</param>
/// <param name="Disk">The disk with the attempts' folders.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Cores">Number of cores that all local attempts share.</param>
/// <param name="Paths">Resolves paths in wiring.</param>
/// <param name="Catalog">The known kinds of operators.</param>
/// <param name="OperatorFactory">Creates the operator of a wired key with a receiver for its facts; null: the kind's provider creates it. For
/// tests.</param>
internal sealed record OperatorEnvironment(
    IProcessHost Processes, IDisk Disk, TimeProvider Clock, int Cores, WiringPaths Paths, OperatorCatalog Catalog, Func<OperatorWiring, Action<Observation>, AttemptOperator>? OperatorFactory = null)
{
    /// <summary>Pause between two queries to a scheduler, unless wiring sets another one.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Cancelled when the command ends soon.</summary>
    public CancellationToken ShuttingDown { get; init; }

    /// <summary>Log of unexpected exceptions.</summary>
    public FaultLog Faults { get; init; } = new();

    /// <summary>Resolves secrets that wiring refers to, and hides them in texts.</summary>
    public SecretResolver Secrets { get; init; } = new(Environment.GetEnvironmentVariable, Disk, Paths);
}
