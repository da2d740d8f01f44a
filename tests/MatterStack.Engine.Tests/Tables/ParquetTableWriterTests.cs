using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Reports.Tables;
using MatterStack.Engine.Runs.Store;
using Parquet;

namespace MatterStack.Engine.Tests.Tables;

/// <summary>Types of a Parquet file, read back by the library. An acceptance test reads one with another reader.</summary>
[TestClass]
public sealed class ParquetTableWriterTests
{
    [TestMethod]
    [DataRow("1", "-9223372036854775808", typeof(long))]
    [DataRow("1", "0.5", typeof(double))]
    [DataRow("-0", "1", typeof(double))]
    [DataRow("true", "false", typeof(bool))]
    [DataRow("1", "\"x\"", typeof(string), DisplayName = "a number and a text")]
    [DataRow("1", "true", typeof(string), DisplayName = "a number and a Boolean")]
    [DataRow("1", "9223372036854775808", typeof(string), DisplayName = "beyond 64 bits")]
    [DataRow("0.5", "9007199254740993", typeof(string), DisplayName = "an integer that no double holds")]
    [DataRow("0.5", "1e400", typeof(string), DisplayName = "beyond a double")]
    [DataRow("[1]", "[2]", typeof(string))]
    public async Task A_column_has_the_type_that_holds_all_its_values(string first, string second, Type type)
    {
        using var file = new MemoryStream();
        WriteTable(file, [$$"""{"x (eV)": {{first}}}""", $$"""{"x (eV)": {{second}}}""", null]);
        file.Position = 0;

        await using var reader = await ParquetReader.CreateAsync(file);
        var field = reader.Schema.DataFields.Single(field => field.Name == "x (eV)");

        // The library reads texts as memory.
        Assert.AreEqual(type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type, field.ClrType);
        Assert.IsTrue(field.IsNullable);
        if (type == typeof(string))
        {
            using var group = reader.OpenRowGroupReader(0);
            var values = new string?[3];
            await group.ReadAsync(field, values.AsMemory()!);
            Assert.AreEqual(first, values[0]);
            Assert.AreEqual(second.Trim('"'), values[1]);
            Assert.IsNull(values[2]);
        }
    }

    [TestMethod]
    public async Task Large_tables_have_several_groups_and_no_row_is_lost()
    {
        using var file = new MemoryStream();
        var text = new string('t', 1 << 20);
        WriteTable(file, [.. Enumerable.Range(0, 20).Select(i => $$"""{"i": {{i}}, "t": "{{text}}"}""")]);
        file.Position = 0;

        await using var reader = await ParquetReader.CreateAsync(file);
        Assert.IsGreaterThan(1, reader.RowGroupCount, "texts of 20 MiB are not held together");
        var found = new List<long?>();
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var values = new long?[group.RowCount];
            await group.ReadAsync(reader.Schema.FindDataField("i"), values.AsMemory());
            found.AddRange(values);
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 20).Select(i => (long?)i).ToList(), found);
    }

    [TestMethod]
    public async Task A_table_without_rows_has_its_columns()
    {
        using var file = new MemoryStream();
        WriteTable(file, []);
        file.Position = 0;

        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.AreEqual(
            "run task state operator_key wiring_sha256 cached_from",
            string.Join(' ', reader.Schema.DataFields.Select(field => field.Name))
        );
    }

    [TestMethod]
    public void Only_the_writer_knows_the_library_so_that_no_other_command_loads_it()
    {
        var users = Directory
            .EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadLines(file).Any(line => line.StartsWith("using Parquet", StringComparison.Ordinal)))
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal);

        Assert.AreEqual("ParquetColumn.cs ParquetTableWriter.cs", string.Join(' ', users));
    }

    private static void WriteTable(Stream file, IReadOnlyList<string?> results)
    {
        var rows = results
            .Select(
                (json, index) =>
                    new TaskResultRow
                    {
                        TaskId = TaskId.FromTrusted($"t{index}"),
                        State = TaskState.Completed,
                        Iteration = 0,
                        OperatorKey = OperatorKey.FromTrusted("local.default"),
                        Results = json,
                    }
            )
            .ToList();
        var columns = new TableColumns();
        rows.ForEach(row => columns.Add("run", row));
        columns.Complete();
        using var writer = new ParquetTableWriter(file);
        writer.Begin(columns);
        rows.ForEach(row => writer.WriteRow(columns.ReadValues("run", row)));
        writer.End();
    }
}
