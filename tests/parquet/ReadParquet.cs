#!/usr/bin/env dotnet
#:package DuckDB.NET.Data.Full@1.5.6.1
#:property ManagePackageVersionsCentrally=false
#:property PublishAot=false
#:property RuntimeIdentifier=linux-x64
#:property SelfContained=false

// Reads a Parquet file with DuckDB: a line "NAME TYPE" for each column, then a line with a JSON object for each row.
// Run it from the root of the repository: dotnet run tests/parquet/ReadParquet.cs FILE
using DuckDB.NET.Data;

using var connection = new DuckDBConnection("DataSource=:memory:");
connection.Open();
using var command = connection.CreateCommand();
var file = args[0].Replace("'", "''");
command.CommandText = $"DESCRIBE SELECT * FROM read_parquet('{file}')";
using (var columns = command.ExecuteReader())
{
    while (columns.Read())
    {
        Console.WriteLine($"{columns.GetString(0)} {columns.GetString(1)}");
    }
}

command.CommandText = $"SELECT to_json(t)::VARCHAR FROM read_parquet('{file}') t";
using (var rows = command.ExecuteReader())
{
    while (rows.Read())
    {
        Console.WriteLine(rows.GetString(0));
    }
}
