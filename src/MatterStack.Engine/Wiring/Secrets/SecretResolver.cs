using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Secrets;

/// <summary>Resolves references in texts of wiring for one command, and hides the values in texts from outside. It is
/// thread-safe.</summary>
/// <param name="environment">Returns the value of an environment variable.</param>
/// <param name="disk">The disk with the files.</param>
/// <param name="paths">Base folders for relative paths and <c>~</c>.</param>
internal sealed class SecretResolver(Func<string, string?> environment, IDisk disk, WiringPaths paths)
{
    private readonly ConcurrentQueue<OperatorsFile> _unresolved = new();

    /// <summary>The hidden values.</summary>
    public SecretRedactor Redactor { get; } = new();

    /// <summary>Resolves the references in a text. The values are hidden from now on.</summary>
    /// <exception cref="ProblemException">An environment variable is not set, or a file cannot be read.</exception>
    public string ResolveSecrets(string text) => SecretReference.Resolve(text, environment, disk, paths, Redactor.Add).GetValueOrThrow();

    /// <summary>Hides all values that a wiring references and that can be resolved now: output may contain values that an earlier command
    /// used.</summary>
    public void AddWiring(OperatorsFile wiring) => _unresolved.Enqueue(wiring);

    /// <inheritdoc cref="SecretRedactor.Redact"/>
    public string Redact(string text)
    {
        while (_unresolved.TryDequeue(out var wiring))
        {
            foreach (
                var reference in wiring
                    .Operators.Values.SelectMany(o => GetTexts(o.Settings).Concat(GetTexts(o.BackendSettings)))
                    .Concat(GetTexts(wiring.Defaults))
                    .Where(SecretReference.IsIn)
                    .Distinct(StringComparer.Ordinal)
            )
            {
                TryResolve(reference);
            }
        }

        return Redactor.Redact(text);
    }

    // A value that cannot be resolved now hides nothing. The part that needs the value reports the problem.
    private void TryResolve(string reference)
    {
        try
        {
            _ = SecretReference.Resolve(reference, environment, disk, paths, Redactor.Add, again: true);
        }
        catch (Exception e) when (e is not OutOfMemoryException) { }
    }

    private static IEnumerable<string> GetTexts(object value) =>
        value switch
        {
            string text => [text],
            IReadOnlyList<string> list => list,
            IReadOnlyDictionary<string, string> map => map.Values,
            Settings group => group.Values.Values.SelectMany(GetTexts),
            _ => [],
        };
}
