using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Publishing;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Publishing;

/// <summary>What completed runs publish, and what they leave alone.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed partial class RunPublishingTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_completed_run_copies_outputs_into_the_project_with_an_index()
    {
        Declare("a", "1", "results/eos/a.csv");
        _world.Task("b", "echo 2 > b.csv; echo 3 > b.txt", ("Outputs", "*.csv;b.txt"), ("Publish", "b.csv=>b.csv;b.txt=>results/b,1.txt"));

        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual("1\n", Read("results/eos/a.csv"));
        Assert.AreEqual("2\n", Read("b.csv"));
        var (run, one, three) = (_world.Run.Id, Sha256.ComputeTextHash("1\n"), Sha256.ComputeTextHash("3\n"));
        Assert.AreEqual($"file,task,run,sha256\r\n\"b,1.txt\",b,{run},{three}\r\neos/a.csv,a,{run},{one}\r\n", Read("results/index.csv"));
        Assert.AreEqual($"file,task,run,sha256\r\nb.csv,b,{run},{Sha256.ComputeTextHash("2\n")}\r\n", Read("index.csv"));
        Assert.IsNull(new FileInfo(Target("b.csv")).LinkTarget);
        File.AppendAllText(Target("results/eos/a.csv"), "more");
        Assert.AreEqual("1\n", File.ReadAllText(_world.Attempt("a@1/work/out.csv")), "a copy, no second name of the output");
        Assert.Contains($"c: run {run} has published 3 files: b.csv, results/b,1.txt, results/eos/a.csv", _world.Said);
        Assert.AreEqual(
            "3 files: b.csv, results/b,1.txt, results/eos/a.csv",
            _world.Query("SELECT details FROM events WHERE kind = 'RUN_PUBLISHED'").Single()
        );
        Assert.HasCount(3, _world.Query("SELECT at_utc FROM published WHERE at_utc IS NOT NULL AND sha256 IS NOT NULL AND size = 2"));
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void Status_and_Explain_say_what_is_published()
    {
        Declare("a", "1", "results/a.csv");
        Assert.IsTrue(_world.Init());
        Assert.IsTrue(ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = "a" })).Success);
        Assert.Contains("    'out.csv' is published to results/a.csv when the run has completed", _world.Said);

        Assert.IsTrue(_world.Loop());
        _world.Said.Clear();
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        Assert.Contains("  1 file is published", _world.Said);
        _world.Said.Clear();
        Assert.IsTrue(ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = "a" })).Success);
        Assert.Contains("  1 file is published", _world.Said);
        Assert.IsTrue(
            _world.Said.Exists(static line => line.StartsWith("    'out.csv' was published to results/a.csv at ", StringComparison.Ordinal))
        );
    }

    [TestMethod]
    public void A_run_that_fails_or_is_not_at_its_end_publishes_nothing()
    {
        Declare("a", "1", "results/a.csv");
        _world.Task("b", $"[ -e '{_world.In("mended")}' ]");

        Assert.IsFalse(_world.Loop());
        Assert.IsFalse(Directory.Exists(Target("results")));

        File.WriteAllText(_world.In("mended"), "");
        Assert.IsTrue(RequestCommand.Execute(_world.Context(), MatterStack.Engine.Lifecycle.Model.RequestKind.Revive, default).Success);
        Assert.IsTrue(_world.Loop(new RunArguments { Select = TaskSelection.Parse("a").GetValueOrThrow() }));
        Assert.IsFalse(Directory.Exists(Target("results")), "the selection has ended, the run has not");
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("1\n", Read("results/a.csv"));
    }

    [TestMethod]
    public void A_later_command_finds_nothing_to_do_and_writes_nothing()
    {
        Declare("a", "1", "results/a.csv");
        Assert.IsTrue(_world.Loop());
        var before = Snapshot();

        Assert.IsTrue(_world.Loop() && _world.Step());

        Assert.AreEqual(before, Snapshot());
        File.Delete(Target("results/a.csv"));
        Assert.IsTrue(_world.Loop());
        Assert.IsFalse(File.Exists(Target("results/a.csv")), "what a person deletes stays deleted");
        Assert.IsTrue(_world.Loop(new RunArguments { Replace = true }), Reported());
        Assert.AreEqual("1\n", Read("results/a.csv"), "until it is asked for");
    }

    [TestMethod]
    public void What_another_run_put_there_is_replaced_only_on_request_and_all_files_or_none_are_published()
    {
        Declare("b", "1", "results/b.csv");
        Assert.IsTrue(_world.Loop());
        var first = _world.Run.Id;
        Declare("a", "new", "results/a.csv");
        Declare("b", "2", "results/b.csv");

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
        Assert.AreNotEqual(first, _world.Run.Id);
        Assert.AreEqual("1\n", Read("results/b.csv"));
        Assert.IsFalse(File.Exists(Target("results/a.csv")), "all or none");
        var problem = _world.Reported.Single();
        Assert.AreEqual(RunCodes.PublishRefused, problem.Code);
        Assert.AreEqual(
            $"'out.csv' of task b is not published to 'results/b.csv': run {first} has published another file there",
            problem.Message
        );
        Assert.Contains($"-t:Loop -p:RunId={_world.Run.Id} -p:Replace=true", problem.Remedy);
        Assert.AreEqual(Target("results/b.csv"), problem.Position!.File);
        Assert.IsFalse(_world.Loop(), "still refused");
        Assert.AreEqual(problem.Message, _world.Query("SELECT details FROM events WHERE kind = 'RUN_NOT_PUBLISHED'").Single(), "once");
        _world.Said.Clear();
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        Assert.Contains($"  0 of 2 files published: {problem.Message}; -t:Loop tries again", _world.Said);

        Assert.IsTrue(_world.Loop(new RunArguments { Replace = true }), Reported());

        Assert.AreEqual("2\n", Read("results/b.csv"));
        Assert.DoesNotContain(first.Value, Read("results/index.csv"));
        Assert.Contains(
            $"1 file replaced on request: results/b.csv (run {first} has published another file there)",
            _world.Query("SELECT details FROM events WHERE kind = 'RUN_PUBLISHED'").Single()!
        );
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void Files_of_other_runs_stay_in_the_index()
    {
        Declare("a", "1", "results/a.csv");
        Declare("gone", "1", "results/gone.csv");
        Assert.IsTrue(_world.Loop());
        var first = _world.Run.Id;
        File.Delete(Target("results/gone.csv"));
        Declare("a", "1", "other/a.csv");
        Declare("gone", "2", "results/new.csv");

        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual(
            $"a.csv a {first}; new.csv gone {_world.Run.Id}",
            string.Join("; ", ReadIndex().Select(static entry => $"{entry.File} {entry.Task} {entry.Run}"))
        );
    }

    [TestMethod]
    public void The_same_content_counts_as_published()
    {
        Declare("a", "1", "results/a.csv");
        _world.Write("campaign/results/a.csv", "1\n");
        var written = File.GetLastWriteTimeUtc(Target("results/a.csv"));

        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual(written, File.GetLastWriteTimeUtc(Target("results/a.csv")));
        Assert.AreEqual(_world.Run.Id.Value, ReadIndex().Single().Run);
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }), Reported());
        Assert.AreEqual(_world.Run.Id.Value, ReadIndex().Single().Run, "the newest run that has this content");
    }

    [TestMethod]
    [DataRow(false, "a file is there that no run has published")]
    [DataRow(true, "a link is there")]
    public void A_file_of_a_person_is_replaced_only_on_request(bool isLink, string words)
    {
        Declare("a", "1", "results/a.csv");
        _world.Write("outside.csv", "mine");
        Directory.CreateDirectory(Target("results"));
        if (isLink)
        {
            File.CreateSymbolicLink(Target("results/a.csv"), _world.In("outside.csv"));
        }
        else
        {
            File.WriteAllText(Target("results/a.csv"), "mine");
        }

        Assert.IsFalse(_world.Loop());
        Assert.Contains(words, _world.Reported.Single().Message);
        Assert.AreEqual("mine", Read("results/a.csv"));

        Assert.IsTrue(_world.Loop(new RunArguments { Replace = true }), Reported());
        Assert.AreEqual("1\n", Read("results/a.csv"));
        Assert.AreEqual("mine", File.ReadAllText(_world.In("outside.csv")), "the link is replaced, not its target");
    }

    [TestMethod]
    public void A_run_replaces_its_own_file_after_a_rerun_but_not_one_that_a_person_has_changed()
    {
        Declare("a", $"$(cat '{_world.Write("value", "1")}')", "results/a.csv");
        Assert.IsTrue(_world.Loop());

        _world.Write("value", "2");
        Rerun();
        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("2\n", Read("results/a.csv"));
        Assert.HasCount(2, _world.Query("SELECT seq || '' FROM events WHERE kind = 'RUN_PUBLISHED'"));

        File.WriteAllText(Target("results/a.csv"), "edited");
        _world.Write("value", "3");
        Rerun();
        Assert.IsFalse(_world.Loop());
        Assert.AreEqual("edited", Read("results/a.csv"));
        Assert.Contains($"the file there was changed after run {_world.Run.Id} had published it", _world.Reported.Single().Message);
    }

    [TestMethod]
    public void A_list_of_somebody_else_is_replaced_only_on_request()
    {
        Declare("a", "1", "results/a.csv");
        _world.Write("campaign/results/index.csv", "name,mass\nCu,63.5\n");

        Assert.IsFalse(_world.Loop());
        Assert.Contains("'results/index.csv' is not the list of published files", _world.Reported.Single().Message);
        Assert.IsFalse(File.Exists(Target("results/a.csv")));

        Assert.IsTrue(_world.Loop(new RunArguments { Replace = true }), Reported());
        Assert.AreEqual("a.csv", ReadIndex().Single().File);
    }

    [TestMethod]
    public void Of_two_commands_that_publish_one_is_refused_and_learns_who_the_other_is()
    {
        Declare("a", "1", "results/a.csv");
        Assert.IsTrue(_world.Init());
        using (PublishLock.Acquire(_world.Workspace.RunsDirectory, TimeProvider.System).GetValueOrThrow())
        {
            Assert.IsFalse(_world.Loop());
        }

        Assert.AreEqual(RunCodes.PublishLocked, _world.Reported.Single().Code);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", _world.Reported[0].Message);
        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
        Assert.IsFalse(File.Exists(Target("results/a.csv")));

        // The file of a dead holder stays and holds nothing.
        Assert.IsTrue(File.Exists(PublishLock.GetFile(_world.Workspace.RunsDirectory)));
        Assert.IsTrue(_world.Loop(), Reported());
        Assert.AreEqual("1\n", Read("results/a.csv"));
    }

    [TestMethod]
    public void Results_from_the_cache_are_published_too()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        Declare("a", "1", "results/a.csv");
        Assert.IsTrue(_world.Loop());
        Directory.Delete(Target("results"), recursive: true);

        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }), Reported());

        Assert.IsNotNull(_world.Query("SELECT cached_from FROM attempts").Single());
        Assert.AreEqual("1\n", Read("results/a.csv"));
    }

    [TestMethod]
    public void A_task_that_may_fail_and_does_publishes_nothing_and_holds_up_nothing()
    {
        Declare("a", "1", "results/a.csv");
        _world.Task("b", "false", ("Outputs", "out.csv"), ("Publish", "results/b.csv"), ("AllowFailure", "true"));

        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual("a.csv", ReadIndex().Single().File);
        Assert.Contains("c: not published, because their tasks did not complete: results/b.csv (b)", _world.Said);
        _world.Said.Clear();
        Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success);
        Assert.Contains("  1 of 2 files published; the tasks of the others did not complete", _world.Said);
    }

    [TestMethod]
    public void An_output_that_was_changed_or_deleted_after_its_task_is_not_published()
    {
        Declare("a", "1", "results/a.csv");
        File.WriteAllText(Target("blocks"), "");
        Declare("b", "2", "blocks/b.csv");
        Assert.IsFalse(_world.Loop());
        File.Delete(Target("blocks"));
        File.WriteAllText(_world.Attempt("a@1/work/out.csv"), "forged");
        _world.Reported.Clear();

        Assert.IsFalse(_world.Loop());
        Assert.Contains("Output 'out.csv' of task a has changed since the task completed", _world.Reported.Single().Message);
        Assert.IsFalse(File.Exists(Target("results/a.csv")) || File.Exists(Target("blocks/b.csv")));
        Assert.IsEmpty(Directory.GetFiles(Target("results")), "nothing is left beside the targets");

        File.Delete(_world.Attempt("a@1/work/out.csv"));
        _world.Reported.Clear();
        Assert.IsFalse(_world.Loop());
        Assert.Contains("Task a has no output 'out.csv' for 'results/a.csv'", _world.Reported.Single().Message);
    }

    [TestMethod]
    public void A_run_without_targets_asks_one_row_of_an_index()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());

        var plan = string.Join('\n', PlanQuery(MatterStack.Engine.Runs.Store.PublishedTable.AnyPendingSql));

        Assert.Contains("published_pending", plan);
        Assert.IsFalse(File.Exists(PublishLock.GetFile(_world.Workspace.RunsDirectory)), "no lock is taken");
        Assert.IsEmpty(_world.Query("SELECT seq || '' FROM events WHERE kind LIKE '%PUBLISHED'"));
    }

    private List<string?> PlanQuery(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_world.Run.StoreFile};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        using var reader = command.ExecuteReader();
        var lines = new List<string?>();
        while (reader.Read())
        {
            lines.Add(reader.GetString(3));
        }

        return lines;
    }

    private void Rerun() =>
        Assert.IsTrue(
            RequestCommand
                .Execute(
                    _world.Context(new RunArguments { TaskId = "a", Reason = "again" }),
                    MatterStack.Engine.Lifecycle.Model.RequestKind.Rerun,
                    default
                )
                .Success,
            Reported()
        );

    private void Declare(string id, string value, string target) =>
        _world.Task(id, $"echo \"{value}\" > out.csv", ("Outputs", "out.csv"), ("Publish", target));

    private IReadOnlyCollection<IndexEntry> ReadIndex() => PublishedIndex.TryParse(Read("results/index.csv"))!.Entries;

    private string Snapshot() =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(Target("results"), "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(static file => $"{file} {File.GetLastWriteTimeUtc(file):O} {new FileInfo(file).Length}")
                .Concat(_world.Query("SELECT seq || kind FROM events ORDER BY seq").OfType<string>())
        );

    private string Target(string relative) => _world.In("campaign/" + relative);

    private string Read(string relative) => File.ReadAllText(Target(relative));

    private string Reported() => string.Join('\n', _world.Reported);
}
