using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Tests.Operators;
using MatterStack.Engine.Tests.Operators.Web;

namespace MatterStack.Engine.Tests.Hooks;

/// <summary>Others are told as work goes on: at least once, and never at the run's cost.</summary>
[TestClass]
public sealed class HookTests
{
    [TestMethod]
    public void A_command_gets_the_event_of_an_attempt_on_its_standard_input()
    {
        using var people = People(
            "human.default: { kind: human, hooks: { on_waiting: { command: 'cat >> told.txt; "
                + "echo $MATTERSTACK_HOOK $MATTERSTACK_HOOK_TASK_ID $MATTERSTACK_ATTEMPT_ID >> names.txt' }, on_completed: { command: "
                + "'cat >> told.txt' } } }"
        );
        people.World.Task("review", "", ("Kind", "Gate"), ("Message", "Is it good?"));
        people.World.Step();
        people.World.Step();
        people.Respond("review");
        people.World.Step();

        var told = File.ReadAllLines(people.World.In("campaign/told.txt")).Select(l => JsonNode.Parse(l)!).ToList();
        CollectionAssert.AreEqual(new[] { "on_waiting", "on_completed" }, told.Select(t => (string?)t["event"]).ToArray());
        Assert.AreEqual("review", (string?)told[0]["task_id"]);
        Assert.AreEqual("WAITING_EXTERNAL", (string?)told[0]["state"]);
        Assert.Contains("Is it good?", (string)told[0]["reason"]!);
        Assert.AreEqual(people.World.Run.Id.Value, (string?)told[0]["run_id"]);
        Assert.AreEqual(
            "on_waiting review\n",
            File.ReadAllText(people.World.In("campaign/names.txt")),
            "and is not taken for an attempt itself"
        );
    }

    [TestMethod]
    public void A_webhook_is_told_of_the_end_of_a_run_with_the_secret_that_nobody_else_sees()
    {
        const string canary = "canary-77aa";
        using var service = new LocalService();
        using var people = People(
            "local.default: { kind: local, backend: { type: local } }",
            $"on_failed: {{ webhook: '{service.Url}/hook', auth: 'Token ${{file:hook.token}}' }}"
        );
        people.World.Write("campaign/hook.token", canary);
        service.Fail("POST", new Fault.Reply(500, $"Token {canary} has no credit"));
        people.World.Task("a", "exit 3");

        Assert.IsFalse(people.World.Loop());
        Assert.IsFalse(people.World.Loop());

        Assert.AreEqual(2, service.Count("POST"), "once in vain, once more by the next command, and then no more");
        var (first, second) = (service.Requests.First(), service.Requests.Last());
        Assert.AreEqual(first.Headers["Idempotency-Key"], second.Headers["Idempotency-Key"]);
        Assert.AreEqual("Token " + canary, second.Headers["Authorization"]);
        Assert.AreEqual("on_failed", (string?)JsonNode.Parse(second.Body)!["event"]);
        Assert.AreEqual("task a failed", (string?)JsonNode.Parse(second.Body)!["reason"]);
        Assert.AreEqual("delivered", people.World.Query("SELECT outcome FROM hooks WHERE done_at_utc IS NOT NULL").Single());
        Assert.Contains(
            "HTTP 500: *** has no credit",
            people.World.Query("SELECT details FROM events WHERE kind = 'HOOK_FAILED'").Single()!
        );
        Assert.IsFalse(people.World.Loop());
        Assert.AreEqual(2, service.Count("POST"));
        foreach (var file in Directory.EnumerateFiles(people.World.Run.Path, "*", SearchOption.AllDirectories))
        {
            Assert.IsLessThan(0, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)), file);
        }
    }

    [TestMethod]
    public void People_are_called_once_when_nothing_but_them_can_move_the_run()
    {
        using var people = People("human.default: { kind: human }", "on_waiting: { command: 'cat >> told.txt' }");
        people.World.Task("a", "", ("Kind", "Gate")).Task("b", "", ("Kind", "Gate")).Task("c", "", ("Kind", "Gate"), ("DependsOn", "a"));
        people.World.Step();
        people.World.Step();
        people.Respond("b");
        people.World.Step();
        Assert.AreEqual("a b", Waiting(0));
        Assert.HasCount(1, Lines());

        people.Respond("a");
        people.World.Step();
        people.World.Step();

        Assert.AreEqual("c", Waiting(1));
        Assert.HasCount(2, Lines());

        string[] Lines() => File.ReadAllLines(people.World.In("campaign/told.txt"));
        string Waiting(int line) => string.Join(' ', JsonNode.Parse(Lines()[line])!["waiting"]!.AsArray().Select(w => (string?)w));
    }

    [TestMethod]
    public void A_hook_that_fails_is_reported_and_given_up_and_the_run_goes_its_way()
    {
        using var people = People(
            "local.default: { kind: local, backend: { type: local }, hooks: { on_completed: { command: 'echo no such channel >&2; "
                + "exit 4' } } }"
        );
        people.World.Task("a", "true").Task("b", "true", ("DependsOn", "a"));

        Assert.IsTrue(people.World.Loop());
        for (var i = 0; i < 6; i++)
        {
            Assert.IsTrue(people.World.Loop());
        }

        Assert.AreEqual("a=COMPLETED b=COMPLETED", people.World.States());
        CollectionAssert.AreEqual(new[] { "5", "5" }, people.World.Query("SELECT CAST(tries AS TEXT) FROM hooks"));
        var events = people.World.Query("SELECT details FROM events WHERE kind = 'HOOK_FAILED' ORDER BY seq");
        Assert.HasCount(4, events);
        Assert.AreEqual("on_completed of local.default: the command failed (exit code 4: no such channel); it is tried again", events[0]);
        Assert.EndsWith("; it is not tried again", events[3]!);
    }

    [TestMethod]
    public void What_was_recorded_before_a_crash_is_delivered_after_it()
    {
        using var people = People(
            "local.default: { kind: local, backend: { type: local } }",
            "on_completed: { command: 'cat >> told.txt' }"
        );
        people.World.Task("a", "true");
        Assert.IsTrue(people.World.Loop());
        // As a process leaves it that was killed between the record and the delivery, or between the delivery and its record.
        people.World.Execute("UPDATE hooks SET tries = 0, outcome = NULL, done_at_utc = NULL");

        Assert.IsTrue(people.World.Loop());

        Assert.HasCount(2, File.ReadAllLines(people.World.In("campaign/told.txt")));
        Assert.AreEqual("delivered", people.World.Query("SELECT outcome FROM hooks").Single());
    }

    [TestMethod]
    public void Hooks_do_not_count_in_the_operator_hash_and_are_kept_with_the_run()
    {
        using var plain = People("local.default: { kind: local }");
        using var hooked = People("local.default: { kind: local, hooks: { on_failed: { webhook: 'https://example.org/x' } } }");
        foreach (var people in new[] { plain, hooked })
        {
            people.World.Task("a", "true").Loop();
        }

        Assert.AreEqual(
            plain.World.Query("SELECT operator_sha256 FROM attempts").Single(),
            hooked.World.Query("SELECT operator_sha256 FROM attempts").Single()
        );
    }

    [TestMethod]
    [DataRow("on_failed: { }", "MATTER1010")]
    [DataRow("on_failed: { auth: '${env:X}' }", "MATTER1010")]
    [DataRow("on_failed: { webhook: 'ftp://x' }", "MATTER1013")]
    [DataRow("on_failed: { webhook: 'http://x', auth: 'hunter2' }", "MATTER1020")]
    [DataRow("on_fail: { command: 'true' }", "MATTER1011")]
    public void A_mistake_in_a_hook_has_code_and_place(string hook, string code)
    {
        using var people = People("local.default: { kind: local }", hook);
        people.World.Task("a", "true");

        Assert.IsFalse(people.World.Init());

        Assert.AreEqual(code, people.LastCode);
        Assert.AreEqual(2, people.World.Reported[^1].Position!.Line);
    }

    private static PeopleWorld People(string operators, string? run = null) =>
        new(
            $$"""
            defaults:
              hooks: {{(run is null ? "{ on_failed: { command: 'true' } }" : "{ " + run + " }")}}
            operators:
              {{operators}}
            """
        );
}
