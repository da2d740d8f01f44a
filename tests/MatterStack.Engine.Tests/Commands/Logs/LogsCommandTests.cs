using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Engine.Tests.Commands.Logs;

/// <summary>What a person sees of running and ended attempts on this machine.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class LogsCommandTests : IDisposable
{
    private readonly CommandWorld _world = new(inMemory: true);

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void The_ends_of_both_streams_of_an_ended_attempt_are_shown()
    {
        _world.Task("t", "seq 1 100; printf 'bad\\tnews\\n' >&2; printf '\\033[31mred\\033[0m\\r\\n'; echo e > OUTCAR; exit 3");
        _world.Loop();

        var shown = Show(new RunArguments { TaskId = "t", Lines = 3 });

        Assert.StartsWith("t@1 FAILED on local.default: exit code 3", shown[0]);
        Assert.MatchesRegex("^--- stdout.log: 3[0-9]{2} bytes, last written [0-9]+ s ago$", shown[1]);
        CollectionAssert.AreEqual((string[])["99", "100", "red"], shown[2..5]);
        Assert.StartsWith("--- stderr.log: 9 bytes", shown[5]);
        Assert.AreEqual("bad     news", shown[6]);
        Assert.HasCount(7, shown);
    }

    [TestMethod]
    public void Any_file_below_work_is_shown_and_no_other()
    {
        var secret = _world.Write("secret", "s");
        _world.Task("t", $"mkdir sub; echo deep > sub/OUTCAR; ln -s {secret} link; ln -s sub/OUTCAR inside; mkfifo pipe; true");
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("deep", Show(new RunArguments { TaskId = "t", File = "sub/OUTCAR" })[^1]);
        Assert.AreEqual("deep", Show(new RunArguments { TaskId = "t", File = "inside" })[^1]);
        foreach (
            var (file, why) in new[]
            {
                ("../stdout.log", "is no file in the attempt's work/"),
                (secret, "is no file in the attempt's work/"),
                ("link", "leads out"),
                ("sub", "it is a folder"),
                ("pipe", "pipe"),
                ("sub/OUTCARR", "Did you mean 'sub/OUTCAR'? Its work/ has sub/OUTCAR."),
            }
        )
        {
            Assert.IsFalse(Run(new RunArguments { TaskId = "t", File = file }).Success, file);
            Assert.Contains(why, _world.Reported[^1].Text, file);
        }
    }

    [TestMethod]
    public void Nothing_that_has_not_begun_or_means_several_is_guessed()
    {
        _world.Task("a", "true").Task("b", "true", ("DependsOn", "a"));
        Assert.IsTrue(_world.Init());

        Assert.AreEqual("b has no attempt yet: waits for a", string.Join(';', Show(new RunArguments { TaskId = "b" })));
        Assert.IsFalse(Run(new RunArguments()).Success);
        Assert.Contains("No attempt is active, and Logs was given no task", _world.Reported[^1].Text);
        Assert.IsFalse(Run(new RunArguments { Select = TaskSelection.Parse("*").GetValueOrThrow() }).Success);
        Assert.Contains("Logs shows one attempt, and 2 tasks are selected", _world.Reported[^1].Text);
        Assert.IsFalse(Run(new RunArguments { TaskId = "aa" }).Success);
        Assert.Contains("Did you mean 'a'?", _world.Reported[^1].Text);
        Assert.IsFalse(Run(new RunArguments { AttemptId = "nope" }).Success);
        Assert.Contains("has no attempt 'nope'", _world.Reported[^1].Text);
    }

    [TestMethod]
    public void A_silent_program_may_buffer_its_output_and_following_ends_with_the_attempt()
    {
        var gate = _world.In("gate");
        _world.Task("t", $"echo begun > work; {CommandWorld.WaitFor(gate)}; echo late; printf 'no end'; exit 4");
        Assert.IsTrue(_world.Step());
        CommandWorld.Until(() => File.Exists(_world.Attempt("t@1/work/work")), "the command");

        var shown = Show(new RunArguments());
        Assert.AreEqual("t@1 RUNNING on local.default", shown[0]);
        Assert.Contains("--- stdout.log: 0 bytes, last written ", shown[1]);
        Assert.EndsWith("; the program may buffer its output", shown[1]);

        File.WriteAllText(gate, "");
        shown = Show(new RunArguments { Follow = true });
        CollectionAssert.AreEqual((string[])["late", "no end"], shown.Where(static line => line is "late" or "no end").ToArray());
        Assert.StartsWith("--- the command of t@1 has ended with exit code 4", shown[^1]);

        Assert.IsFalse(_world.Loop());
        Assert.StartsWith("t@1 FAILED on local.default: exit code 4", Show(new RunArguments { TaskId = "t", Follow = true })[0]);
    }

    [TestMethod]
    public void A_cached_attempt_names_its_origin_and_shows_its_logs()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        _world.Task("t", "echo computed; echo 1 > out", ("Outputs", "out"));
        Assert.IsTrue(_world.Loop());
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }));

        var shown = Show(new RunArguments { TaskId = "t" });

        Assert.Contains(", not executed: computed as ", shown[0]);
        Assert.AreEqual("computed", shown[2]);
        Assert.AreEqual("1", Show(new RunArguments { TaskId = "t", File = "out" })[^1]);
    }

    private CommandResult Run(RunArguments arguments) => LogsCommand.Execute(_world.Context(arguments), CancellationToken.None);

    private string[] Show(RunArguments arguments)
    {
        _world.Said.Clear();
        var result = Run(arguments);
        Assert.IsTrue(result.Success, string.Join("; ", _world.Reported));
        return [.. _world.Said];
    }
}
