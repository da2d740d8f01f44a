using MatterStack.Engine.Commands;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Tests.Commands;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A store that a stranger sent executes nothing, takes no more than a store takes, and hides no other run.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class StrangerStoreTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public StrangerStoreTests()
    {
        _world.Task("a", "exit 3").Task("b", "true", ("DependsOn", "a"));
        Assert.IsFalse(_world.Loop());
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(
        "ALTER TABLE tasks RENAME TO t2; CREATE VIEW tasks AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS "
            + "seq, 'x' AS task_id, 'FAILED' AS state, NULL AS reason, 'k' AS operator_key, '' AS command, NULL AS current_attempt_id, "
            + "0 AS iteration, 0 AS allow_failure FROM n",
        DisplayName = "a view without end"
    )]
    [DataRow("ALTER TABLE runs RENAME TO r2; CREATE VIEW runs AS SELECT * FROM r2", DisplayName = "a view")]
    [DataRow("CREATE TRIGGER t AFTER INSERT ON requests BEGIN UPDATE tasks SET command = 'rm -rf ~'; END", DisplayName = "a trigger")]
    [DataRow("CREATE TEMP TABLE x (y); CREATE VIRTUAL TABLE v USING fts5(x)", DisplayName = "a virtual table")]
    [DataRow(
        "ALTER TABLE tasks ADD COLUMN z TEXT GENERATED ALWAYS AS (hex(zeroblob(500000000))) VIRTUAL",
        DisplayName = "a generated column"
    )]
    [DataRow("ALTER TABLE tasks DROP COLUMN iteration", DisplayName = "a missing column")]
    [DataRow("CREATE INDEX i ON tasks (lower(command))", DisplayName = "an index over an expression")]
    [DataRow(
        "DROP TABLE attempts; CREATE TABLE attempts (seq INTEGER PRIMARY KEY, state TEXT DEFAULT (hex(zeroblob(100))))",
        DisplayName = "another table of that name"
    )]
    [DataRow("CREATE TABLE extra (x)", DisplayName = "another table")]
    [DataRow(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE tasks (x, y AS (1))' WHERE name = 'tasks'",
        DisplayName = "a schema that was written over"
    )]
    [DataRow(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'garbage' WHERE name = 'tasks'",
        DisplayName = "a schema that is none"
    )]
    public void A_store_that_is_not_as_we_make_one_is_refused_before_it_is_asked(string sql)
    {
        _world.Execute(sql);

        foreach (var command in Commands())
        {
            _world.Reported.Clear();
            Assert.IsFalse(command());
            Assert.AreEqual(RunCodes.StoreUnusable, _world.Reported[0].Code, _world.Reported[0].ToString());
            Assert.IsNotEmpty(_world.Reported[0].Remedy);
        }

        // Others are listed as ever, and this one with what is wrong with it.
        var bad = _world.Run.Id.Value;
        Assert.IsTrue(_world.Init());
        _world.Reported.Clear();
        var listed = ListRunsCommand.Execute(_world.Context());
        Assert.IsTrue(listed.Success);
        CollectionAssert.AreEquivalent(new[] { "UNREADABLE", "PENDING" }, listed.Items.Select(i => i.Metadata["state"]).ToArray());
        Assert.IsNotEmpty(listed.Items.Single(i => i.Metadata["run_id"] == bad).Metadata["reason"]);
        Assert.IsTrue(_world.Said.Exists(line => line.Contains($"{bad} cannot be read", StringComparison.Ordinal)));
    }

    [TestMethod]
    [Slow]
    public void Texts_without_measure_are_shown_in_part()
    {
        _world.Execute(
            "UPDATE runs SET reason = printf('%.*c', 100000000, 'x'); UPDATE tasks SET reason = printf('%.*c', 100000000, 'y'); "
                + "UPDATE attempts SET reason = printf('%.*c', 100000000, 'z'); UPDATE events SET details = printf('%.*c', 30000000, 'w')"
        );

        foreach (var command in Commands())
        {
            _world.Reported.Clear();
            command();
            Assert.IsTrue(_world.Reported.All(p => p.Text.Length < 9000));
            Assert.IsFalse(_world.Reported.Exists(p => p.Code == RunCodes.StoreUnusable), string.Join("; ", _world.Reported));
        }

        Assert.IsTrue(ListRunsCommand.Execute(_world.Context()).Success);
        Assert.IsLessThan(8L << 20, new FileInfo(_world.Run.ReportFile).Length);
        Assert.IsTrue(_world.Said.TrueForAll(line => line.Length <= 4000));
    }

    [TestMethod]
    public void A_text_beyond_all_measure_is_damage()
    {
        _world.Execute($"UPDATE tasks SET command = printf('%.*c', {StoreGuard.MaxTextBytes + 1}, 'x') WHERE task_id = 'b'");

        _world.Reported.Clear();
        Assert.IsFalse(ReportCommand.Execute(_world.Context()).Success);

        Assert.AreEqual(RunCodes.StoreUnusable, _world.Reported[0].Code);
        Assert.Contains("MiB", _world.Reported[0].Message);
    }

    [TestMethod]
    [DataRow("UPDATE tasks SET seq = 9000000000000000000 WHERE task_id = 'b'")]
    [DataRow("UPDATE tasks SET state = x'00ff00', iteration = 'many', allow_failure = 'no'")]
    [DataRow("UPDATE attempts SET attempt_index = 'x', exit_code = 'y', ended_at_utc = 'z', submitted_at_utc = 7")]
    [DataRow("UPDATE attempts SET relative_path = '../../../../etc'")]
    [DataRow("UPDATE attempts SET relative_path = '/etc'")]
    [DataRow("UPDATE tasks SET definition = '{'")]
    [DataRow("UPDATE attempts SET results = '{\"a\": ' ")]
    [DataRow("UPDATE attempts SET cached_from = 'x'; UPDATE fingerprints SET origin = '[]', parts = '{'")]
    [DataRow("UPDATE runs SET created_at_utc = 'long ago', engine_version = x'ff', state = 'DREAMING'")]
    [DataRow("DELETE FROM runs")]
    [DataRow("UPDATE events SET at_utc = 'x', kind = 'ATTEMPT_ANSWERED'")]
    public void Values_of_another_kind_are_damage_or_are_shown(string sql)
    {
        _world.Execute(sql);

        foreach (var command in Commands())
        {
            _world.Reported.Clear();
            if (!command())
            {
                Assert.IsNotEmpty(_world.Reported);
                Assert.IsTrue(
                    _world.Reported.TrueForAll(p =>
                        p.Remedy.Length > 0 || p.Code == RunCodes.TaskFailed || p.Code == RunCodes.RequestRefused
                    ),
                    string.Join("; ", _world.Reported)
                );
            }
        }
    }

    [TestMethod]
    public void A_query_that_finds_no_row_in_time_ends()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        StoreGuard.LimitResources(connection, TimeSpan.Zero);
        using var command = connection.CreateCommand();
        command.CommandText = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

        var e = Assert.ThrowsExactly<SqliteException>(() => command.ExecuteScalar());

        Assert.Contains("takes too long", StoreConnection.ToProblemException(e, "x").Problems[0].Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-wal")]
    [DataRow("-journal")]
    public void A_pipe_in_the_place_of_a_file_of_the_store_keeps_nobody_waiting(string which)
    {
        var file = _world.Run.StoreFile + which;
        File.Delete(file);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [file]))
        {
            mkfifo.WaitForExit();
        }

        foreach (var command in Commands())
        {
            _world.Reported.Clear();
            Assert.IsFalse(command());
            Assert.AreEqual(RunCodes.StoreUnusable, _world.Reported[0].Code);
            Assert.Contains("not a regular file", _world.Reported[0].Message);
        }
    }

    [TestMethod]
    public void A_journal_that_names_another_file_deletes_nothing()
    {
        var victim = _world.Write("campaign/victim.txt", "precious");
        byte[] name = System.Text.Encoding.UTF8.GetBytes(victim);
        byte[] length = [0, 0, 0, (byte)name.Length];
        byte[] sum = BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(name.Sum(b => (int)(sbyte)b)));
        File.WriteAllBytes(
            _world.Run.StoreFile + "-journal",
            [.. new byte[512], 0, 0, 0, 1, .. name, .. length, .. sum, 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]
        );

        foreach (var command in Commands())
        {
            _world.Reported.Clear();
            Assert.IsFalse(command());
            Assert.AreEqual(RunCodes.StoreUnusable, _world.Reported[0].Code);
        }

        Assert.AreEqual("precious", File.ReadAllText(victim));
    }

    [TestMethod]
    [DataRow("operators_snapshot/operators.yaml", "mkfifo")]
    [DataRow("operators_snapshot/metadata.json", "mkfifo")]
    [DataRow("operators_snapshot/history.jsonl", "mkfifo")]
    [DataRow("operators_snapshot/operators.yaml", "ln -s /dev/zero")]
    [DataRow("operators_snapshot/metadata.json", "ln -s /dev/zero")]
    [DataRow("config.json", "mkfifo")]
    [DataRow("config.json", "ln -s /dev/zero")]
    public void A_pipe_or_a_device_in_the_place_of_another_file_of_a_run_keeps_nobody_waiting(string which, string make)
    {
        var file = Path.Combine(_world.Run.Path, which);
        File.Delete(file);
        using (var process = System.Diagnostics.Process.Start(make.Split(' ')[0], [.. make.Split(' ')[1..], file]))
        {
            process.WaitForExit();
        }

        foreach (var command in Commands())
        {
            _world.Reported.Clear();
            command();
            Assert.IsTrue(_world.Reported.TrueForAll(p => p.Code.Code.StartsWith("MATTER", StringComparison.Ordinal)));
        }

        Assert.IsTrue(ListRunsCommand.Execute(_world.Context()).Success);
    }

    [TestMethod]
    public void A_store_that_somebody_has_analyzed_is_read()
    {
        _world.Execute("ANALYZE");
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success, string.Join("; ", _world.Reported));
    }

    private IEnumerable<Func<bool>> Commands() =>
        [
            () => StatusCommand.Execute(_world.Context()).Success,
            () => ExplainCommand.Execute(_world.Context()).Success,
            () => AttemptsCommand.Execute(_world.Context()).Success,
            () => ReportCommand.Execute(_world.Context()).Success,
            () => CiReportCommand.Execute(_world.Context()).Success,
            () => ExportEvidenceCommand.Execute(_world.Context()).Success,
            () => RequestCommand.Execute(_world.Context(), RequestKind.Resume, default).Success,
        ];
}
