using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators;

/// <summary>What an operator works with.</summary>
public sealed class OperatorContext
{
    private readonly OperatorWorld _world;
    private readonly ConcurrentDictionary<object, Lazy<IDisposable>> _shared;

    internal OperatorContext(OperatorWorld world, ConcurrentDictionary<object, Lazy<IDisposable>> shared, Action<Observation> report)
    {
        (_world, _shared, Report) = (world, shared, report);
        Attempts = new AttemptFiles(world.Disk);
    }

    /// <summary>Where facts go; from any thread.</summary>
    public Action<Observation> Report { get; }

    /// <summary>Time.</summary>
    public TimeProvider Clock => _world.Clock;

    /// <summary>Pause between two questions to a scheduler, as the project sets it.</summary>
    public TimeSpan PollInterval => _world.PollInterval;

    /// <summary>Set when the command is to end soon: what waits for somebody's answer gives up. Attempts go on.</summary>
    public CancellationToken Leaving => _world.Leaving;

    /// <summary>The files of an attempt: prepares its folder, finds what it left.</summary>
    public AttemptFiles Attempts { get; }

    internal IDisk Disk => _world.Disk;

    /// <summary>The same, with facts that go elsewhere.</summary>
    internal OperatorContext With(Action<Observation> report) => new(_world, _shared, report);

    internal IProcessHost Processes => _world.Processes;

    internal FaultLog Faults => _world.Faults;

    internal Redaction Redaction => _world.Secrets.Redaction;

    /// <summary>The absolute path that a path in wiring stands for: relative to the workspace folder, <c>~</c> is the home folder.</summary>
    /// <param name="path">As written in <c>operators.yaml</c>.</param>
    public string ResolvePath(string path) => _world.Paths.Resolve(path);

    /// <summary>The value behind a text of wiring that may hold <c>${env:NAME}</c> or <c>${file:PATH}</c>. It must not be stored, logged or shown; what is reported, recorded or printed is searched for it and shows <c>***</c> in its place.</summary>
    /// <param name="text">As written in <c>operators.yaml</c>.</param>
    /// <exception cref="ProblemException">The variable is not set, or the file cannot be read.</exception>
    public string Reveal(string text) => _world.Secrets.Reveal(text);

    /// <summary>Something that several operators of a run use together (a connection, a poll); made once and disposed with the last of them.</summary>
    /// <param name="key">What it is known by: equal keys get the same one.</param>
    /// <param name="make">Makes it.</param>
    public T Share<T>(object key, Func<T> make)
        where T : class, IDisposable => (T)_shared.GetOrAdd((typeof(T), key), _ => new Lazy<IDisposable>(() => make())).Value;
}

/// <summary>The machine as operators see it.</summary>
/// <param name="Processes">Processes of this machine.</param>
/// <param name="Disk">Where attempts are prepared.</param>
/// <param name="Clock">Time.</param>
/// <param name="Cores">Cores that local attempts may use together.</param>
/// <param name="Paths">What paths in wiring stand for.</param>
/// <param name="Catalog">The kinds there are.</param>
/// <param name="Operators">Makes the operator of a wired key that puts its facts where it is told; null: by the key's kind. For worlds in memory.</param>
internal sealed record OperatorWorld(
    IProcessHost Processes, IDisk Disk, TimeProvider Clock, int Cores, WiringPaths Paths, OperatorCatalog Catalog, Func<OperatorWiring, Action<Observation>, AttemptOperator>? Operators = null)
{
    /// <summary>Pause between two questions to a scheduler, unless wiring says otherwise.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Set when the command is to end soon.</summary>
    public CancellationToken Leaving { get; init; }

    /// <summary>Takes in what nobody expects.</summary>
    public FaultLog Faults { get; init; } = new();

    /// <summary>Resolves what wiring refers to, and hides it.</summary>
    public SecretKeeper Secrets { get; init; } = new(Environment.GetEnvironmentVariable, Disk, Paths);
}
