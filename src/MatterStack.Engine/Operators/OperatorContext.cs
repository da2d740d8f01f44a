using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Secrets;

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
