namespace MatterStack.Engine.Wiring.Codes;

/// <summary>How the characters of a shell text are quoted. Enough of the grammar of a POSIX shell for texts in one command line: quotes,
/// escapes, comments, and substitutions, in which quoting begins anew.</summary>
internal sealed class ShellQuotes
{
    private const char Plain = '\0';
    private const char Escaped = '\\';
    private const char Comment = '#';
    private const char Single = '\'';
    private const char Double = '"';

    private readonly string _text;
    private readonly char[] _marks;
    private readonly bool[] _nested;

    // Enclosing constructs: '"', '`', '(' for $( … ), ')' for a parenthesis in it.
    private readonly Stack<char> _open = new();

    private ShellQuotes(string text) => (_text, _marks, _nested) = (text, new char[text.Length], new bool[text.Length]);

    /// <summary>Whether the text ends inside quotes, a substitution or an escape.</summary>
    public bool IsOpen { get; private set; }

    public static ShellQuotes Read(string text)
    {
        var quotes = new ShellQuotes(text);
        quotes.ReadText();
        return quotes;
    }

    /// <summary>Quote that a character is in; null if it is in none.</summary>
    public char? GetQuote(int at) => _marks[at] is Single or Double ? _marks[at] : null;

    /// <summary>Whether a character is part of a comment.</summary>
    public bool IsComment(int at) => _marks[at] == Comment;

    /// <summary>Whether a character is outside of quotes, escapes, comments and substitutions.</summary>
    public bool IsPlain(int at) => _marks[at] == Plain && !_nested[at];

    /// <summary>Whether the text has a comment.</summary>
    public bool HasComment => _marks.Contains(Comment);

    /// <summary>Whether a range is all that its quotes hold, and the quotes are a word of their own.</summary>
    public bool IsWholeWord(int start, int length)
    {
        var (before, after) = (start - 1, start + length);
        return GetQuote(start) is { } quote
            && before >= 0
            && after < _text.Length
            && _text[before] == quote
            && _text[after] == quote
            && (before == 0 || IsBetweenWords(_text[before - 1]))
            && (after + 1 == _text.Length || IsBetweenWords(_text[after + 1]));
    }

    private static bool IsBetweenWords(char c) => char.IsWhiteSpace(c) || c is ';' or '|' or '&' or '(' or ')' or '`' or '<' or '>';

    private void ReadText()
    {
        var i = 0;
        while (i < _text.Length)
        {
            i = _open.TryPeek(out var top) && top == Double ? ReadInDouble(i) : ReadPlain(i);
        }

        IsOpen |= _open.Count > 0;
    }

    private int ReadInDouble(int i)
    {
        switch (_text[i])
        {
            case '\\':
                return Mark(i, 2, Double);
            case Double:
                _open.Pop();
                return Mark(i, 1, Double);
            case '`':
                _open.Push('`');
                return Mark(i, 1, Double);
            case '$' when i + 1 < _text.Length && _text[i + 1] == '(':
                _open.Push('(');
                return Mark(i, 2, Double);
            default:
                return Mark(i, 1, Double);
        }
    }

    private int ReadPlain(int i)
    {
        _ = _open.TryPeek(out var top);
        switch (_text[i])
        {
            case '\\':
                return Mark(i, 2, Escaped);
            case Single:
                var end = _text.IndexOf(Single, i + 1);
                IsOpen |= end < 0;
                return Mark(i, (end < 0 ? _text.Length : end + 1) - i, Single);
            case Double:
                Mark(i, 1, Double);
                _open.Push(Double);
                return i + 1;
            case '`' when top == '`':
                Mark(i, 1, Plain);
                _open.Pop();
                return i + 1;
            case '`':
                _open.Push('`');
                return Mark(i, 1, Plain);
            case '$' when i + 1 < _text.Length && _text[i + 1] == '(':
                _open.Push('(');
                return Mark(i, 2, Plain);
            case '(' when top is '(' or ')':
                _open.Push(')');
                return Mark(i, 1, Plain);
            case ')' when top is '(' or ')':
                Mark(i, 1, Plain);
                _open.Pop();
                return i + 1;
            case '#' when i == 0 || IsBetweenWords(_text[i - 1]):
                var line = _text.IndexOf('\n', i);
                return Mark(i, (line < 0 ? _text.Length : line) - i, Comment);
            default:
                return Mark(i, 1, Plain);
        }
    }

    private int Mark(int start, int count, char mark)
    {
        IsOpen |= start + count > _text.Length;
        var end = Math.Min(start + count, _text.Length);
        for (var i = start; i < end; i++)
        {
            (_marks[i], _nested[i]) = (mark, _open.Count > 0);
        }

        return end;
    }
}
