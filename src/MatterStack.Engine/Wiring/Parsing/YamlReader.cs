using MatterStack.Engine.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Reads one YAML document into nodes with positions. It refuses documents that are too large, too deep, or use unsupported
/// features.</summary>
internal sealed class YamlReader
{
    public const int MaxDepth = 32;
    public const int MaxNodes = 100_000;

    private readonly string _file;
    private readonly List<Problem> _problems;
    private readonly Scanner _scanner;
    private readonly Parser _events;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private int _nodeCount;

    private YamlReader(string text, string file, List<Problem> problems)
    {
        (_file, _problems, _scanner) = (file, problems, new Scanner(new StringReader(text)));
        _events = new Parser(_scanner);
    }

    /// <summary>Returns the top-level mapping; null if the document cannot be checked further (problems were added).</summary>
    public static MapNode? Read(string text, string file, List<Problem> problems)
    {
        var reader = new YamlReader(text, file, problems);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            problems.Add(YamlSyntaxProblem.CreateProblem(exception.Message, exception.Start, text, file));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // YamlDotNet throws other exception types than YamlException for some malformed inputs.
            problems.Add(
                YamlSyntaxProblem.CreateProblem(
                    "this text is neither a key with a colon nor part of the value before it",
                    reader._scanner.CurrentPosition,
                    text,
                    file
                )
            );
        }

        return null;
    }

    private MapNode? ReadDocument()
    {
        ExpectEvent<StreamStart>();
        if (_events.Current is StreamEnd)
        {
            AddProblem(
                WiringCodes.WrongType,
                new Mark(0, 1, 1),
                "The file is empty; it must be a mapping with the key 'operators'",
                "Write at least 'operators: { local.default: { kind: local } }'."
            );
            return null;
        }

        ExpectEvent<DocumentStart>();
        var root = ReadNode(1);
        if (root is null)
        {
            return null;
        }

        ExpectEvent<DocumentEnd>();
        if (_events.Current is DocumentStart second)
        {
            AddProblem(WiringCodes.YamlFeature, second.Start, "A second document starts here", "Keep one document in the file.");
            return null;
        }

        if (root is MapNode map)
        {
            return map;
        }

        AddProblem(
            WiringCodes.WrongType,
            root.Start,
            $"The top level is {root.TypeDescription}; it must be a mapping with the key 'operators'",
            "Start with 'operators:'."
        );
        return null;
    }

    private void ExpectEvent<T>()
        where T : ParsingEvent
    {
        if (_events.Current is null)
        {
            _events.MoveNext();
        }

        if (_events.Current is not T)
        {
            throw new YamlException(
                _events.Current?.Start ?? new Mark(0, 1, 1),
                _events.Current?.End ?? new Mark(0, 1, 1),
                "unexpected end of the text"
            );
        }

        _events.MoveNext();
    }

    private YamlNode? ReadNode(int depth)
    {
        var current = _events.Current ?? throw new YamlException("unexpected end of the text");
        if (depth > MaxDepth)
        {
            AddProblem(
                WiringCodes.TooDeep,
                current.Start,
                $"Values are nested deeper than {MaxDepth} levels here",
                WiringCodes.TooDeep.Remedy
            );
            return null;
        }

        if (current is AnchorAlias alias)
        {
            _events.MoveNext();
            return ResolveAlias(alias, depth);
        }

        if (current is not NodeEvent @event)
        {
            throw new YamlException(current.Start, current.End, "a value is missing");
        }

        if (!@event.Tag.IsEmpty)
        {
            AddProblem(
                WiringCodes.YamlFeature,
                @event.Start,
                "There is a tag ('!...') here",
                "Remove the tag; quote the value if it must be text."
            );
        }

        YamlNode? node = @event switch
        {
            MappingStart start => ReadMap(start, depth),
            SequenceStart start => ReadList(start, depth),
            _ => ReadScalar((Scalar)@event),
        };
        if (node is not null && !@event.Anchor.IsEmpty)
        {
            // The anchor is registered after the node is complete, so that no node can contain itself.
            _anchors[@event.Anchor.Value] = node;
        }

        return node is null || TryCountNodes(1, node.Start) ? node : null;
    }

    private YamlNode? ResolveAlias(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            AddProblem(
                WiringCodes.YamlFeature,
                alias.Start,
                $"There is no anchor '&{alias.Value.Value}' before this alias",
                "Define the anchor first; a value cannot contain itself."
            );
            return null;
        }

        if (depth + node.Height - 1 > MaxDepth)
        {
            AddProblem(
                WiringCodes.TooDeep,
                alias.Start,
                $"With this alias values are nested deeper than {MaxDepth} levels",
                WiringCodes.TooDeep.Remedy
            );
            return null;
        }

        return TryCountNodes(node.ValueCount, alias.Start) ? node : null;
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        _events.MoveNext();
        return new ScalarNode(
            scalar.Value,
            scalar.Style == ScalarStyle.Plain ? ScalarKinds.ClassifyPlain(scalar.Value) : ScalarKind.Text,
            scalar.Start,
            scalar.End
        );
    }

    private ListNode? ReadList(SequenceStart start, int depth)
    {
        _events.MoveNext();
        var items = new List<YamlNode>();
        while (_events.Current is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        var end = _events.Current.End;
        _events.MoveNext();
        return new ListNode(items, start.Start, end)
        {
            ValueCount = 1 + items.Sum(item => item.ValueCount),
            Height = 1 + items.Select(item => item.Height).DefaultIfEmpty().Max(),
        };
    }

    private MapNode? ReadMap(MappingStart start, int depth)
    {
        _events.MoveNext();
        var entries = new MapBuilder(_file, _problems);
        while (_events.Current is not MappingEnd)
        {
            if (ReadNode(depth + 1) is not { } key || ReadNode(depth + 1) is not { } value)
            {
                return null;
            }

            entries.Add(key, value);
        }

        var end = _events.Current.End;
        _events.MoveNext();
        var map = entries.Build(start.Start, end);
        return TryCountNodes(entries.MergedCount, start.Start) ? map : null;
    }

    // Aliases count with all values of their anchor: a file of a few lines can expand to billions of values.
    private bool TryCountNodes(int more, Mark at)
    {
        if ((_nodeCount += more) <= MaxNodes)
        {
            return true;
        }

        AddProblem(WiringCodes.TooDeep, at, $"The file holds more than {MaxNodes:N0} values", WiringCodes.TooDeep.Remedy);
        return false;
    }

    private void AddProblem(ProblemCode code, Mark at, string message, string remedy) =>
        _problems.Add(new Problem(code, message, remedy, YamlPositions.ToPosition(_file, at)));
}
