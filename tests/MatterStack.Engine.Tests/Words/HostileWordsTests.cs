using System.Text.Json;
using System.Xml.Linq;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Evidence;
using MatterStack.Engine.Tests.Operators;
using MatterStack.Engine.Tests.Operators.Web;

namespace MatterStack.Engine.Tests.Words;

/// <summary>Whoever speaks through a run (a task, a person, an instrument, a hook) speaks to its user and to no CI system, terminal or
/// page.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class HostileWordsTests
{
    private const string Markup = "<img src=x onerror=alert(1)> | [x](https://example.org) **b** `c` https://example.org www.example.org";

    // As a program prints it.
    private static readonly string Printf =
        "printf '"
        + string.Concat(
            System
                .Text.Encoding.UTF8.GetBytes(CiCommands.Samples + "\n" + Markup + "\n")
                .Select(b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0'))
        )
        + "'";

    [TestMethod]
    public void A_log_of_a_task_that_failed()
    {
        using var world = new CommandWorld(inMemory: true).Task("bad", Printf + " >&2; exit 3");
        Assert.IsFalse(world.Loop());
        Check(world);
        Assert.Contains("exit code 3", world.Reported[0].Message);
        Assert.Contains("gitlab", world.Reported[0].Message, "what it said is shown");
    }

    [TestMethod]
    public void Names_of_files_that_a_task_makes()
    {
        using var world = new CommandWorld(inMemory: true).Task(
            "bad",
            "mkdir out; cd out; mkfifo \"$(printf 'a\\n::error::x ##[error]y ##vso[task.complete]\\n\\033[31m##teamcity[x]<img|[x](y)b')\"",
            ("Outputs", "out/*")
        );
        Assert.IsFalse(world.Loop());
        Check(world);
        Assert.Contains("is not a regular file but a named pipe", world.Query("SELECT reason FROM tasks").Single()!);
    }

    [TestMethod]
    public void Results_that_are_none()
    {
        using var world = new CommandWorld(inMemory: true).Task("bad", Printf + " > results.json");
        Assert.IsFalse(world.Loop());
        Check(world);
    }

    [TestMethod]
    [DataRow("FAILED")]
    [DataRow("COMPLETED")]
    public void An_answer_of_a_person(string status)
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("Kind", "Gate"));
        people.World.Step();
        people.Answer(
            "ask@1",
            "response.json",
            JsonSerializer.Serialize(
                new
                {
                    status,
                    error = CiCommands.Samples + Markup,
                    comment = Markup + CiCommands.Samples,
                    decision = CiCommands.Samples,
                    responded_by = CiCommands.Samples,
                    data = new { x = CiCommands.Samples },
                }
            )
        );
        people.World.Loop();
        Assert.AreEqual(status, people.State("ask"));
        Check(people.World);
        Assert.Contains(
            "(response.json, sha256 ",
            people.World.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_ANSWERED'").Single()!,
            "the file and its hash are recorded however long the comment"
        );
    }

    [TestMethod]
    [DataRow("response.json", "{\"status\": \"{0}\"}")]
    [DataRow("response.json", "{\"status\": \"FAILED\", \"files\": \"{0}\"}")]
    [DataRow("response.json", "{0}")]
    [DataRow("rejected.txt", "{0}")]
    [DataRow("approved.txt", "{0}")]
    public void Words_of_a_person_that_are_no_answer_or_a_short_one(string file, string form)
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("Kind", "Gate"));
        people.World.Step();
        var text = form.Replace(
            "{0}",
            form == "{0}" ? CiCommands.Samples + Markup : JsonEncodedText.Encode(CiCommands.Samples + Markup).Value,
            StringComparison.Ordinal
        );
        people.Answer("ask@1", file, text);
        people.World.Step();
        people.World.Loop();
        Check(people.World);
    }

    [TestMethod]
    [DataRow(400)]
    [DataRow(500)]
    public void An_error_of_an_instrument(int code)
    {
        using var instrument = new Instrument();
        using var people = new PeopleWorld(
            $$"""
            operators:
              experiment.coater: { kind: experiment, api: { base_url: "{{instrument.Url}}" } }
            """
        );
        instrument.Fail("PUT", new Fault.Reply(code, JsonSerializer.Serialize(new { error = CiCommands.Samples + Markup })));
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        people.World.Step();
        Check(people.World);
    }

    [TestMethod]
    public void The_standard_error_of_a_hook()
    {
        using var people = new PeopleWorld(
            $$"""
            operators:
              local.default: { kind: local, backend: { type: local }, hooks: { on_completed: { command: {{JsonSerializer.Serialize(
                Printf + " >&2; exit 4"
            )}} } } }
            """
        );
        people.World.Task("a", "true");
        Assert.IsTrue(people.World.Loop());
        Check(people.World);
        Assert.Contains("exit code 4: bad", people.World.Query("SELECT outcome FROM hooks").Single()!);
    }

    [TestMethod]
    public void Words_of_the_user_with_a_request_and_about_a_run()
    {
        using var world = new CommandWorld(inMemory: true).Task("a", "true");
        Assert.IsTrue(world.Init(new RunArguments { RunTags = [CiCommands.Samples] }));
        Assert.IsTrue(
            RequestCommand
                .Execute(world.Context(new RunArguments { Reason = CiCommands.Samples + Markup }), RequestKind.Cancel, default)
                .Success
        );
        Assert.IsFalse(world.Loop(new RunArguments { RunId = world.Run.Id.Value }));
        Check(world);
        Assert.IsFalse(
            CiCommands.AreIn(JsonDocument.Parse(File.ReadAllText(world.Run.ConfigFile)).RootElement.GetProperty("tags")[0].GetString()!)
        );
    }

    [TestMethod]
    public void A_store_that_was_not_recorded_by_us()
    {
        using var world = new CommandWorld(inMemory: true).Task("a", "exit 3");
        Assert.IsFalse(world.Loop());
        var text = (CiCommands.Samples + Markup).Replace("'", "''", StringComparison.Ordinal);
        world.Execute(
            $"UPDATE runs SET reason = '{text}', workspace_slug = '{text}'; UPDATE tasks SET reason = '{text}', operator_key = '{text}'; "
                + $"UPDATE attempts SET reason = '{text}', operator_key = '{text}', external_id = '{text}'; "
                + $"UPDATE events SET details = '{text}', actor = '{text}'"
        );
        StatusCommand.Execute(world.Context());
        ListRunsCommand.Execute(world.Context());
        AttemptsCommand.Execute(world.Context());
        Check(world, recorded: false);
    }

    private static void Check(CommandWorld world, bool recorded = true)
    {
        Assert.IsTrue(ExplainCommand.Execute(world.Context()).Success);
        var ci = CiReportCommand.Execute(world.Context());
        Assert.IsTrue(ci.Success);
        Assert.IsTrue(ReportCommand.Execute(world.Context()).Success);
        Assert.IsTrue(ExportEvidenceCommand.Execute(world.Context()).Success, string.Join("; ", world.Reported));
        foreach (var line in world.Said.Concat(world.Reported.Select(p => p.ToString())))
        {
            Assert.IsFalse(CiCommands.AreIn(line), line);
            Assert.IsFalse(line.Any(char.IsControl), line);
        }

        if (recorded)
        {
            foreach (
                var reason in world
                    .Query(
                        "SELECT reason FROM runs UNION SELECT reason FROM tasks UNION SELECT reason FROM attempts UNION SELECT details "
                            + "FROM events WHERE kind <> 'RUN_CREATED' UNION SELECT actor FROM events UNION SELECT outcome "
                            + "FROM hooks UNION "
                            + "SELECT answer FROM requests UNION SELECT reason FROM requests"
                    )
                    .OfType<string>()
            )
            {
                Assert.IsFalse(CiCommands.AreIn(reason), reason);
                Assert.IsFalse(reason.Any(char.IsControl), reason);
                Assert.IsLessThanOrEqualTo(1000, reason.Length, reason);
            }
        }

        foreach (
            var value in XDocument
                .Load(ci.Items[0].Identity)
                .Descendants()
                .SelectMany(e => e.Attributes().Select(a => a.Value).Append(e.HasElements ? "" : e.Value))
        )
        {
            Assert.IsFalse(CiCommands.AreIn(value), value);
        }

        foreach (var page in new[] { ci.Items[0].Metadata["summary"], Path.Combine(world.Run.EvidenceFolder, "report.md") })
        {
            // What is indented is code.
            var text = string.Join('\n', File.ReadAllLines(page).Where(l => !l.StartsWith("    ", StringComparison.Ordinal)));
            Assert.IsFalse(CiCommands.AreIn(text), text);
            text = System.Text.RegularExpressions.Regex.Replace(text, "`[^`\\n]*`", "");
            foreach (var markup in new[] { "<img", "[x](", "**b**", " https://example", " www.example" })
            {
                Assert.DoesNotContain(markup, text, page);
            }
        }

        Assert.IsEmpty(
            EvidenceWorld.Verify(world.Run.EvidenceFolder).Where(p => !p.Contains("MATTER5015", StringComparison.Ordinal) || recorded)
        );
    }
}
