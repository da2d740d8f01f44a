using System.Buffers;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>The columns of a table of results. A first pass over the rows finds them, a second one reads the values.</summary>
internal sealed class TableColumns
{
    /// <summary>Largest number of columns, which is that of a sheet of Excel. A name of its own for each task, as a key, would make a table
    /// of the square of the number of tasks.</summary>
    public const int MaxColumns = 16_384;

    private readonly TableColumn _run = new(ColumnSource.Record, ["run"]);
    private readonly TableColumn _task = new(ColumnSource.Record, ["task"]);
    private readonly TableColumn _state = new(ColumnSource.Record, ["state"]);
    private readonly TableColumn _iteration = new(ColumnSource.Record, ["iteration"]);
    private readonly TableColumn _operatorKey = new(ColumnSource.Origin, ["operator_key"]);
    private readonly TableColumn _wiring = new(ColumnSource.Origin, ["wiring_sha256"]);
    private readonly TableColumn _cachedFrom = new(ColumnSource.Origin, ["cached_from"]);
    private readonly Dictionary<string, TableColumn> _declared = new(StringComparer.Ordinal);
    private readonly List<TableColumn> _declaredOrder = [];
    private readonly ColumnNode _results = new();
    private readonly List<TableColumn> _resultOrder = [];
    private readonly List<string> _keys = [];
    private byte[] _utf8 = new byte[1 << 12];
    private ResultValue[]? _row;
    private bool _hasIterations;

    /// <summary>The columns in their order; empty before <see cref="Complete"/>.</summary>
    public IReadOnlyList<TableColumn> All { get; private set; } = [];

    /// <summary>Column of the tasks' ids.</summary>
    public TableColumn Task => _task;

    /// <summary>Number of rows of the first pass.</summary>
    public long Rows { get; private set; }

    /// <summary>Takes note of the columns and values of a row.</summary>
    /// <exception cref="ProblemException">The table gets too many columns, or the store is damaged.</exception>
    public void Add(string run, TaskResultRow row)
    {
        Rows++;
        _hasIterations |= row.Iteration > 0;
        VisitValues(run, row);
    }

    /// <summary>Orders and names the columns.</summary>
    public void Complete()
    {
        All =
        [
            _run,
            _task,
            _state,
            .. _hasIterations ? [_iteration] : Array.Empty<TableColumn>(),
            .. _declaredOrder,
            .. _resultOrder,
            _operatorKey,
            _wiring,
            _cachedFrom,
        ];
        ColumnNames.Assign(All);
        for (var index = 0; index < All.Count; index++)
        {
            All[index].Index = index;
        }

        _row = new ResultValue[All.Count];
    }

    /// <summary>Returns the values of a row, in the order of the columns, valid until the next call.</summary>
    public ReadOnlySpan<ResultValue> ReadValues(string run, TaskResultRow row)
    {
        Array.Clear(_row!);
        VisitValues(run, row);
        return _row;
    }

    private void VisitValues(string run, TaskResultRow row)
    {
        SetValue(_run, ResultValue.FromText(run));
        SetValue(_task, ResultValue.FromText(row.TaskId.Value));
        SetValue(_state, ResultValue.FromText(row.State.ToText()));
        if (_row is null || _hasIterations)
        {
            SetValue(_iteration, ResultValue.FromNumber(row.Iteration));
        }

        foreach (var (name, value) in row.Columns)
        {
            SetValue(FindDeclared(name), ResultValue.FromText(value));
        }

        if (row.Results is { } results)
        {
            VisitResults(results);
        }

        SetValue(_operatorKey, ResultValue.FromText(row.OperatorKey.Value));
        SetValue(_wiring, ResultValue.FromText(row.WiringSha256?.Hex));
        SetValue(_cachedFrom, ResultValue.FromText(row.CachedFrom));
    }

    private void SetValue(TableColumn column, ResultValue value)
    {
        if (_row is { } values)
        {
            values[column.Index] = value;
        }
        else
        {
            column.Add(value);
        }
    }

    private TableColumn FindDeclared(string name)
    {
        if (!_declared.TryGetValue(name, out var column))
        {
            column = AddColumn(_declaredOrder, new TableColumn(ColumnSource.Declared, [name]));
            _declared.Add(name, column);
        }

        return column;
    }

    private void VisitResults(string results)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(results.Length);
        if (_utf8.Length < longest)
        {
            _utf8 = new byte[longest];
        }

        var utf8 = _utf8.AsSpan(0, Encoding.UTF8.GetBytes(results, _utf8));
        var json = new Utf8JsonReader(utf8);
        json.Read();
        if (json.TokenType is not JsonTokenType.StartObject)
        {
            throw new JsonException("results are not an object");
        }

        VisitObject(ref json, _results, utf8);
    }

    // As deep as the reader allows, which is 64 levels.
    private void VisitObject(ref Utf8JsonReader json, ColumnNode node, ReadOnlySpan<byte> utf8)
    {
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            if (!node.Children.TryGetValue(key, out var child))
            {
                child = new ColumnNode();
                node.Children.Add(key, child);
            }

            _keys.Add(key);
            json.Read();
            if (json.TokenType is JsonTokenType.StartObject)
            {
                VisitObject(ref json, child, utf8);
            }
            else if (ReadValue(ref json, utf8) is { Kind: not ResultKind.Unknown } value)
            {
                child.Column ??= AddColumn(_resultOrder, new TableColumn(ColumnSource.Result, [.. _keys]));
                SetValue(child.Column, value);
            }

            _keys.RemoveAt(_keys.Count - 1);
        }
    }

    private static ResultValue ReadValue(ref Utf8JsonReader json, ReadOnlySpan<byte> utf8)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Number:
                return new(ResultKind.Number, Encoding.UTF8.GetString(json.ValueSpan));
            case JsonTokenType.String:
                return new(ResultKind.Text, json.GetString());
            case JsonTokenType.True or JsonTokenType.False:
                return new(ResultKind.Boolean, json.TokenType is JsonTokenType.True ? "true" : "false");
            case JsonTokenType.StartArray:
                var start = (int)json.TokenStartIndex;
                json.Skip();
                return new(ResultKind.List, CompactJson(utf8[start..(int)json.BytesConsumed]));
            default:
                return default;
        }
    }

    // Without the task's line breaks: a cell of a table is a line.
    private static string CompactJson(ReadOnlySpan<byte> array)
    {
        if (array.IndexOfAny(" \t\r\n"u8) < 0)
        {
            return Encoding.UTF8.GetString(array);
        }

        var compact = new ArrayBufferWriter<byte>(array.Length);
        var inText = false;
        for (var i = 0; i < array.Length; i++)
        {
            var one = array[i];
            if (!inText && " \t\r\n"u8.Contains(one))
            {
                continue;
            }

            if (inText && one == '\\')
            {
                compact.Write(array.Slice(i++, 2));
                continue;
            }

            inText ^= one == '"';
            compact.Write([one]);
        }

        return Encoding.UTF8.GetString(compact.WrittenSpan);
    }

    private TableColumn AddColumn(List<TableColumn> columns, TableColumn column)
    {
        if (_declaredOrder.Count + _resultOrder.Count >= MaxColumns)
        {
            throw new ProblemException(
                new Problem(
                    RunCodes.TooManyColumns,
                    $"The results have more than {MaxColumns} different names, for example {string.Join('.', column.Keys)}",
                    RunCodes.TooManyColumns.Remedy
                )
            );
        }

        columns.Add(column);
        return column;
    }
}
