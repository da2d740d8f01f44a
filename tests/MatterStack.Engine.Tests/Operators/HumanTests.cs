using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>People in the loop: how they are asked, what counts as an answer, and what does not.</summary>
[TestClass]
public sealed partial class HumanTests
{
    [TestMethod]
    [DataRow("human.default")]
    [DataRow("manual_hpc.default")]
    public void People_who_cannot_be_told_keep_the_attempt_until_they_can(string key)
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "true", ("OperatorKey", key));
        people.World.Step();
        // Nothing can be written in its place.
        var notice = Directory.CreateDirectory(people.World.Attempt("ask@1/withdrawn.txt")).FullName;

        Assert.IsFalse(RequestCommand.Execute(people.World.Context(), RequestKind.Cancel, CancellationToken.None).Success);
        Assert.AreEqual("MATTER3018", people.World.Reported[^1].Code.ToString());
        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        Directory.Delete(notice);
        people.World.Step();
        Assert.AreEqual("CANCELLED", people.State("ask"));
        Assert.IsTrue(File.Exists(notice));
    }

    [TestMethod]
    public void A_gate_waits_for_a_person_and_continues_when_they_approve()
    {
        using var people = new PeopleWorld();
        people
            .World.Task("guess", "echo 3 > guess.txt", ("Outputs", "guess.txt"))
            .Task("review", "", ("Kind", "Gate"), ("DependsOn", "guess"), ("Message", "Is it good?"))
            .Task("use", "cat deps/review/results.json > seen.json", ("DependsOn", "review"), ("Outputs", "seen.json"));

        Assert.IsTrue(people.World.Loop());
        Assert.AreEqual("guess=COMPLETED review=WAITING_EXTERNAL use=PENDING", people.World.States());
        var asked = File.ReadAllText(Path.Combine(people.Folder("review@1"), "instructions.md"));
        Assert.Contains("Is it good?", asked);
        Assert.Contains("work/deps/guess/guess.txt", asked);
        Assert.IsTrue(
            people.World.Said.Any(s => s.Contains("-t:Respond -p:TaskId=review -p:Decision=approve", StringComparison.Ordinal)),
            "the exact command is told"
        );

        Assert.IsTrue(people.Respond("review", comment: "looks fine"));
        Assert.IsTrue(people.World.Loop());
        Assert.AreEqual("guess=COMPLETED review=COMPLETED use=COMPLETED", people.World.States());
        Assert.Contains("approve", File.ReadAllText(Path.Combine(people.Folder("use@1"), "work", "seen.json")));
        var actor = people.World.Query("SELECT actor || ' ' || details FROM events WHERE kind = 'ATTEMPT_ANSWERED'").Single()!;
        Assert.StartsWith($"{people.World.Host.User}@{people.World.Host.Machine} approve: looks fine", actor);
    }

    [TestMethod]
    public void A_rejected_gate_fails_with_the_persons_text()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"));
        people.World.Step();

        Assert.IsTrue(people.Respond("review", "reject", "wrong metal"));
        Assert.IsFalse(people.World.Loop());
        Assert.AreEqual("FAILED", people.State("review"));
        Assert.Contains("wrong metal", people.Reason("review")!);
    }

    [TestMethod]
    public void Words_in_a_file_approve_or_reject_too_but_not_both()
    {
        using var people = new PeopleWorld();
        people
            .World.Task("a", "", ("Kind", "Gate"))
            .Task("b", "", ("Kind", "Gate"), ("AllowFailure", "true"))
            .Task("c", "", ("Kind", "Gate"));
        people.World.Step();

        people.Answer("a@1", "approved.txt", "yes, by hand");
        people.Answer("b@1", "rejected.txt", "no");
        people.Answer("c@1", "approved.txt", "");
        people.Answer("c@1", "rejected.txt", "");
        people.World.Step();

        Assert.AreEqual("a=COMPLETED b=FAILED c=WAITING_EXTERNAL", people.World.States());
        Assert.Contains("both approved.txt and rejected.txt", people.Reason("c")!);
    }

    [TestMethod]
    public void An_answer_that_is_half_written_waits_until_it_is_whole()
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("OperatorKey", "human.default"), ("Message", "How thick?"));
        people.World.Step();

        people.Answer("ask@1", "response.json", "{\"status\": \"COMP");
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        Assert.Contains("response.json is not valid JSON", people.Reason("ask")!);

        people.Answer("ask@1", "response.json", """{"status": "COMPLETED", "data": {"thickness_nm": 12}}""");
        Assert.IsTrue(people.World.Loop());
        Assert.AreEqual("COMPLETED", people.State("ask"));
        Assert.AreEqual("""{"thickness_nm": 12}""", people.World.Query("SELECT results FROM attempts").Single());
    }

    [TestMethod]
    public void An_answer_that_was_written_this_moment_is_not_complained_about()
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("OperatorKey", "human.default"));
        people.World.Step();
        var path = Path.Combine(people.Folder("ask@1"), "response.json");
        File.WriteAllText(path, "{");
        File.SetLastWriteTimeUtc(path, people.Clock.GetUtcNow().UtcDateTime);

        people.World.Step();

        Assert.DoesNotContain("not valid", people.Reason("ask")!);
    }

    [TestMethod]
    [DataRow("[]", "must be a JSON object")]
    [DataRow("""{"data": {}}""", "\"status\" in response.json must be")]
    [DataRow("""{"status": "DONE"}""", "not \"DONE\"")]
    [DataRow("""{"status": "COMPLETED", "data": 3}""", "\"data\" in response.json must be a JSON object")]
    [DataRow("""{"status": "COMPLETED", "files": ["../../state.sqlite"]}""", "\"files\" in response.json must be a list of paths inside")]
    public void An_answer_of_the_wrong_shape_leaves_the_attempt_waiting_and_says_why(string answer, string why)
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("OperatorKey", "human.default"));
        people.World.Step();
        people.Answer("ask@1", "response.json", answer);

        Assert.IsTrue(people.World.Step());

        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        Assert.Contains(why, people.Reason("ask")!);
    }

    [TestMethod]
    public void A_step_on_a_waiting_run_that_has_no_answer_writes_nothing()
    {
        using var people = new PeopleWorld();
        people.World.Task("ask", "", ("OperatorKey", "human.default"), ("TimeLimitMinutes", "600"));
        people.World.Step();
        people.Answer("ask@1", "response.json", "{");
        people.World.Step();
        var before = people.World.Query("SELECT count(*) FROM events").Single();

        people.World.Step();

        Assert.AreEqual(before, people.World.Query("SELECT count(*) FROM events").Single());
    }

    [TestMethod]
    public void A_second_answer_is_refused_and_the_first_one_counts()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"));
        people.World.Step();
        Assert.IsTrue(people.Respond("review", "approve"));

        Assert.IsFalse(people.Respond("review", "reject"));
        Assert.AreEqual("MATTER3016", people.LastCode);
        people.World.Loop();
        Assert.AreEqual("COMPLETED", people.State("review"));

        Assert.IsFalse(people.Respond("review", "reject"));
        Assert.Contains("answered by", people.World.Reported[^1].Message);
        people.Answer("review@1", "response.json", """{"status": "FAILED"}""");
        people.World.Step();
        Assert.AreEqual("COMPLETED", people.State("review"));
    }

    [TestMethod]
    public void Half_of_an_answer_is_put_aside_by_respond_and_not_lost()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"));
        people.World.Step();
        people.Answer("review@1", "response.json", "{\"status\": ");

        Assert.IsTrue(people.Respond("review"));

        Assert.AreEqual("{\"status\": ", File.ReadAllText(Path.Combine(people.Folder("review@1"), "response.invalid-1.json")));
        Assert.IsTrue(people.World.Loop());
    }

    [TestMethod]
    public void Without_an_answer_in_time_the_attempt_fails_and_a_late_answer_changes_nothing()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"), ("TimeLimitMinutes", "60"));
        people.World.Step();
        people.Clock.Advance(TimeSpan.FromMinutes(61));
        File.WriteAllText(Path.Combine(people.Folder("review@1"), "approved.txt"), "");
        File.SetLastWriteTimeUtc(Path.Combine(people.Folder("review@1"), "approved.txt"), people.Clock.GetUtcNow().UtcDateTime);

        Assert.IsFalse(people.World.Step());

        Assert.AreEqual("FAILED", people.State("review"));
        Assert.StartsWith("TIMEOUT", people.Reason("review")!);
        Assert.IsTrue(File.Exists(Path.Combine(people.Folder("review@1"), "withdrawn.txt")));
        Assert.IsFalse(people.Respond("review"));
        Assert.AreEqual("MATTER3016", people.LastCode);
    }

    [TestMethod]
    public void An_answer_given_in_time_counts_although_the_tick_comes_late()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"), ("TimeLimitMinutes", "60"));
        people.World.Step();
        people.Answer("review@1", "approved.txt", "");
        people.Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.IsTrue(people.World.Step());

        Assert.AreEqual("COMPLETED", people.State("review"));
    }

    [TestMethod]
    public void A_person_is_reminded_once_before_time_is_up()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"), ("TimeLimitMinutes", "60"));
        people.World.Step();
        var reminder = Path.Combine(people.Folder("review@1"), "reminder.md");
        Assert.IsFalse(File.Exists(reminder));

        people.Clock.Advance(TimeSpan.FromMinutes(31));
        people.World.Step();
        people.World.Step();

        Assert.IsTrue(File.Exists(reminder));
        Assert.HasCount(1, people.World.Query("SELECT seq FROM events WHERE details LIKE '%(reminder: %'"));
        Assert.Contains("(reminder: ", people.Reason("review")!);
    }

    [TestMethod]
    public void After_a_cancellation_an_answer_changes_nothing()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"));
        people.World.Step();
        var attempt = people.World.Query("SELECT attempt_id FROM attempts").Single();
        Assert.IsTrue(
            RequestCommand
                .Execute(
                    people.World.Context(new RunArguments { AttemptId = attempt, Reason = "not needed" }),
                    RequestKind.CancelAttempt,
                    CancellationToken.None
                )
                .Success
        );

        people.Answer("review@1", "response.json", """{"status": "COMPLETED"}""");
        people.World.Step();

        Assert.AreEqual("CANCELLED", people.State("review"));
        Assert.Contains("not needed", File.ReadAllText(Path.Combine(people.Folder("review@1"), "withdrawn.txt")));
        Assert.IsFalse(people.Respond("review"));
    }

    [TestMethod]
    [DataRow("yes", null, "MATTER3017")]
    [DataRow(null, null, "MATTER3017")]
    [DataRow("approve", "{\"a\": ", "MATTER3017")]
    [DataRow("approve", "[1]", "MATTER3017")]
    public void An_answer_that_says_nothing_or_nonsense_is_refused(string? decision, string? data, string code)
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"));
        people.World.Step();

        Assert.IsFalse(people.Respond("review", decision, data: data));

        Assert.AreEqual(code, people.LastCode);
        Assert.IsFalse(File.Exists(Path.Combine(people.Folder("review@1"), "response.json")));
    }

    [TestMethod]
    public void Respond_names_the_tasks_that_wait_where_none_or_a_wrong_one_is_named()
    {
        using var people = new PeopleWorld();
        people
            .World.Task("review", "", ("Kind", "Gate"), ("DependsOn", ""))
            .Task("later", "", ("Kind", "Gate"), ("DependsOn", "review"))
            .Task("run", "true");
        people.World.Step();

        Assert.IsFalse(people.Respond(null!));
        Assert.Contains("review", people.World.Reported[^1].Text);
        Assert.IsFalse(people.Respond("reveiw"));
        Assert.Contains("Did you mean 'review'", people.World.Reported[^1].Text);
        Assert.IsFalse(people.Respond("later"));
        Assert.Contains("it does not wait for an answer yet", people.World.Reported[^1].Text);
        Assert.IsFalse(people.Respond("run"));
        Assert.AreEqual("MATTER3016", people.LastCode);
    }

    [TestMethod]
    public void A_process_cannot_be_a_gate()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "true", ("Kind", "Gate"), ("OperatorKey", "local.default"));

        Assert.IsFalse(people.World.Init());

        Assert.AreEqual("MATTER2013", people.LastCode);
    }

    [TestMethod]
    public void An_answer_through_a_link_that_leads_out_is_none()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"));
        people.World.Step();
        File.CreateSymbolicLink(
            Path.Combine(people.Folder("review@1"), "response.json"),
            people.World.Write("outside.json", """{"status": "COMPLETED"}""")
        );
        people.Clock.Advance(TimeSpan.FromMinutes(1));

        people.World.Step();

        Assert.AreEqual("WAITING_EXTERNAL", people.State("review"));
        Assert.Contains("leads out", people.Reason("review")!);
    }

    [TestMethod]
    public void What_was_asked_before_a_crash_is_found_and_not_asked_again()
    {
        using var people = new PeopleWorld();
        people.World.Task("review", "", ("Kind", "Gate"));
        people.World.Step();
        // As a process leaves it that was killed after it had asked and before it had recorded that.
        people.World.Execute(
            "UPDATE attempts SET state = 'CREATED', submitted_at_utc = NULL; UPDATE tasks SET state = 'READY', reason = NULL"
        );
        people.Answer("review@1", "response.json", """{"status": "COMPLETED"}""");

        Assert.IsTrue(people.World.Loop());

        Assert.AreEqual("COMPLETED", people.State("review"));
        Assert.HasCount(1, people.World.Query("SELECT attempt_id FROM attempts"));
    }

    [TestMethod]
    public void A_loop_that_is_told_to_wait_takes_an_answer_up_as_it_comes()
    {
        using var people = new PeopleWorld(timePasses: true);
        people.World.Task("review", "", ("Kind", "Gate"));
        var asked = Task.Run(() =>
        {
            CommandWorld.Until(
                () =>
                    Directory.Exists(people.World.Workspace.RunsDirectory)
                    && Directory.EnumerateDirectories(people.World.Workspace.RunsDirectory, "2*").Any()
                    && File.Exists(Path.Combine(people.Folder("review@1"), "instructions.md")),
                "the question"
            );
            CommandWorld.Until(() => people.State("review") == "WAITING_EXTERNAL", "the record of it");
            people.Respond("review");
        });
        Assert.IsTrue(people.World.Loop(new RunArguments { Wait = true }));
        asked.GetAwaiter().GetResult();

        Assert.AreEqual("COMPLETED", people.State("review"));
    }
}
