using System.Diagnostics.CodeAnalysis;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>Files that a failed job leaves for the next attempt stay on the cluster, are hashed there, and are copied there.</summary>
[TestClass]
public sealed class CarriedJobTests : IDisposable
{
    private const string Run = "20260101_000000_00000001";

    private ClusterWorld _world = new(staged: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow(true, DisplayName = "a folder that only the cluster sees")]
    [DataRow(false, DisplayName = "a file system in common")]
    public void A_checkpoint_stays_where_it_is_and_the_next_attempt_begins_with_it(bool staged)
    {
        UseWorld(staged);
        var first = Order(1, "echo one > restart.1; echo log > log; exit 3", "restart.*");
        var end = Finish(first, "1");

        var left = end.LeftFiles.Single();
        Assert.AreEqual(
            (
                "restart.1",
                "restart.1",
                Sha256.ComputeTextHash("one\n"),
                4L,
                first.Attempt,
                staged ? "this machine:" + _world.In("far") : "",
                "tasks/t@1"
            ),
            (left.Path, left.Source, left.Hash, left.Size, left.Origin, left.Place, left.OriginFolder)
        );
        Assert.IsEmpty(end.Warnings);
        Assert.AreEqual("log\n", File.ReadAllText(Path.Combine(first.WorkFolder, "log")));
        // It has not travelled.
        Assert.AreEqual(!staged, File.Exists(Path.Combine(first.WorkFolder, "restart.1")));

        var second = Order(2, "(cat restart.1; echo $MATTERSTACK_CARRIED $MATTERSTACK_PREVIOUS_CAUSE) > said", "restart.*") with
        {
            Carried = end.LeftFiles,
            PreviousCause = "EXIT",
        };
        var again = Finish(second, "2");

        Assert.AreEqual(0, again.ExitCode);
        Assert.IsNull(again.NotCarriedReason);
        Assert.AreEqual("one\ntrue EXIT\n", Said(second));
        Assert.IsEmpty(again.LeftFiles, "a completed attempt leaves nothing");
    }

    [TestMethod]
    public void Only_regular_files_with_content_are_carried_and_the_rest_is_said()
    {
        var end = Finish(
            Order(
                1,
                "mkdir sub deps; echo a > restart.1; : > restart.empty; echo b > sub/restart.2; ln -s sub/restart.2 restart.last; "
                    + "ln -s /etc/passwd restart.out; echo c > 'restart. x'; mkdir restart.dir; echo d > CONTCAR; echo e > other; "
                    + "echo f > 'restart.\\n'; exit 1",
                "restart.*",
                "CONTCAR=>POSCAR"
            ),
            "1"
        );

        CollectionAssert.AreEqual(
            (string[])
                ["POSCAR<CONTCAR", "restart. x<restart. x", "restart.1<restart.1", @"restart.\n<restart.\n", "restart.last<sub/restart.2"],
            end.LeftFiles.Select(file => $"{file.Path}<{file.Source}").ToArray()
        );
        StringAssert.Contains(end.Warnings.Single(), "restart.out");
    }

    [TestMethod]
    public void Patterns_below_folders_and_of_every_depth_mean_the_same_there_as_here()
    {
        string[] files = ["a.wfn", "d/b.wfn", "d/e/c.wfn", "d/e/c.txt", "ä/ö.x"];
        var write = string.Join("; ", files.Select(file => $"mkdir -p ./{Path.GetDirectoryName(file)}; echo {file} > {file}"));
        foreach (
            var (pattern, expected) in new[]
            {
                ("*.wfn", "a.wfn"),
                ("**/*.wfn", "a.wfn d/b.wfn d/e/c.wfn"),
                ("d/**", "d/b.wfn d/e/c.txt d/e/c.wfn"),
                ("d/*/c.*", "d/e/c.txt d/e/c.wfn"),
                ("*.*", "a.wfn"),
                ("ä/*", "ä/ö.x"),
                ("d/e/c.txt", "d/e/c.txt"),
                ("[a.wfn", ""),
            }
        )
        {
            UseWorld(staged: true);
            Assert.AreEqual(
                expected,
                string.Join(' ', Finish(Order(1, write + "; exit 1", pattern), "1").LeftFiles.Select(file => file.Path)),
                pattern
            );
        }
    }

    [TestMethod]
    public void An_attempt_that_ended_with_0_and_fails_for_another_reason_leaves_its_files_too()
    {
        var end = Finish(Order(1, "echo one > restart.1", "restart.*", with: task => task with { Outputs = ["result"] }), "1");
        Assert.AreEqual(EndCause.OutputsMissing, AttemptOutcomes.Classify(end).Cause);
        Assert.AreEqual("restart.1", end.LeftFiles.Single().Path);
    }

    [TestMethod]
    [DataRow("echo torn >> FILE", "restart.1 has changed since it was recorded")]
    [DataRow("echo two > FILE", "restart.1 has changed since it was recorded")]
    [DataRow("rm FILE", "restart.1 is gone from its place")]
    [DataRow("rm -r FOLDER", "restart.1 is gone from its place")]
    public void A_checkpoint_that_is_torn_or_gone_never_stops_a_run(string fault, string reason)
    {
        var end = Finish(Order(1, "echo one > restart.1; echo more > restart.2; exit 3", "restart.*"), "1");
        var folder = _world.In($"far/{Run}/tasks/t@1");
        Shell(
            fault.Replace("FILE", folder + "/work/restart.1", StringComparison.Ordinal).Replace("FOLDER", folder, StringComparison.Ordinal)
        );

        var second = Order(2, "(ls; echo $MATTERSTACK_CARRIED) > said; exit 4", "restart.*") with
        {
            Carried = end.LeftFiles,
            PreviousCause = "EXIT",
        };
        var again = Finish(second, "2");

        // The whole set is dropped.
        Assert.AreEqual("said\nfalse\n", Said(second));
        Assert.AreEqual(reason, again.NotCarriedReason);
    }

    [TestMethod]
    public void What_an_attempt_here_has_left_is_sent_with_the_inputs()
    {
        var first = Order(1, "true", "restart.*");
        Directory.CreateDirectory(first.WorkFolder);
        File.WriteAllText(Path.Combine(first.WorkFolder, "restart.1"), "one\n");
        var left = Left(first, "");

        var second = Order(2, "(cat restart.1 && echo $MATTERSTACK_CARRIED) > said", "restart.*") with
        {
            Carried = [left],
            PreviousCause = "EXIT",
        };
        Assert.IsNull(Finish(second, "1").NotCarriedReason);
        Assert.AreEqual("one\ntrue\n", Said(second));

        File.WriteAllText(Path.Combine(first.WorkFolder, "restart.1"), "two\n");
        var third = Order(3, "(ls; echo $MATTERSTACK_CARRIED) > said", "restart.*") with { Carried = [left], PreviousCause = "EXIT" };
        StringAssert.StartsWith(Finish(third, "2").NotCarriedReason, "restart.1 has changed since it was recorded");
        Assert.AreEqual("said\nfalse\n", Said(third));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void What_lies_on_another_cluster_is_not_carried_and_that_is_said(bool staged)
    {
        UseWorld(staged);
        var second = Order(2, "echo $MATTERSTACK_CARRIED > said", "restart.*");
        second = second with { Carried = [Left(second, "other:/scratch")], PreviousCause = "EXIT" };
        var end = Finish(second, "1");
        StringAssert.StartsWith(end.NotCarriedReason, "restart.1 is on other:/scratch, and the attempt runs on ");
        Assert.AreEqual("false\n", Said(second));
    }

    [TestMethod]
    public void An_attempt_that_was_killed_at_once_leaves_nothing_of_its_own_and_its_old_output_is_none()
    {
        var end = Finish(Order(1, "echo one > restart.1; exit 3", "restart.*"), "1");
        var second = Order(2, "true", "restart.*", with: task => task with { Outputs = ["restart.1"] }) with
        {
            Carried = end.LeftFiles,
            PreviousCause = "EXIT",
        };
        var again = Finish(second, "2");
        CollectionAssert.AreEqual((string[])["restart.1"], again.MissingOutputs.ToArray());
        Assert.IsEmpty(again.LeftFiles, "the store hands on what it began with");

        var third = Order(3, "cat restart.1 > x; cat x > restart.1", "restart.*", with: task => task with { Outputs = ["restart.1"] }) with
        {
            Carried = end.LeftFiles,
            PreviousCause = "EXIT",
        };
        // Written anew with the same content.
        Assert.IsEmpty(Finish(third, "3").MissingOutputs);
    }

    [TestMethod]
    public void One_call_looks_for_the_files_of_all_attempts_and_an_interrupted_one_is_repeated()
    {
        var requests = Enumerable
            .Range(0, 5)
            .Select(i => Order(1, "echo $MATTERSTACK_TASK_ID > restart.1; exit 3", ["restart.*"], "t" + i, task => task))
            .ToArray();
        _world.Submit(requests);
        foreach (var job in _world.Jobs)
        {
            _world.Run(job);
        }

        var asked = 0;
        _world.Shell.Next = call =>
            !call.Script.Contains("left()", StringComparison.Ordinal) ? null
            : asked++ == 0 ? new Fault.CutAfter(20)
            : null;
        _world.Pass(15);
        _world.NothingEnded();
        StringAssert.Contains(
            _world.Last<Observation.StatusNote>(requests[0])!.Text,
            "the files to carry could not be looked for on this machine:" + _world.In("far")
        );

        _world.Pass(30);
        foreach (var request in requests)
        {
            Assert.AreEqual("restart.1", _world.Ended(request).LeftFiles.Single().Path);
        }

        Assert.AreEqual(2, asked);
    }

    [SuppressMessage("Usage", "CA2000", Justification = "Dispose disposes it")]
    private void UseWorld(bool staged)
    {
        _world.Dispose();
        _world = new ClusterWorld(staged);
    }

    private static LeftFile Left(AttemptRequest request, string place) =>
        new("restart.1", "restart.1", Sha256.ComputeTextHash("one\n"), 4, request.Attempt, place) { OriginFolder = request.RelativeFolder };

    private AttemptRequest Order(int index, string command, params string[] carry) => Order(index, command, carry, "t", task => task);

    private AttemptRequest Order(int index, string command, string carry, Func<CampaignTask, CampaignTask> with) =>
        Order(index, command, [carry], "t", with);

    private AttemptRequest Order(int index, string command, string[] carry, string task, Func<CampaignTask, CampaignTask> with) =>
        _world.Order(task, index, command, declared => with(declared with { Carry = [.. carry.Select(CarryRequest.FromString)] }));

    private AttemptEnd Finish(AttemptRequest request, string job)
    {
        _world.Submit(request);
        _world.Run(job);
        _world.Pass(15);
        return _world.Ended(request);
    }

    private static string Said(AttemptRequest request) => File.ReadAllText(Path.Combine(request.WorkFolder, "said"));

    private static void Shell(string command)
    {
        using var process = System.Diagnostics.Process.Start("/bin/sh", ["-c", command]);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
    }
}
