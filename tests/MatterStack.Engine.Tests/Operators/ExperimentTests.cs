using System.Text.Json.Nodes;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>Instruments and clusters served by hand: requests, results, files.</summary>
[TestClass]
public sealed class ExperimentTests
{
    [TestMethod]
    public void An_instrument_is_told_parameters_files_and_configuration()
    {
        using var people = new PeopleWorld();
        people.World.Write("campaign/recipe.txt", "slow");
        people.World.Task(
            "coat",
            "",
            ("OperatorKey", "experiment.coater"),
            ("Kind", "Experiment"),
            ("Parameters", """{"power_w": 50}"""),
            ("Files", "recipe.txt"),
            ("Env", """EXPERIMENT_CONFIG={"chamber": 2}""")
        );

        people.World.Step();

        var request = JsonNode.Parse(File.ReadAllText(Path.Combine(people.Folder("coat@1"), "experiment_request.json")))!;
        Assert.AreEqual("coat", (string?)request["task_id"]);
        Assert.AreEqual(50, (int)request["parameters"]!["power_w"]!);
        Assert.AreEqual(2, (int)request["config"]!["chamber"]!);
        Assert.AreEqual("work/recipe.txt", (string?)request["files"]![0]);
        Assert.AreEqual("slow", File.ReadAllText(Path.Combine(people.Folder("coat@1"), "work", "recipe.txt")));
        Assert.Contains("Sputter coater 2", people.Reason("coat")!);
    }

    [TestMethod]
    public void A_loop_waits_for_an_instrument_and_its_files_are_passed_on()
    {
        using var people = new PeopleWorld(timePasses: true);
        people
            .World.Task("coat", "", ("OperatorKey", "experiment.coater"))
            .Task("use", "cat deps/coat/curve.csv deps/coat/results.json > all.txt", ("DependsOn", "coat"), ("Outputs", "all.txt"));
        var instrument = Task.Run(() =>
        {
            CommandWorld.Until(
                () =>
                    Directory.Exists(people.World.Workspace.RunsDirectory)
                    && Directory.EnumerateDirectories(people.World.Workspace.RunsDirectory, "2*").Any()
                    && File.Exists(Path.Combine(people.Folder("coat@1"), "experiment_request.json")),
                "the request"
            );
            people.Answer("coat@1", "work/curve.csv", "1;2");
            people.Answer(
                "coat@1",
                "experiment_result.json",
                """{"status": "COMPLETED", "data": {"thickness_nm": 31.5}, "files": ["curve.csv"]}"""
            );
        });
        Assert.IsTrue(people.World.Loop());
        instrument.GetAwaiter().GetResult();

        Assert.AreEqual("coat=COMPLETED use=COMPLETED", people.World.States());
        Assert.AreEqual("""1;2{"thickness_nm": 31.5}""", File.ReadAllText(Path.Combine(people.Folder("use@1"), "work", "all.txt")));
    }

    [TestMethod]
    public void A_failed_experiment_gives_the_instruments_reason_and_is_tried_again_as_often_as_allowed()
    {
        using var people = new PeopleWorld();
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"), ("MaxAttempts", "2"));
        people.World.Step();
        people.Answer("coat@1", "experiment_result.json", """{"status": "FAILED", "error": "no vacuum"}""");
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("coat"));
        people.Answer("coat@2", "experiment_result.json", """{"status": "COMPLETED"}""");
        people.World.Step();

        Assert.AreEqual("COMPLETED", people.State("coat"));
        CollectionAssert.AreEqual(new[] { "no vacuum", null }, people.World.Query("SELECT reason FROM attempts ORDER BY seq"));
    }

    [TestMethod]
    public void A_job_served_by_hand_ends_when_its_declared_files_have_come_back()
    {
        using var people = new PeopleWorld();
        people.World.Task(
            "relax",
            "pw.x > energy.txt",
            ("OperatorKey", "manual_hpc.default"),
            ("Outputs", "energy.txt;log/*.txt"),
            ("Cores", "16")
        );
        people.World.Step();
        var script = File.ReadAllText(Path.Combine(people.Folder("relax@1"), "job_template.sh"));
        Assert.Contains("pw.x > energy.txt", script);
        Assert.Contains("16 cores", script);

        Old(people, "relax@1", "output/energy.txt", "-1.5");
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("relax"));
        Old(people, "relax@1", "output/log/a.txt", "ok");
        people.World.Step();

        Assert.AreEqual("COMPLETED", people.State("relax"));
        Assert.AreEqual("-1.5", File.ReadAllText(Path.Combine(people.Folder("relax@1"), "work", "energy.txt")));
        CollectionAssert.AreEqual(new[] { "energy.txt", "log/a.txt" }, people.World.Query("SELECT path FROM outputs ORDER BY path"));
    }

    [TestMethod]
    public void A_status_file_ends_a_job_served_by_hand_either_way()
    {
        using var people = new PeopleWorld();
        people
            .World.Task("a", "x", ("OperatorKey", "manual_hpc.default"))
            .Task("b", "x", ("OperatorKey", "manual_hpc.default"), ("AllowFailure", "true"));
        people.World.Step();
        people.Answer("a@1", "status.json", """{"status": "COMPLETED"}""");
        people.Answer("b@1", "status.json", """{"status": "FAILED", "error": "node died"}""");

        people.World.Step();

        Assert.AreEqual("a=COMPLETED b=FAILED", people.World.States());
        Assert.AreEqual("node died", people.Reason("b"));
    }

    [TestMethod]
    public void The_campaigns_program_cannot_be_copied_by_hand()
    {
        using var people = new PeopleWorld();
        people.World.Task("relax", "{campaign} relax", ("OperatorKey", "manual_hpc.default"));

        Assert.IsFalse(people.World.Init());
    }

    // Looked at with this machine's clock: files still arriving are told from those that are there.
    private static void Old(PeopleWorld people, string attempt, string file, string content)
    {
        people.Answer(attempt, file, content);
        File.SetLastWriteTimeUtc(Path.Combine(people.Folder(attempt), file), DateTime.UtcNow.AddMinutes(-1));
    }
}
