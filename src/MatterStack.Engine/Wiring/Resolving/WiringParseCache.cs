using System.Collections.Concurrent;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Parses persisted wiring and caches the result for each content: a loop needs it at every tick and for every attempt.</summary>
internal sealed class WiringParseCache(WiringSchema schema)
{
    /// <summary>Allowed keys and values.</summary>
    public WiringSchema Schema => schema;

    // By the hash as text: a dictionary of an own struct is compiled by every process.
    private readonly ConcurrentDictionary<string, OperatorsFile> _parsed = new(StringComparer.Ordinal);

    /// <summary>Parses wiring, or returns the cached result of the same content.</summary>
    /// <param name="bytes">Canonical bytes.</param>
    /// <param name="hash">Hash of the bytes.</param>
    /// <param name="path">Name of the file in problems.</param>
    public Result<OperatorsFile> Parse(byte[] bytes, Sha256 hash, string path)
    {
        if (_parsed.TryGetValue(hash.Hex, out var known))
        {
            return known;
        }

        var parsed = OperatorsFile.Parse(bytes, path, schema, outside: null);
        if (parsed.TryGet(out var operators))
        {
            _parsed.TryAdd(hash.Hex, operators);
        }

        return parsed;
    }
}
