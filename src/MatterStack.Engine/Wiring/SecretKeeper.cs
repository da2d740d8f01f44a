using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring;

/// <summary>Resolves references in texts of wiring for one command, and hides what they stand for in whatever comes back. Any thread may use it.</summary>
/// <param name="environment">Looks up an environment variable.</param>
/// <param name="disk">Where files are read.</param>
/// <param name="paths">What relative paths and <c>~</c> stand for.</param>
internal sealed class SecretKeeper(Func<string, string?> environment, IDisk disk, WiringPaths paths)
{
    private readonly ConcurrentQueue<OperatorsFile> _unread = new();

    /// <summary>What is hidden.</summary>
    public Redaction Redaction { get; } = new();

    /// <summary>The value behind a text. From now on it is hidden.</summary>
    /// <exception cref="ProblemException">The variable is not set, or the file cannot be read.</exception>
    public string Reveal(string text) => SecretReference.Resolve(text, environment, disk, paths, Redaction.Add).OrThrow();

    /// <summary>From now on all that a wiring refers to is hidden, as far as it can be had: what comes back now may have been given out by an earlier command.</summary>
    public void Learn(OperatorsFile wiring) => _unread.Enqueue(wiring);

    /// <inheritdoc cref="Redaction.Hide"/>
    public string Hide(string text)
    {
        while (_unread.TryDequeue(out var wiring))
        {
            foreach (var reference in wiring.Operators.Values.SelectMany(o => Texts(o.Settings).Concat(Texts(o.BackendSettings))).Concat(Texts(wiring.Defaults)).Where(SecretReference.IsIn).Distinct(StringComparer.Ordinal))
            {
                TryResolve(reference);
            }
        }

        return Redaction.Hide(text);
    }

    // What cannot be had now hides nothing, and is the trouble of whoever needs it.
    private void TryResolve(string reference)
    {
        try
        {
            _ = SecretReference.Resolve(reference, environment, disk, paths, Redaction.Add, again: true);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }

    private static IEnumerable<string> Texts(object value) => value switch
    {
        string text => [text],
        IReadOnlyList<string> list => list,
        IReadOnlyDictionary<string, string> map => map.Values,
        Settings group => group.Values.Values.SelectMany(Texts),
        _ => [],
    };
}
