using System.Collections.Concurrent;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Wiring;

/// <summary>Parses wiring that was persisted, each content once: a loop asks at every tick, and for every attempt.</summary>
internal sealed class ParsedWirings(WiringSchema schema)
{
    /// <summary>What they may say.</summary>
    public WiringSchema Schema => schema;

    private readonly ConcurrentDictionary<Sha256, OperatorsFile> _parsed = new();

    /// <param name="bytes">Canonical bytes.</param>
    /// <param name="hash">Their hash.</param>
    /// <param name="path">The file's name in problems.</param>
    public Result<OperatorsFile> Parse(byte[] bytes, Sha256 hash, string path)
    {
        if (_parsed.TryGetValue(hash, out var known))
        {
            return known;
        }

        var parsed = OperatorsFile.Parse(bytes, path, schema, outside: null);
        if (parsed.TryGet(out var operators))
        {
            _parsed.TryAdd(hash, operators);
        }

        return parsed;
    }
}
