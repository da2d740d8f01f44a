using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>An attempt's folder that somebody removes while the attempt is under way.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class RemovedFolderTests
{
    [TestMethod]
    [DataRow(false, "exit 0")]
    [DataRow(true, "exit 0")]
    [DataRow(true, "exit 3")]
    public void A_command_whose_folder_is_gone_at_its_end_fails_with_that_as_its_cause(bool watchedByAnother, string end)
    {
        using var world = new CommandWorld(inMemory: true).WithoutRetries();
        var gate = world.In("gate");
        world.Task("a", $"{CommandWorld.WaitFor(gate)}; {end}", ("Outputs", "out"));
        Assert.IsTrue(world.Step());
        var folder = world.Attempt("a@1");
        CommandWorld.Until(() => File.Exists(Path.Combine(folder, "exit_code")), "the script to begin");
        var pid = ProcessIdentity.TryParse(world.Query("SELECT external_id FROM attempts").Single())!.Pid;
        Directory.Delete(folder, recursive: true);
        if (watchedByAnother)
        {
            File.WriteAllText(gate, "");
            CommandWorld.Until(() => !Directory.Exists($"/proc/{pid}"), "its end");
            world.Step();
        }
        else
        {
            Assert.IsTrue(world.Step());
            Assert.AreEqual("a=RUNNING", world.States(), "it goes on");
            File.WriteAllText(gate, "");
            Assert.IsFalse(world.Loop());
        }

        Assert.AreEqual(
            $"its folder {folder} is gone (purged?), and its exit code with it",
            world.Query("SELECT reason FROM attempts").Single()
        );
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run));
    }

    [TestMethod]
    [DataRow("cd ..; rm -rf \"$PWD\"; exit 0", "/work is gone (purged?), and its outputs with it")]
    [DataRow("rm -rf \"$PWD\"; exit 0", "/work is gone (purged?), and its outputs with it")]
    [DataRow("cd ..; rm -rf \"$PWD\"; exit 3", "exit code 3")]
    public void A_command_that_removes_its_folder_fails_with_what_is_known_of_it(string command, string reason)
    {
        using var world = new CommandWorld(inMemory: true);
        world.Task("a", command);

        Assert.IsFalse(world.Loop());

        StringAssert.EndsWith(world.Query("SELECT reason FROM attempts").Single(), reason);
        Assert.IsEmpty(RunChecker.CheckFolder(world.Run));
        // Nothing of it is in the way of the next.
        world.Task("a", "true");
        Assert.IsTrue(RequestCommand.Execute(world.Context(), RequestKind.Revive, default).Success);
    }

    [TestMethod]
    [DataRow("human.default", "instructions.md")]
    [DataRow("experiment.coater", "experiment_request.json")]
    [DataRow("manual_hpc.default", "instructions.md")]
    public void A_request_whose_folder_was_removed_is_made_again_with_what_its_dependencies_left(string key, string request)
    {
        using var people = Ask(key);
        var folder = people.Folder("ask@1");
        var asked = File.ReadAllText(Path.Combine(folder, request));
        Directory.Delete(folder, recursive: true);

        people.World.Step();

        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        StringAssert.Contains(people.Reason("ask"), "its folder had been removed and was created again");
        Assert.AreEqual(asked, File.ReadAllText(Path.Combine(folder, request)));
        Assert.AreEqual("3\n", File.ReadAllText(Path.Combine(folder, "work/deps/guess/guess.txt")));
    }

    [TestMethod]
    [Slow]
    [DataRow("human.default", "instructions.md")]
    [DataRow("experiment.coater", "experiment_request.json")]
    [DataRow("manual_hpc.default", "instructions.md")]
    public void A_loop_that_waits_makes_a_request_again_whose_folder_was_removed(string key, string request)
    {
        using var people = Ask(key, timePasses: true);
        var folder = people.Folder("ask@1");
        var asked = File.ReadAllText(Path.Combine(folder, request));
        using var stop = new CancellationTokenSource();
        var (context, source) = (people.World.Context(new RunArguments { Wait = true }), people.World.Source());
        var loop = new Thread(() => TickCommand.Loop(context, source, stop.Token)) { IsBackground = true };
        loop.Start();
        try
        {
            // The first time may be before the loop has taken it up.
            for (var i = 0; i < 2; i++)
            {
                // At once, so that nothing is made anew in the middle of it.
                Directory.Move(folder, people.World.In($"removed-{i}"));
                CommandWorld.Until(() => File.Exists(Path.Combine(folder, request)), "the request to be there again");
            }

            Assert.AreEqual(asked, File.ReadAllText(Path.Combine(folder, request)), "with the deadline that it had");
            Assert.AreEqual("3\n", File.ReadAllText(Path.Combine(folder, "work/deps/guess/guess.txt")));
            CommandWorld.Until(() => people.Reason("ask")!.Contains("was created again", StringComparison.Ordinal), "its reason");
        }
        finally
        {
            stop.Cancel();
        }

        Assert.IsTrue(loop.Join(TimeSpan.FromSeconds(30)));
    }

    [TestMethod]
    [DataRow("human.default", "instructions.md")]
    [DataRow("experiment.coater", "experiment_request.json")]
    [DataRow("manual_hpc.default", "instructions.md")]
    public void A_link_in_place_of_a_removed_folder_leads_nothing_out_of_the_run(string key, string request)
    {
        using var people = Ask(key);
        var folder = people.Folder("ask@1");
        Directory.Delete(folder, recursive: true);
        var outside = Directory.CreateDirectory(people.World.In("outside/work")).Parent!;
        Directory.CreateSymbolicLink(folder, outside.FullName);

        people.World.Step();

        Assert.IsEmpty(Directory.GetFiles(outside.FullName, "*", SearchOption.AllDirectories));
        Assert.IsNull(new DirectoryInfo(folder).LinkTarget);
        Assert.IsTrue(File.Exists(Path.Combine(folder, request)));
        Assert.IsTrue(Directory.Exists(outside.FullName));
    }

    [TestMethod]
    public void What_a_person_has_put_into_a_folder_stays_when_the_rest_of_it_was_removed()
    {
        using var people = Ask("human.default");
        Directory.Delete(Path.Combine(people.Folder("ask@1"), "work"), recursive: true);
        File.Delete(Path.Combine(people.Folder("ask@1"), "instructions.md"));
        people.Answer("ask@1", "response.json", """{"status": "COMPLETED"}""");

        people.World.Step();

        Assert.AreEqual("COMPLETED", people.State("ask"));
    }

    [TestMethod]
    public void A_request_that_cannot_be_made_again_fails_with_the_cause()
    {
        using var people = Ask("human.default");
        people.World.WithoutRetries();
        Directory.Delete(people.Folder("ask@1"), recursive: true);
        File.Delete(Path.Combine(people.Folder("guess@1"), "work/guess.txt"));

        people.World.Step();

        Assert.AreEqual("FAILED", people.State("ask"));
        StringAssert.StartsWith(
            people.Reason("ask"),
            "MATTER4001: its folder was removed and cannot be created again: output 'guess.txt' of task 'guess' is gone from"
        );
    }

    [TestMethod]
    public void An_answer_into_a_folder_that_was_removed_is_refused_with_what_to_do()
    {
        using var people = Ask("human.default");
        Directory.Delete(people.Folder("ask@1"), recursive: true);

        Assert.IsFalse(people.Respond("ask"));

        StringAssert.Contains(people.World.Reported[^1].Message, people.Folder("ask@1"));
        StringAssert.Contains(people.World.Reported[^1].Remedy, "-t:Step");
        people.World.Step();
        Assert.IsTrue(people.Respond("ask"));
        people.World.Step();
        Assert.AreEqual("COMPLETED", people.State("ask"));
    }

    private static PeopleWorld Ask(string key, bool timePasses = false)
    {
        var people = new PeopleWorld(timePasses: timePasses);
        people
            .World.Task("guess", "echo 3 > guess.txt", ("Outputs", "guess.txt"))
            .Task("ask", "true", ("OperatorKey", key), ("DependsOn", "guess"), ("TimeLimitMinutes", "600"));
        people.World.Step();
        people.World.UntilExited("guess@1");
        people.World.Step();
        Assert.AreEqual("WAITING_EXTERNAL", people.State("ask"));
        return people;
    }
}
