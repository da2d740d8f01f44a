using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Caching;

/// <summary>What is known is not computed again; what has changed is, with all that depends on it.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CachedRunTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public CachedRunTests()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        _world.Write("campaign/a.txt", "1\n");
        Declare();
    }

    private string Log => _world.In("executed");

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_second_run_executes_nothing_and_has_the_same_outputs()
    {
        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));
        var outputs = Outputs();
        Assert.AreEqual("a b c d", Executed());

        Assert.IsTrue(Again(), string.Join("; ", _world.Reported));

        Assert.AreEqual("d", Executed(), "it declares no outputs");
        Assert.AreEqual("a=COMPLETED b=COMPLETED c=COMPLETED d=COMPLETED", _world.States());
        CollectionAssert.AreEqual(outputs, Outputs());
        Assert.IsEmpty(RunChecker.Check(_world.Run), string.Join("; ", RunChecker.Check(_world.Run)));
        Assert.IsEmpty(_world.Reported);
        Assert.AreEqual("1\n", File.ReadAllText(_world.Attempt("b@1/work/b.txt")));
        Assert.AreEqual("""{"n": 1}""", _world.Query("SELECT results FROM attempts WHERE task_id = 'c'").Single());
    }

    [TestMethod]
    public void A_hit_names_run_attempt_and_fingerprint_and_was_never_submitted()
    {
        Assert.IsTrue(_world.Loop());
        var (run, attempt) = (_world.Run.Id, _world.Query("SELECT attempt_id FROM attempts WHERE task_id = 'b'").Single());

        Assert.IsTrue(Again());

        var fingerprint = _world.Query("SELECT fingerprint FROM fingerprints f JOIN attempts a ON a.attempt_id = f.attempt_id WHERE task_id = 'b'").Single();
        Assert.AreEqual($"{run}/{attempt}/{fingerprint}", _world.Query("SELECT cached_from FROM attempts WHERE task_id = 'b'").Single());
        Assert.IsNull(_world.Query("SELECT submitted_at_utc FROM attempts WHERE task_id = 'b'").Single());
        Assert.IsFalse(File.Exists(_world.Attempt("b@1/run.sh")));
        Assert.AreEqual("said by b\n", File.ReadAllText(_world.Attempt("b@1/original.stdout.log")));
    }

    [TestMethod]
    public void A_change_of_one_input_executes_its_cone_and_no_more()
    {
        Assert.IsTrue(_world.Loop());
        Executed();
        _world.Write("campaign/a.txt", "2\n");

        Assert.IsTrue(Again());
        Assert.AreEqual("a b d", Executed());

        // Its content was computed before.
        _world.Write("campaign/a.txt", "1\n");
        Assert.IsTrue(Again());
        Assert.AreEqual("d", Executed());
    }

    [TestMethod]
    public void An_ended_run_whose_campaign_has_changed_is_followed_by_one_with_hits()
    {
        Assert.IsTrue(_world.Loop());
        Executed();
        _world.Task("e", $"echo e >> '{Log}'; cat deps/c/results.json > e.txt", ("DependsOn", "c"), ("Outputs", "e.txt"));

        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("d e", Executed());
        Assert.AreEqual("3", _world.Query("SELECT CAST(count(*) AS TEXT) FROM attempts WHERE cached_from IS NOT NULL").Single());
    }

    private bool Again() => _world.Loop(new RunArguments { NewRun = true });

    private string Executed()
    {
        var executed = File.Exists(Log) ? string.Join(' ', File.ReadAllLines(Log).Order()) : "";
        File.Delete(Log);
        return executed;
    }

    private List<string?> Outputs() => _world.Query("SELECT t.task_id || ' ' || path || ' ' || sha256 FROM outputs o JOIN attempts a ON a.attempt_id = o.attempt_id JOIN tasks t ON t.task_id = a.task_id ORDER BY t.seq, path");

    private void Declare() => _world
        .Task("a", $"echo a >> '{Log}'; cat a.txt > a.out", ("Files", "a.txt"), ("Outputs", "a.out"))
        .Task("b", $"echo b >> '{Log}'; cat deps/a/a.out > b.txt; echo said by b", ("DependsOn", "a"), ("Outputs", "b.txt"))
        .Task("c", $$"""echo c >> '{{Log}}'; printf '{"n": 1}' > results.json""", ("Outputs", "results.json"))
        .Task("d", $"echo d >> '{Log}'", ("DependsOn", "b;c"));
}
