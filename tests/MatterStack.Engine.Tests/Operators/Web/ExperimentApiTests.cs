using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;

namespace MatterStack.Engine.Tests.Operators.Web;

/// <summary>Instruments over HTTP: asked once whatever the network does, never taken for ended while they are silent.</summary>
[TestClass]
[Slow]
public sealed partial class ExperimentApiTests
{
    [TestMethod]
    public void An_instrument_is_asked_over_HTTP_and_its_results_and_files_come_back()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        people
            .World.Task(
                "coat",
                "",
                ("OperatorKey", "experiment.coater"),
                ("Parameters", """{"power_w": 50}"""),
                ("Outputs", "curves/a b.csv")
            )
            .Task("use", "cat 'deps/coat/curves/a b.csv' deps/coat/results.json > all.txt", ("DependsOn", "coat"), ("Outputs", "all.txt"));
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("coat"));
        Assert.EndsWith("; ACCEPTED", people.Reason("coat")!);
        Assert.AreEqual(instrument.Only, people.World.Query("SELECT external_id FROM attempts").Single());

        instrument.Status[instrument.Only] = """{"status": "running", "message": "pumping down"}""";
        people.World.Step();
        Assert.EndsWith("RUNNING: pumping down", people.Reason("coat")!);

        instrument.Files["curves/a b.csv"] = "1;2";
        instrument.Complete(
            $$"""{"status": "COMPLETED", "data": {"nm": 31.5}, "files": [{"path": "curves/a b.csv", "size": 3, "sha256": "{{Hash("1;2")}}"}]}"""
        );
        Assert.IsTrue(people.World.Loop());

        Assert.AreEqual("coat=COMPLETED use=COMPLETED", people.World.States());
        Assert.AreEqual(
            """1;2{"nm":31.5}""",
            File.ReadAllText(Path.Combine(people.Folder("use@1"), "work", "all.txt"))
                .Replace(" ", "", StringComparison.Ordinal)
                .Replace("\n", "", StringComparison.Ordinal)
        );
        var asked = instrument.Requests.First(r => r.Method == "PUT");
        Assert.AreEqual(instrument.Only, asked.Headers["Idempotency-Key"]);
        Assert.AreEqual(50, (int)JsonNode.Parse(asked.Body)!["parameters"]!["power_w"]!);
        Assert.AreEqual(asked.Body, File.ReadAllText(Path.Combine(people.Folder("coat@1"), "experiment_request.json")));
        Assert.IsEmpty(RunChecker.CheckFolder(people.World.Run), string.Join("; ", RunChecker.CheckFolder(people.World.Run)));
    }

    [TestMethod]
    public void A_connection_that_breaks_after_the_instrument_accepted_begins_nothing_twice()
    {
        using var instrument = new Instrument { Quick = true };
        using var people = People(instrument, timePasses: true);
        instrument.Fail("PUT", new Fault.DropAfter());
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));

        Assert.IsTrue(people.World.Loop());

        Assert.AreEqual(1, instrument.Count("PUT"), "it was found by its id and not handed over again");
        Assert.AreEqual(1, instrument.Begun[instrument.Only]);
    }

    [TestMethod]
    public void What_was_submitted_before_a_crash_is_found_and_not_begun_again()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        people.World.Execute(
            "UPDATE attempts SET state = 'CREATED', submitted_at_utc = NULL, external_id = NULL; UPDATE tasks SET state = 'READY', "
                + "reason = NULL"
        );
        instrument.Complete();

        people.World.Step();

        Assert.AreEqual("COMPLETED", people.State("coat"));
        Assert.AreEqual(1, instrument.Count("PUT"));
    }

    [TestMethod]
    public void What_was_submitted_and_whose_folder_was_removed_is_not_begun_again_and_comes_back()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        Directory.Delete(people.Folder("coat@1"), recursive: true);
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("coat"));
        Assert.IsTrue(File.Exists(Path.Combine(people.Folder("coat@1"), "experiment_request.json")));
        Directory.Delete(people.Folder("coat@1"), recursive: true);
        instrument.Complete();

        people.World.Step();

        Assert.AreEqual("COMPLETED", people.State("coat"));
        Assert.AreEqual(1, instrument.Count("PUT"));
    }

    [TestMethod]
    public void What_never_arrived_before_a_crash_is_submitted_after_it()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        instrument.Fail("PUT", new Fault.Reply(503, "starting"));
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        Assert.Contains("HTTP 503: starting", people.Reason("coat")!);

        people.World.Step();

        Assert.EndsWith("; ACCEPTED", people.Reason("coat")!);
        Assert.AreEqual(1, instrument.Begun[instrument.Only]);
    }

    [TestMethod]
    public void A_silent_or_confused_instrument_is_waited_for_with_the_reason_and_never_taken_for_ended()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        foreach (
            var (fault, words) in new (Fault, string)[]
            {
                (new Fault.Reply(500, """{"error": "pump controller lost"}"""), "HTTP 500: pump controller lost"),
                (new Fault.Garbage(), "not a JSON object"),
                (new Fault.DropAfter(), "no usable answer"),
                (new Fault.Reply(200, """{"status": "DONE"}"""), "the unknown status 'DONE'"),
                (new Fault.Reply(401, "who are you"), "HTTP 401: who are you"),
                (new Fault.Reply(302, "", "http://127.0.0.1:1/"), "redirects (HTTP 302)"),
            }
        )
        {
            instrument.Fail("GET", fault);
            Assert.IsTrue(people.World.Step());
            Assert.AreEqual("WAITING_EXTERNAL", people.State("coat"), words);
            Assert.Contains(words, people.Reason("coat")!);
        }

        people.World.Step();
        Assert.EndsWith("; ACCEPTED", people.Reason("coat")!, "it answers again");
        instrument.Dispose();
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("coat"));
        Assert.Contains("refused", people.Reason("coat")!);
    }

    [TestMethod]
    public void An_instrument_that_hangs_is_given_up_for_now_and_asked_again()
    {
        using var instrument = new Instrument();
        // Long enough for an answer on a busy machine.
        using var people = People(instrument, timeout: 4);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();

        instrument.Fail("GET", new Fault.Hang());
        Assert.IsTrue(people.World.Step());
        Assert.AreEqual("WAITING_EXTERNAL", people.State("coat"));
        Assert.Contains("sent no data for 4 s", people.Reason("coat")!);

        people.World.Step();
        Assert.EndsWith("; ACCEPTED", people.Reason("coat")!, "it answers again");
    }

    [TestMethod]
    public void A_loop_continues_asking_until_the_instrument_is_back()
    {
        using var instrument = new Instrument { Quick = true };
        using var people = People(instrument, timePasses: true);
        instrument.Fail("PUT", new Fault.Reply(502, ""));
        instrument.Fail("GET", new Fault.Reply(500, ""));
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));

        Assert.IsTrue(people.World.Loop());

        Assert.AreEqual(1, instrument.Begun[instrument.Only]);
    }

    [TestMethod]
    public void A_refusal_fails_the_attempt_with_the_instruments_text()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        instrument.Fail("PUT", new Fault.Reply(422, """{"error": "power_w is above 500"}"""));
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));

        people.World.Step();

        Assert.AreEqual("FAILED_INIT", people.World.Query("SELECT state FROM attempts").Single());
        Assert.Contains("HTTP 422: power_w is above 500", people.Reason("coat")!);
    }

    [TestMethod]
    public void An_attempt_that_the_instrument_has_forgotten_fails_and_one_that_failed_there_says_why()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"), ("MaxAttempts", "2"));
        people.World.Step();
        instrument.Status.Clear();
        instrument.Begun.Clear();

        people.World.Step();
        instrument.Status[instrument.Only] = """{"status": "FAILED", "message": "target burnt through"}""";
        people.World.Step();

        var reasons = people.World.Query("SELECT reason FROM attempts ORDER BY seq");
        Assert.Contains("does not know the attempt any more", reasons[0]!);
        Assert.AreEqual("target burnt through", reasons[1]);
    }

    [TestMethod]
    public void Cancelling_reaches_the_instrument()
    {
        using var instrument = new Instrument();
        using var people = People(instrument, timePasses: true);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        instrument.Fail("DELETE", new Fault.Reply(500, ""));

        Assert.IsTrue(
            RequestCommand
                .Execute(
                    people.World.Context(new RunArguments { AttemptId = instrument.Only, Reason = "wrong target" }),
                    RequestKind.CancelAttempt,
                    CancellationToken.None
                )
                .Success
        );

        Assert.AreEqual("CANCELLED", people.State("coat"));
        Assert.Contains("CANCELLED", instrument.Status[instrument.Only]);
        Assert.AreEqual("wrong target", people.World.Query("SELECT reason FROM attempts").Single());
    }

    [TestMethod]
    public void An_instrument_that_does_not_confirm_keeps_the_attempt_and_the_next_command_tells_it()
    {
        using var instrument = new Instrument();
        using var people = People(instrument, timePasses: true);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"), ("MaxAttempts", "2"));
        people.World.Step();
        var patient = people.World.Host;
        people.World.Host = patient with { Conducting = patient.Conducting with { RequestedEndTimeout = TimeSpan.FromMilliseconds(300) } };
        instrument.Fail("DELETE", new Fault.Reply(503, ""));
        instrument.Fail("DELETE", new Fault.Reply(503, ""));

        Assert.IsFalse(
            RequestCommand
                .Execute(people.World.Context(new RunArguments { Reason = "wrong target" }), RequestKind.Cancel, CancellationToken.None)
                .Success
        );

        Assert.AreEqual(RunCodes.EndRequestFailed, people.World.Reported[^1].Code);
        Assert.AreEqual("WAITING_EXTERNAL", people.State("coat"));
        people.World.Host = patient;
        people.World.Step();
        Assert.AreEqual("CANCELLED", people.State("coat"));
        Assert.Contains("CANCELLED", instrument.Status[instrument.Only]);
        Assert.AreEqual("CANCELLED", people.World.Query("SELECT state FROM runs").Single());
    }

    [TestMethod]
    public void An_instrument_that_cannot_stop_is_over_when_it_says_so()
    {
        using var instrument = new Instrument();
        using var people = People(instrument, timePasses: true);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        instrument.Fail("DELETE", new Fault.Reply(405, ""));
        instrument.Fail("DELETE", new Fault.Reply(405, ""));
        // It ends while the request is on its way.
        instrument.Fail("GET", new Fault.Reply(503, ""));
        instrument.Complete();

        Assert.IsTrue(RequestCommand.Execute(people.World.Context(), RequestKind.Cancel, CancellationToken.None).Success);

        Assert.AreEqual(1, instrument.Count("DELETE"));
        Assert.AreEqual("CANCELLED", people.World.Query("SELECT state FROM runs").Single());
    }

    [TestMethod]
    public void A_time_limit_holds_and_the_instrument_is_told()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"), ("TimeLimitMinutes", "60"));
        people.World.Step();
        people.Clock.Advance(TimeSpan.FromMinutes(61));

        people.World.Step();

        Assert.AreEqual("FAILED", people.State("coat"));
        Assert.StartsWith("TIMEOUT", people.Reason("coat")!);
        Assert.AreEqual(1, instrument.Count("DELETE"));
    }

    [TestMethod]
    public void An_answer_in_time_counts_although_it_is_fetched_late()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"), ("TimeLimitMinutes", "60"));
        people.World.Step();
        var ended = people.Clock.GetUtcNow().AddMinutes(30);
        people.Clock.Advance(TimeSpan.FromMinutes(90));
        instrument.Complete($$"""{"status": "COMPLETED", "ended_at_utc": "{{ended:yyyy-MM-ddTHH:mm:ssZ}}"}""");

        people.World.Step();

        Assert.AreEqual("COMPLETED", people.State("coat"));
    }

    [TestMethod]
    public void A_damaged_file_is_fetched_again_and_one_that_leads_out_never()
    {
        using var instrument = new Instrument();
        using var people = People(instrument);
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        instrument.Complete("""{"status": "COMPLETED", "files": ["../../../state.sqlite"]}""");
        people.World.Step();
        Assert.Contains("must list paths inside the work folder", people.Reason("coat")!);

        instrument.Complete($$"""{"status": "COMPLETED", "files": [{"path": "a.csv", "sha256": "{{Hash("right")}}"}]}""");
        instrument.Files["a.csv"] = "wrong";
        people.World.Step();
        Assert.Contains("its content does not match its hash", people.Reason("coat")!);
        Assert.IsFalse(File.Exists(Path.Combine(people.Folder("coat@1"), "work", "a.csv")));

        instrument.Files["a.csv"] = "right";
        people.World.Step();
        Assert.AreEqual("COMPLETED", people.State("coat"));
        Assert.AreEqual("right", File.ReadAllText(Path.Combine(people.Folder("coat@1"), "work", "a.csv")));
    }

    [TestMethod]
    public void Many_attempts_share_a_few_connections()
    {
        using var instrument = new Instrument { Quick = true };
        using var people = People(instrument, timePasses: true);
        for (var i = 0; i < 60; i++)
        {
            people.World.Task($"coat{i}", "", ("OperatorKey", "experiment.coater"));
        }

        Assert.IsTrue(people.World.Loop());

        Assert.AreEqual(60, instrument.Count("PUT"));
        Assert.IsLessThanOrEqualTo(8, instrument.MostAtOnce);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static PeopleWorld People(Instrument instrument, bool timePasses = false, string auth = "", int timeout = 59) =>
        new(
            $$"""
            operators:
              local.default: { kind: local, backend: { type: local } }
              experiment.coater:
                kind: experiment
                operator_name: Sputter coater 2
                api:
                  base_url: {{instrument.Url}}
                  poll_interval: "00:00:01"
                  timeout: "00:00:{{timeout:00}}"
                  {{auth}}
            """,
            timePasses
        );
}
