namespace MatterStack.Engine.Tests.Operators;

/// <content>Files that are younger than the clock.</content>
public sealed partial class UnreadableAnswerTests
{
    [TestMethod]
    [DataRow("response.json", "{\"status\": \"COMPLETED\"}")]
    [DataRow("approved.txt", "yes")]
    public void An_answer_from_the_future_counts_as_written_now(string file, string content)
    {
        using var people = new PeopleWorld();
        people.World.Task("gate", "", ("Kind", "Gate"), ("TimeLimitMinutes", "60"));
        people.World.Step();
        people.Answer("gate@1", file, content);
        File.SetLastWriteTimeUtc(Path.Combine(people.Folder("gate@1"), file), people.Clock.GetUtcNow().UtcDateTime.AddYears(10));

        people.World.Step();

        Assert.AreEqual("COMPLETED", people.State("gate"), people.Reason("gate"));
        Assert.Contains(
            "is ahead of this machine's clock",
            people.World.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_ANSWERED'").Single()!
        );
    }

    [TestMethod]
    public void An_answer_from_the_future_is_late_where_the_time_is_over()
    {
        using var people = new PeopleWorld();
        people.World.Task("gate", "", ("Kind", "Gate"), ("TimeLimitMinutes", "60"));
        people.World.Step();
        people.Clock.Advance(TimeSpan.FromMinutes(61));
        people.Answer("gate@1", "approved.txt", "yes");
        File.SetLastWriteTimeUtc(Path.Combine(people.Folder("gate@1"), "approved.txt"), people.Clock.GetUtcNow().UtcDateTime.AddYears(10));

        people.World.Step();

        Assert.AreEqual("FAILED", people.State("gate"));
    }

    [TestMethod]
    public void Files_from_the_future_do_not_keep_a_manual_job_waiting()
    {
        using var people = new PeopleWorld();
        people.World.Task("carry", "true", ("OperatorKey", "manual_hpc.default"), ("Outputs", "out.txt"));
        people.World.Step();
        people.Answer("carry@1", "output/out.txt", "done");
        var file = Path.Combine(people.Folder("carry@1"), "output", "out.txt");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddYears(1));

        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("carry"), "its inode tells that it has just come");

        people.Clock.Advance(TimeSpan.FromMinutes(1));
        people.World.Step();
        Assert.AreEqual("COMPLETED", people.State("carry"));
    }

    [TestMethod]
    public void A_byte_order_mark_is_passed_over_in_every_answer()
    {
        using var people = new PeopleWorld();
        foreach (var (_, task, metadata) in Asked)
        {
            people.World.Task(task, "true", metadata);
        }

        people.World.Write("campaign/schema.json", "\uFEFF{\"type\": \"object\", \"required\": [\"x\"]}");
        people.World.Write("campaign/marked.json", "\uFEFF{\"x\": 1}");
        people
            .World.Task("gate", "", ("Kind", "Gate"))
            .Task("given", "", ("OperatorKey", "human.default"), ("Files", "schema.json"))
            .Task("compute", "cp marked.json results.json", ("Files", "marked.json"));
        people.World.Step();
        foreach (var (file, task, _) in Asked)
        {
            people.Answer($"{task}@1", file, "\uFEFF{\"status\": \"COMPLETED\", \"data\": {\"x\": 1}}");
        }

        people.Answer("gate@1", "approved.txt", "\uFEFFfine");
        Assert.IsTrue(people.Respond("given", dataFile: people.World.In("campaign/marked.json")), string.Join("; ", people.World.Reported));
        Assert.IsTrue(people.World.Loop(), string.Join("; ", people.World.Reported));

        Assert.AreEqual(
            "ask=COMPLETED coat=COMPLETED carry=COMPLETED gate=COMPLETED given=COMPLETED compute=COMPLETED",
            people.World.States()
        );
        Assert.AreEqual("{\"x\": 1}", people.World.Query("SELECT results FROM attempts WHERE task_id = 'compute'").Single());
        Assert.AreEqual(
            "approve: fine (approved.txt)",
            people.World.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_ANSWERED' AND task_id = 'gate'").Single()
        );
    }
}
