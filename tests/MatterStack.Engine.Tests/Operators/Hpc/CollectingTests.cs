using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Attempts that have ended and cannot be brought home: none holds up another, and each has an end.</summary>
[TestClass]
[Slow]
public sealed class CollectingTests : IDisposable
{
    private readonly ClusterWorld _world = new(staged: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void What_is_not_declared_and_cannot_be_read_is_a_warning()
    {
        _world.KeepSecret();
        var (bad, good) = RunTwo("echo s > secret; echo 1 > out");

        _world.Pass(15);

        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(_world.Ended(bad)).Outcome);
        Assert.AreEqual("out", _world.Ended(bad).Outputs.Single().Path);
        Assert.AreEqual(
            "not fetched, and not declared in Outputs: secret cannot be read: this machine says Permission denied",
            _world.Ended(bad).Warnings.Single()
        );
        Assert.IsEmpty(_world.Ended(good).Warnings);
    }

    [TestMethod]
    public void What_is_declared_and_cannot_be_read_fails_its_attempt_after_some_time_and_holds_up_no_other()
    {
        _world.KeepSecret();
        var (bad, good) = RunTwo("echo s > secret; echo 1 > out", "secret", "out");

        _world.Pass(15);
        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(_world.Ended(good)).Outcome);
        Assert.IsNull(_world.Last<Observation.Exited>(bad));
        StringAssert.Contains(
            _world.Last<Observation.StatusNote>(bad)!.Text,
            "output 'secret' cannot be read: this machine says Permission denied"
        );

        _world.Pass(60);
        Assert.AreEqual(
            "output 'secret' cannot be read: this machine says Permission denied",
            AttemptOutcomes.Classify(_world.Ended(bad)).Reason
        );
    }

    [TestMethod]
    public void Rights_that_are_given_in_time_let_it_come()
    {
        _world.KeepSecret();
        var (bad, _) = RunTwo("echo s > secret", "secret");
        _world.Pass(15);
        _world.GiveSecret();
        _world.Pass(15);
        Assert.AreEqual("secret", _world.Ended(bad).Outputs.Single().Path);
    }

    [TestMethod]
    public void Commands_that_come_now_and_then_count_as_a_loop_does()
    {
        _world.KeepSecret();
        var (bad, _) = RunTwo("echo s > secret", "secret");
        for (var i = 0; i < 3 && _world.Last<Observation.Exited>(bad) is null; i++)
        {
            _world.Clock.Advance(TimeSpan.FromSeconds(20));
            _world.Start().Observe([bad]);
        }

        StringAssert.Contains(AttemptOutcomes.Classify(_world.Ended(bad)).Reason, "'secret'");
    }

    [TestMethod]
    public void A_folder_that_was_purged_fails_its_attempt_at_once()
    {
        var (bad, good) = RunTwo("echo 1 > out", "out");
        Directory.Delete(_world.In("far/" + bad.Run.Value + "/" + bad.RelativeFolder), recursive: true);

        _world.Pass(15);

        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(_world.Ended(good)).Outcome);
        var reason = AttemptOutcomes.Classify(_world.Ended(bad)).Reason!;
        StringAssert.Contains(reason, bad.RelativeFolder);
        StringAssert.Contains(reason, "is gone");
    }

    [TestMethod]
    public void A_root_that_is_not_mounted_is_waited_for()
    {
        var (first, second) = RunTwo("echo 1 > out", "out");
        Directory.Move(_world.In("far"), _world.In("unmounted"));
        _world.Pass(120);
        _world.NothingEnded();
        StringAssert.Contains(_world.Last<Observation.StatusNote>(first)!.Text, "No such file or directory");

        Directory.Move(_world.In("unmounted"), _world.In("far"));
        _world.Pass(300);
        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(_world.Ended(first)).Outcome);
        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(_world.Ended(second)).Outcome);
    }

    [TestMethod]
    public void A_root_that_stays_away_fails_what_declares_outputs()
    {
        var (bad, _) = RunTwo("echo 1 > out", "out");
        Directory.Move(_world.In("far"), _world.In("unmounted"));
        _world.Pass(1000);
        StringAssert.Contains(AttemptOutcomes.Classify(_world.Ended(bad)).Reason, "its files could not be fetched");
    }

    [TestMethod]
    public void A_machine_out_of_reach_is_waited_for_however_long()
    {
        var (first, _) = RunTwo("echo 1 > out", "out");
        _world.Shell.Next = call => call.Output is null ? null : new Fault.Refused();
        _world.Cluster.RunOnce();
        _world.Shell.Next = _ => new Fault.Refused();
        _world.Pass(40_000);
        _world.NothingEnded();

        _world.Shell.Next = _ => null;
        _world.Pass(700);
        Assert.AreEqual("out", _world.Ended(first).Outputs.Single().Path);
    }

    [TestMethod]
    public void An_attempt_whose_folder_never_answers_holds_up_none()
    {
        var (bad, good) = RunTwo("echo 1 > out", "out");
        _world.Shell.Next = call =>
            call.Output is not null && call.Script.Contains(bad.RelativeFolder, StringComparison.Ordinal)
                ? new Fault.Garbage(255, "")
                : null;
        _world.Pass(15);
        Assert.AreEqual("out", _world.Ended(good).Outputs.Single().Path);
        Assert.IsNull(_world.Last<Observation.Exited>(bad));

        _world.Pass(1000);
        StringAssert.Contains(AttemptOutcomes.Classify(_world.Ended(bad)).Reason, "its files could not be fetched");
    }

    [TestMethod]
    public void An_attempt_that_cannot_be_brought_can_be_cancelled_and_says_what_is_missing()
    {
        _world.KeepSecret();
        var (bad, _) = RunTwo("echo s > secret", "secret");
        _world.Pass(15);

        _world.Operator.Cancel(bad, "enough");
        _world.Cluster.RunOnce();

        var verdict = AttemptOutcomes.Classify(_world.Ended(bad));
        Assert.AreEqual(AttemptOutcome.Cancelled, verdict.Outcome);
        Assert.AreEqual(
            "enough; its job had ended by itself, and output 'secret' cannot be read: this machine says Permission denied",
            verdict.Reason
        );
    }

    [TestMethod]
    public void An_attempt_that_has_ended_can_be_cancelled_while_the_machine_is_out_of_reach()
    {
        var (bad, _) = RunTwo("echo s > out", "out");
        _world.Shell.Next = call => call.Output is null ? null : new Fault.Refused();
        _world.Pass(15);
        _world.Shell.Next = _ => new Fault.Refused();

        _world.Operator.Cancel(bad, "enough");
        _world.Cluster.RunOnce();

        var verdict = AttemptOutcomes.Classify(_world.Ended(bad));
        Assert.AreEqual(AttemptOutcome.Cancelled, verdict.Outcome);
        StringAssert.Contains(verdict.Reason, "its files could not be fetched: Connection refused");
    }

    [TestMethod]
    public void A_job_that_failed_by_itself_keeps_its_reason_whatever_cannot_be_read()
    {
        _world.KeepSecret();
        var (bad, _) = RunTwo("echo s > secret; exit 3", "secret");
        _world.Pass(15);
        Assert.AreEqual("exit code 3", AttemptOutcomes.Classify(_world.Ended(bad)).Reason);
        StringAssert.Contains(_world.Ended(bad).Warnings.Single(), "secret");
    }

    [TestMethod]
    public void Files_that_come_and_go_while_they_are_fetched_fail_nothing_that_does_not_declare_them()
    {
        var (first, second) = RunTwo("echo 1 > out; echo 2 > scratch", "out");
        _world.Shell.Next = call =>
        {
            File.Delete(_world.In($"far/{first.Run.Value}/{first.RelativeFolder}/work/scratch" + (call.Input is null ? "-" : "")));
            return null;
        };
        _world.Pass(15);
        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(_world.Ended(first)).Outcome);
        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(_world.Ended(second)).Outcome);
        Assert.IsEmpty(_world.Ended(first).Warnings);
    }

    [TestMethod]
    public void On_shared_files_a_folder_that_is_gone_fails_its_attempt_and_no_other()
    {
        using var world = new ClusterWorld();
        var (bad, good) = (
            world.Order("bad", command: "echo 1 > out", with: t => t with { Outputs = ["out"] }),
            world.Order("good", command: "echo 1 > out", with: t => t with { Outputs = ["out"] })
        );
        world.Submit(bad, good);
        foreach (var job in world.Jobs)
        {
            world.Run(job);
        }

        Directory.Delete(bad.Folder, recursive: true);
        world.Pass(15);

        Assert.AreEqual(AttemptOutcome.Completed, AttemptOutcomes.Classify(world.Ended(good)).Outcome);
        StringAssert.Contains(AttemptOutcomes.Classify(world.Ended(bad)).Reason, $"{bad.Folder} is gone");
    }

    private (AttemptRequest Odd, AttemptRequest Plain) RunTwo(string command, params string[] outputs)
    {
        var odd = _world.Order("odd", command: command, with: t => t with { Outputs = outputs.Length == 0 ? ["out"] : outputs });
        var plain = _world.Order("plain", command: "echo 1 > out", with: t => t with { Outputs = ["out"] });
        _world.Submit(odd, plain);
        foreach (var job in _world.Jobs)
        {
            _world.Run(job);
        }

        return (odd, plain);
    }

    [TestMethod]
    public void A_work_folder_that_cannot_be_looked_into_is_reported()
    {
        var found = new FolderListing.Found(
            ["/far/t@1"],
            [new ListedEntry("work", 'd', 0, 0, DateTime.UnixEpoch, "")],
            [new("work", "Permission denied")]
        );
        Assert.AreEqual("all of work cannot be read: Permission denied", FetchPlan.Create(_world.Order(), found).SkippedFiles.Single());
        Assert.AreEqual(
            "cannot be read: Permission denied",
            FetchPlan.Create(_world.Order(with: t => t with { Outputs = ["a.txt"] }), found).UnreadOutputs["a.txt"].Text
        );
    }
}
