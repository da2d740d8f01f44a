using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using Microsoft.Data.Sqlite;

namespace MatterStack.Benchmarks;

/// <summary>Tables of results, and comparisons of runs, of many tasks, against SQLite reading the same columns.</summary>
internal static class ResultsCost
{
    private const int Tasks = 100_000;

    private const string Columns =
        "SELECT t.task_id, t.state, a.operator_key, a.wiring_sha256, a.cached_from, a.results, t.definition FROM tasks t "
        + "LEFT JOIN attempts a ON a.attempt_id = t.current_attempt_id ORDER BY t.seq";

    public static IEnumerable<Figure> MeasureResults()
    {
        using var campaign = CreateRuns(1);
        foreach (var format in new[] { "csv", "json", "parquet" })
        {
            var file = Path.Combine(campaign.Workspace.Folder, "results." + format);
            var arguments = new RunArguments { OutputFile = file };
            var (write, floor) = Cost.Compare(
                3,
                () => Cost.Of(() => Expect(ResultsCommand.Execute(campaign.CreateContext(arguments)))),
                () => Cost.Of(() => ReadPlain(campaign.Run.StoreFile))
            );
            yield return Figure.Time(
                $"results of {Tasks} tasks as {format}, against SQLite's reading of their columns",
                write,
                floor,
                false,
                "seconds"
            );
            yield return new(
                "memory that it takes besides",
                Isolated.PeakMemoryOf(() => Expect(ResultsCommand.Execute(campaign.CreateContext(arguments)))) / 1e3,
                null,
                "MB",
                "bounded"
            );
            yield return new("its size", new FileInfo(file).Length / 1e6, null, "MB", "reported");
        }
    }

    public static IEnumerable<Figure> MeasureComparison()
    {
        using var campaign = CreateRuns(2);
        var file = Path.Combine(campaign.Workspace.Folder, "comparison.json");
        var (compare, floor) = Cost.Compare(
            3,
            () => Cost.Of(Compare),
            () =>
                Cost.Of(() =>
                {
                    ReadPlain(campaign.Run.StoreFile);
                    ReadPlain(campaign.Run.StoreFile);
                })
        );
        yield return Figure.Time(
            $"comparing two runs of {Tasks} tasks, against SQLite's reading of their columns",
            compare,
            floor,
            false,
            "seconds"
        );
        yield return new("memory that it takes besides", Isolated.PeakMemoryOf(Compare) / 1e3, null, "MB", "bounded");
        Execute(campaign.Run.StoreFile, "UPDATE attempts SET results = replace(results, '\"n\"', '\"m\"')");
        yield return Figure.Time(
            "the same, every task different",
            Cost.Median(3, () => Cost.Of(CompareDifferent)),
            floor,
            false,
            "seconds"
        );
        yield return new("memory that it takes besides", Isolated.PeakMemoryOf(CompareDifferent) / 1e3, null, "MB", "bounded");

        void Compare() => Expect(CompareRunsCommand.Execute(campaign.CreateContext(new RunArguments { OutputFile = file })));

        void CompareDifferent() => _ = CompareRunsCommand.Execute(campaign.CreateContext(new RunArguments { OutputFile = file }));
    }

    private static BenchmarkCampaign CreateRuns(int runs)
    {
        var campaign = new BenchmarkCampaign(Tasks) { Host = MemoryOperator.Host(waits: false) };
        for (var i = 0; i < runs; i++)
        {
            Expect(TickCommand.Loop(campaign.CreateContext(new RunArguments { NewRun = true }), campaign.Source, CancellationToken.None));
            Execute(
                campaign.Run.StoreFile,
                "UPDATE attempts SET results = json_object('energy (eV)', seq / 7.0, 'n', seq, 'fit', json_object('a0', seq / 3.0, 'ok', "
                    + "json('true')), 'note', 'task ' || seq)"
            );
        }

        return campaign;
    }

    private static void ReadPlain(string store)
    {
        using var connection = new SqliteConnection($"Data Source={store};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Columns;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            for (var i = 0; i < reader.FieldCount; i++)
            {
                _ = reader.IsDBNull(i) ? null : reader.GetString(i);
            }
        }
    }

    private static void Execute(string store, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={store};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Expect(CommandResult result)
    {
        if (!result.Success)
        {
            throw new InvalidOperationException("the command failed");
        }
    }
}
