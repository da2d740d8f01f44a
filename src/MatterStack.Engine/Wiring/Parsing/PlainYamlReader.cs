namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Reads the plain part of YAML that nearly every file uses: mappings, lists of single values, and values within one
/// line.</summary>
/// <remarks>Most of a short command is spent on compiling the methods that it calls, and YamlDotNet has many. This reader gives up at
/// anything unusual; then <see cref="YamlReader"/> reads the file. Its nodes have no positions.</remarks>
internal sealed class PlainYamlReader
{
    private const int MaxLength = 1 << 18;
    private const int MaxDepth = 12;

    // A plain value that begins or continues with these may have a special meaning.
    private const string SpecialInBlock = "&*!|>'\"%@`[]{}#?,";
    private const string SpecialInFlow = SpecialInBlock + ":";

    private readonly string[] _lines;
    private int _line;
    private string _text = "";
    private int _at;

    private PlainYamlReader(string text) => _lines = text.Split('\n');

    /// <summary>Reads a document. Returns null if it needs <see cref="YamlReader"/>.</summary>
    public static MapNode? Read(string text)
    {
        // YAML ends a line at the last three characters, too.
        if (text.Length > MaxLength || text.AsSpan().ContainsAny("\t\u0085\u2028\u2029\ufeff"))
        {
            return null;
        }

        var reader = new PlainYamlReader(text);
        return reader.SkipToContent() == 0 && reader.ReadBlockMap(0, 1) is { } map && reader._line == reader._lines.Length ? map : null;
    }

    // Indentation of the next line with content; -1 at the end.
    private int SkipToContent()
    {
        for (; _line < _lines.Length; _line++)
        {
            var line = _lines[_line];
            var indent = line.Length - line.AsSpan().TrimStart(' ').Length;
            if (indent < line.Length && line[indent] != '#')
            {
                return indent;
            }
        }

        return -1;
    }

    private MapNode? ReadBlockMap(int indent, int depth)
    {
        var entries = new List<MapEntry>();
        int next;
        while ((next = SkipToContent()) == indent)
        {
            (_text, _at) = (_lines[_line], indent);
            if (ReadKey() is not { } key || Contains(entries, key) || depth > MaxDepth)
            {
                return null;
            }

            _line++;
            if (ReadBlockValue(indent, depth) is not { } value)
            {
                return null;
            }

            entries.Add(new MapEntry(CreateScalar(key), value));
        }

        return next < indent ? new MapNode(entries, default, default) : null;
    }

    private YamlNode? ReadBlockValue(int indent, int depth)
    {
        SkipSpaces();
        if (IsAtEndOfLine())
        {
            var next = SkipToContent();
            return next >= indent && _lines[_line].AsSpan(next).StartsWith("- ") ? ReadBlockList(next)
                : next > indent ? ReadBlockMap(next, depth + 1)
                : CreateScalar("");
        }

        var value = ReadValue(SpecialInBlock, depth);
        // A deeper line would continue the value.
        return value is not null && IsAtEndOfLine() && SkipToContent() <= indent ? value : null;
    }

    private ListNode? ReadBlockList(int indent)
    {
        var items = new List<YamlNode>();
        int next;
        while ((next = SkipToContent()) == indent && _lines[_line].AsSpan(indent).StartsWith("- "))
        {
            (_text, _at) = (_lines[_line++], indent + 2);
            SkipSpaces();
            if (IsAtEndOfLine() || _text[_at] is '[' or '{' || ReadValue(SpecialInBlock, MaxDepth) is not { } item || !IsAtEndOfLine())
            {
                return null;
            }

            items.Add(item);
        }

        return next <= indent ? new ListNode(items, default, default) : null;
    }

    private YamlNode? ReadValue(string special, int depth) => _text[_at] switch
    {
        '{' => ReadFlowMap(depth + 1),
        '[' => ReadFlowList(),
        '"' or '\'' => ReadQuoted(_text[_at]),
        _ => ReadPlain(special),
    };

    private MapNode? ReadFlowMap(int depth)
    {
        var entries = new List<MapEntry>();
        do
        {
            _at++;
            SkipSpaces();
            if (entries.Count == 0 && PeekChar() == '}')
            {
                break;
            }

            if (depth > MaxDepth || ReadKey() is not { } key || Contains(entries, key))
            {
                return null;
            }

            SkipSpaces();
            if (PeekChar() is '\0' or ',' or '}' || ReadValue(SpecialInFlow, depth) is not { } value)
            {
                return null;
            }

            entries.Add(new MapEntry(CreateScalar(key), value));
            SkipSpaces();
        }
        while (PeekChar() == ',');

        return PeekChar() == '}' && _at++ > 0 ? new MapNode(entries, default, default) : null;
    }

    private ListNode? ReadFlowList()
    {
        var items = new List<YamlNode>();
        do
        {
            _at++;
            SkipSpaces();
            if (items.Count == 0 && PeekChar() == ']')
            {
                break;
            }

            if (PeekChar() is '\0' or ',' or '[' or ']' or '{' || ReadValue(SpecialInFlow, MaxDepth) is not { } item)
            {
                return null;
            }

            items.Add(item);
            SkipSpaces();
        }
        while (PeekChar() == ',');

        return PeekChar() == ']' && _at++ > 0 ? new ListNode(items, default, default) : null;
    }

    // Without escapes.
    private ScalarNode? ReadQuoted(char quote)
    {
        var end = _text.IndexOf(quote, _at + 1);
        if (end < 0)
        {
            return null;
        }

        var value = _text[(_at + 1)..end];
        _at = end + 1;
        return PeekChar() == quote || value.Contains('\\', StringComparison.Ordinal) ? null
            : new ScalarNode(value, ScalarKind.Text, default, default);
    }

    private ScalarNode? ReadPlain(string special)
    {
        var from = _at;
        for (; _at < _text.Length && !(_text[_at] == '#' && _text[_at - 1] == ' '); _at++)
        {
            var c = _text[_at];
            if (special.Length > SpecialInBlock.Length && c is ',' or '}' or ']')
            {
                break;
            }

            var isColon = c == ':' && (_at + 1 == _text.Length || _text[_at + 1] == ' ');
            if (isColon || !char.IsAscii(c) || special.Contains(c, StringComparison.Ordinal))
            {
                return null;
            }
        }

        var value = _text[from.._at].TrimEnd(' ');
        // A minus sign alone begins a list.
        return value.Length > 0 && value[0] is not ':' && !(value[0] == '-' && (value.Length == 1 || !char.IsAsciiDigit(value[1])))
            ? CreateScalar(value) : null;
    }

    // A key that needs no quotes, with its colon.
    private string? ReadKey()
    {
        var from = _at;
        while (PeekChar() is var c && (char.IsAsciiLetterOrDigit(c) || (_at > from && c is '_' or '-' or '.')))
        {
            _at++;
        }

        var isKey = _at > from && PeekChar() == ':' && (_at + 1 == _text.Length || _text[_at + 1] == ' ');
        return isKey ? _text[from.._at++] : null;
    }

    private char PeekChar() => _at < _text.Length ? _text[_at] : '\0';

    private void SkipSpaces()
    {
        while (PeekChar() == ' ')
        {
            _at++;
        }
    }

    // Only spaces or a comment follow.
    private bool IsAtEndOfLine()
    {
        var at = _at;
        SkipSpaces();
        return _at == _text.Length || (_text[_at] == '#' && (_at > at || _text[_at - 1] == ' '));
    }

    private static bool Contains(List<MapEntry> entries, string key)
    {
        foreach (var entry in entries)
        {
            if (entry.Key.Text == key)
            {
                return true;
            }
        }

        return false;
    }

    private static ScalarNode CreateScalar(string text) => new(text, ScalarKinds.ClassifyPlain(text), default, default);
}
