namespace MatterStack.Engine.Reports.Tables;

/// <summary>A column of a table of results, with what is known of its values after they were read once.</summary>
/// <param name="source">Where its values come from.</param>
/// <param name="keys">Its name, or the keys that lead to its values.</param>
internal sealed class TableColumn(ColumnSource source, IReadOnlyList<string> keys)
{
    // Above it, a double does not hold each integer.
    private const long MaxExactInteger = 1L << 53;
    private ResultValue _first;
    private bool _hasIntegers;
    private bool _hasLargeIntegers;
    private bool _hasDecimals;
    private bool _hasBooleans;
    private bool _hasTexts;
    private long _count;

    public ColumnSource Source { get; } = source;

    public IReadOnlyList<string> Keys { get; } = keys;

    /// <summary>Unique name in the table.</summary>
    public string Name { get; set; } = "";

    /// <summary>Position in the table.</summary>
    public int Index { get; set; }

    /// <summary>Length of the longest text.</summary>
    public int MaxLength { get; private set; }

    /// <summary>The type that holds all values without loss; text if no other does.</summary>
    public ColumnType Type =>
        (_hasTexts, _hasBooleans, _hasDecimals, _hasIntegers) switch
        {
            (false, false, false, true) => ColumnType.Integer,
            (false, false, true, _) when !_hasLargeIntegers => ColumnType.Number,
            (false, true, false, false) => ColumnType.Boolean,
            _ => ColumnType.Text,
        };

    /// <summary>Whether all values are numbers.</summary>
    public bool IsNumeric { get; private set; } = true;

    /// <summary>Whether values differ; a row without the value counts as another value.</summary>
    /// <param name="rows">Number of rows of the table.</param>
    public bool Differs(long rows) => _differs || (_count > 0 && _count != rows);

    /// <summary>The first value.</summary>
    public ResultValue First => _first;

    private bool _differs;

    /// <summary>Takes note of a value.</summary>
    public void Add(ResultValue value)
    {
        if (value.Kind is ResultKind.Unknown)
        {
            return;
        }

        _first = _count == 0 ? value : _first;
        _differs |= _count > 0 && value != _first;
        _count++;
        MaxLength = Math.Max(MaxLength, value.Text!.Length);
        IsNumeric &= value.Kind is ResultKind.Number;
        switch (value.Kind)
        {
            case ResultKind.Number when value.FindInteger() is { } integer:
                _hasIntegers = true;
                _hasLargeIntegers |= integer is > MaxExactInteger or < -MaxExactInteger;
                break;
            // An integer beyond 64 bits, or a number beyond a double, has only its text.
            case ResultKind.Number when value.FindDouble() is not null && value.Text!.AsSpan().ContainsAny('.', 'e', 'E'):
                _hasDecimals = true;
                break;
            case ResultKind.Number when value.Text == "-0":
                _hasDecimals = true;
                break;
            case ResultKind.Boolean:
                _hasBooleans = true;
                break;
            default:
                _hasTexts = true;
                break;
        }
    }
}
