using Parquet;
using Parquet.Schema;

namespace MatterStack.Engine.Reports.Tables;

/// <summary>A column of a Parquet file with the values that are not written yet.</summary>
internal abstract class ParquetColumn(DataField field)
{
    public DataField Field { get; } = field;

    public static ParquetColumn Create(TableColumn column) =>
        column.Type switch
        {
            ColumnType.Integer => new Values<long>(column.Name, static value => value.FindInteger()),
            ColumnType.Number => new Values<double>(column.Name, static value => value.FindDouble()),
            ColumnType.Boolean => new Values<bool>(column.Name, static value => value.Text is { } text ? text == "true" : null),
            _ => new Texts(column.Name),
        };

    public abstract void Add(ResultValue value);

    /// <summary>Writes the values into a group of rows and forgets them.</summary>
    public abstract Task WriteValues(ParquetRowGroupWriter group);

    private sealed class Values<T>(string name, Func<ResultValue, T?> convert) : ParquetColumn(new DataField<T>(name, nullable: true))
        where T : struct
    {
        private readonly List<T?> _values = [];

        public override void Add(ResultValue value) => _values.Add(convert(value));

        public override async Task WriteValues(ParquetRowGroupWriter group)
        {
            await group.WriteAsync<T>(Field, new ReadOnlyMemory<T?>([.. _values])).ConfigureAwait(false);
            _values.Clear();
        }
    }

    private sealed class Texts(string name) : ParquetColumn(new DataField<string>(name, nullable: true))
    {
        private readonly List<string?> _values = [];

        public override void Add(ResultValue value) => _values.Add(value.Text);

        public override async Task WriteValues(ParquetRowGroupWriter group)
        {
            await group.WriteAsync(Field, _values!).ConfigureAwait(false);
            _values.Clear();
        }
    }
}
