using System.Xml.Linq;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>What a CI system is told of a run.</summary>
[TestClass]
public sealed class CiReportTests
{
    [TestMethod]
    public void Each_task_is_a_test_case_with_its_outcome_and_the_run_says_which_wiring_it_had()
    {
        using var evidence = new EvidenceWorld().Run();
        var suite = JUnit(evidence.World, out _);

        Assert.AreEqual("6", suite.Attribute("tests")!.Value);
        Assert.AreEqual("0", suite.Attribute("failures")!.Value);
        Assert.AreEqual("2", suite.Attribute("skipped")!.Value);
        Assert.IsEmpty(Case(suite, "make").Elements());
        StringAssert.StartsWith(Case(suite, "lost").Element("skipped")!.Attribute("message")!.Value, "failed (allowed)");
        Assert.IsNotNull(Case(suite, "after").Element("skipped"));
        Assert.HasCount(1, suite.Element("properties")!.Elements().Where(p => p.Attribute("name")!.Value == "wiring_sha256"));
    }

    [TestMethod]
    public void A_failure_comes_with_its_reason_and_the_end_of_its_log_whatever_stands_there()
    {
        using var world = new CommandWorld(inMemory: true).Task("bad", "exit 7").Task("good", "true");
        Assert.IsFalse(world.Loop());
        File.WriteAllText(
            Path.Combine(world.Run.Path, "tasks/bad@1/stderr.log"),
            "first\n\u001b[31mred <b>&\u001b[0m\n10%\r90%\n\0\u0007\uffffnul\n```\n"
        );

        var suite = JUnit(world, out var summary);

        var failure = Case(suite, "bad").Element("failure")!;
        StringAssert.Contains(failure.Attribute("message")!.Value, "exit code 7");
        Assert.AreEqual("exit code 7", failure.Attribute("type")!.Value);
        Assert.AreEqual("first\nred <b>&\n90%\nnul\n```", failure.Value);
        Assert.AreEqual("1", suite.Attribute("failures")!.Value);
        StringAssert.Contains(summary, "FAILED");
        StringAssert.Contains(summary, "| bad | `local.default` |");
        StringAssert.Contains(summary, "\n    red <b>&\n    90%\n");
    }

    [TestMethod]
    public void A_run_under_way_is_reported_as_it_is_and_files_go_where_they_are_wanted()
    {
        using var world = new CommandWorld(inMemory: true).Task("ask", "", ("Kind", "Gate"), ("Message", "Go on?"));
        world.Write("campaign/operators.yaml", "operators:\n  human.default: { kind: human }\n");
        Assert.IsTrue(world.Loop());
        var (junit, summary) = (Path.Combine(world.Run.Path, "ci", "a.xml"), Path.Combine(world.Run.Path, "ci", "a.md"));

        Assert.IsTrue(CiReportCommand.Execute(world.Context(new RunArguments { JUnitFile = junit, SummaryFile = summary })).Success);

        StringAssert.Contains(
            XDocument.Load(junit).Descendants("skipped").Single().Attribute("message")!.Value,
            "not finished: WAITING_EXTERNAL"
        );
        StringAssert.Contains(File.ReadAllText(summary), "1 WAITING_EXTERNAL of 1 task; 1 attempt with 0 s");
    }

    [TestMethod]
    public void The_time_of_a_test_case_is_wall_time_where_it_is_known()
    {
        using var world = new CommandWorld(inMemory: true).Task("a", "true").Task("b", "true");
        Assert.IsTrue(world.Loop());
        world.Execute(
            "UPDATE attempts SET submitted_at_utc = '2026-01-01T00:00:00.000Z', ended_at_utc = '2026-01-01T00:01:40.000Z', "
                + "wall_seconds = NULL, usage_source = 'none'; "
                + "UPDATE attempts SET wall_seconds = 12.5, queue_seconds = 87.5, usage_source = 'sacct' WHERE task_id = 'a'"
        );

        var suite = JUnit(world, out var summary);

        Assert.AreEqual("12.5", Case(suite, "a").Attribute("time")!.Value, "without the queue");
        Assert.AreEqual("100", Case(suite, "b").Attribute("time")!.Value);
        Assert.AreEqual("112.5", suite.Attribute("time")!.Value);
        StringAssert.Contains(summary, "2 attempts with 113 s in total");
    }

    [TestMethod]
    public void The_summary_has_amounts_that_were_asked_for_with_what_was_used_of_them()
    {
        using var world = new CommandWorld(inMemory: true).Task("a_1", "true", ("TimeLimitMinutes", "60")).Task("b", "echo b");
        Assert.IsTrue(world.Loop());
        world.Execute("UPDATE attempts SET wall_seconds = 600, peak_memory_bytes = 1073741824, usage_source = 'sacct'");

        JUnit(world, out var summary);

        StringAssert.Contains(summary, "\n- `a_1` on `local.default`: time asked 60 min, used at most 10 min\n");
        Assert.DoesNotContain("- `b`", summary, "it asked for nothing");
    }

    private static XElement JUnit(CommandWorld world, out string summary)
    {
        var result = CiReportCommand.Execute(world.Context());
        Assert.IsTrue(result.Success);
        summary = File.ReadAllText(result.Items[0].Metadata["summary"]);
        return XDocument.Load(result.Items[0].Identity).Root!.Element("testsuite")!;
    }

    private static XElement Case(XElement suite, string task) => suite.Elements("testcase").Single(c => c.Attribute("name")!.Value == task);
}
