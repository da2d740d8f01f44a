using MatterStack.Engine.Problems;
using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Builds a mapping: refuses duplicate keys and applies merge keys (<c>&lt;&lt;</c>).</summary>
internal sealed class MapBuilder(string file, List<Problem> problems)
{
    private readonly List<MapEntry> _entries = [];
    private readonly Dictionary<string, ScalarNode> _seen = new(StringComparer.Ordinal);
    private readonly List<YamlNode> _merges = [];

    /// <summary>Number of values that merge keys added.</summary>
    public int MergedCount { get; private set; }

    public void Add(YamlNode key, YamlNode value)
    {
        if (key is not ScalarNode name)
        {
            problems.Add(
                new Problem(
                    WiringCodes.YamlFeature,
                    $"The key is {key.TypeDescription}; a key must be text",
                    "Write a plain name before the colon.",
                    YamlPositions.ToPosition(file, key)
                )
            );
        }
        else if (name is { Text: "<<" })
        {
            _merges.Add(value);
        }
        else if (_seen.TryAdd(name.Text, name))
        {
            _entries.Add(new MapEntry(name, value));
        }
        else
        {
            problems.Add(
                Problem.Create(
                    WiringCodes.DuplicateKey,
                    $"The key '{DisplayText.Shorten(name.Text)}' is here a second time; "
                        + $"the first one is on line {_seen[name.Text].Start.Line}",
                    YamlPositions.ToPosition(file, name)
                )
            );
        }
    }

    public MapNode Build(Mark start, Mark end)
    {
        foreach (var source in _merges.SelectMany(static merge => merge is ListNode list ? list.Items : [merge]))
        {
            MergeMap(source);
        }

        return new MapNode(_entries, start, end)
        {
            ValueCount = 1 + _entries.Sum(static entry => 1 + entry.Value.ValueCount),
            Height = 1 + _entries.Select(static entry => entry.Value.Height).DefaultIfEmpty().Max(),
        };
    }

    // An explicit key wins over a merged one; of two merged keys, the first one wins.
    private void MergeMap(YamlNode source)
    {
        if (source is not MapNode map)
        {
            problems.Add(
                new Problem(
                    WiringCodes.YamlFeature,
                    $"'<<' merges {source.TypeDescription}; only a mapping can be merged",
                    "Write '<<: *anchor' where the anchor is at a mapping.",
                    YamlPositions.ToPosition(file, source)
                )
            );
            return;
        }

        foreach (var entry in map.Entries.Where(entry => _seen.TryAdd(entry.Key.Text, entry.Key)))
        {
            _entries.Add(entry);
            MergedCount += 1 + entry.Value.ValueCount;
        }
    }
}
