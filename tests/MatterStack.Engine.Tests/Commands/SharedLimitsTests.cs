using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Tests.Faults;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>Runs of two workspaces that name the same folder of shared limits, with real processes.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SharedLimitsTests : IDisposable
{
    private const string Licence = "resources: { licence: 1 }";

    private readonly CommandWorld _one = new(inMemory: true);
    private readonly CommandWorld _two = new(inMemory: true);

    private string Folder => _one.In("shared/limits");

    private string Gate => _one.In("gate");

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [TestMethod]
    public void The_last_licence_goes_to_one_run_and_to_the_other_when_its_process_has_ended()
    {
        Share(Licence);
        _one.Task("a", CommandWorld.WaitFor(Gate), ("Uses", "licence"));
        _two.Task("b", "true", ("Uses", "licence")).Task("free", "true");

        Assert.IsTrue(_one.Step(), string.Join("; ", _one.Reported));
        Assert.IsTrue(_two.Step(), string.Join("; ", _two.Reported));
        Assert.IsTrue(_two.Step());

        Assert.AreEqual("READY CREATED 1", _two.Query(State("b")).Single(), "it waits, and the same reason is recorded once");
        var told = ExplainCommand.Execute(_two.Context(new RunArguments { TaskId = "b" })).Items.Single().Metadata["reason"];
        StringAssert.StartsWith(
            told,
            $"is put off: it waits for 1 of the resource 'licence', and 0 of 1 are free in the shared limits of {Folder}; in use by "
                + $"task 'a' of {_one.Run.Path} (its process "
        );
        File.WriteAllText(Gate, "");
        _one.UntilExited("a@1");
        Assert.IsTrue(_two.Loop(), string.Join("; ", _two.Reported));
        Assert.AreEqual("b=COMPLETED free=COMPLETED", _two.States());
        Assert.IsTrue(_one.Loop());
        Assert.IsEmpty(Holders());
    }

    [TestMethod]
    public void Two_loops_never_use_more_than_there_is()
    {
        Share(Licence);
        var alone = $"mkdir '{_one.In("alone")}' && rmdir '{_one.In("alone")}'";
        for (var i = 0; i < 20; i++)
        {
            var name = "t" + i.ToString(CultureInfo.InvariantCulture);
            _one.Task(name, alone, ("Uses", "licence"));
            _two.Task(name, alone, ("Uses", "licence"));
        }

        var done = new bool[2];
        Parallel.Invoke(() => done[0] = _one.Loop(), () => done[1] = _two.Loop());

        Assert.IsTrue(done[0] && done[1], string.Join("; ", _one.Reported.Concat(_two.Reported)));
        Assert.IsEmpty(Holders());
        Assert.IsEmpty(RunChecker.CheckFolder(_one.Run));
        Assert.IsEmpty(RunChecker.CheckFolder(_two.Run));
    }

    [TestMethod]
    [DataRow("", "max_concurrent: 1", "a place of local.default (max_concurrent)")]
    [DataRow("max_concurrent_global: 1", "", "a place (max_concurrent_global)")]
    [DataRow("", "backend: { type: local, cores: 1 }", "1 core")]
    [DataRow("", "backend: { type: local, memory_gb: 4 }", "3072 MiB of memory")]
    public void Every_limit_holds_across_runs(string defaults, string keys, string what)
    {
        Share(defaults, keys);
        _one.Task("a", CommandWorld.WaitFor(Gate), ("MemoryGb", "3"));
        _two.Task("b", "true", ("MemoryGb", "3"));

        Assert.IsTrue(_one.Step(), string.Join("; ", _one.Reported));
        Assert.IsTrue(_two.Step(), string.Join("; ", _two.Reported));

        StringAssert.StartsWith(
            _two.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_PUT_OFF'").Single(),
            $"it waits for {what}, and "
        );
        File.WriteAllText(Gate, "");
        Assert.IsTrue(_one.Loop());
        Assert.IsTrue(_two.Loop());
    }

    [TestMethod]
    public void A_device_that_another_run_has_is_not_chosen()
    {
        Share("", "backend: { type: local, gpus: [x, y] }");
        _one.Task("a", CommandWorld.WaitFor(Gate), ("Gpus", "1"));
        _two.Task("b", CommandWorld.WaitFor(Gate), ("Gpus", "1")).Task("c", "true", ("Gpus", "1"));

        Assert.IsTrue(_one.Step(), string.Join("; ", _one.Reported));
        Assert.IsTrue(_two.Step(), string.Join("; ", _two.Reported));

        Assert.AreEqual("""{"gpus":["y"]}""", _two.Query("SELECT given FROM attempts WHERE task_id = 'b'").Single());
        Assert.AreEqual("b=RUNNING c=READY", _two.States());
        var told = ExplainCommand.Execute(_two.Context(new RunArguments { TaskId = "c" })).Items.Single().Metadata["reason"];
        Assert.AreEqual("waits for 1 GPU, and 0 of 2 are free; in use by b, 1 attempt of other runs", told);
        File.WriteAllText(Gate, "");
        Assert.IsTrue(_one.Loop());
        Assert.IsTrue(_two.Loop(), string.Join("; ", _two.Reported));
    }

    [TestMethod]
    public void A_share_of_a_run_that_is_gone_is_free()
    {
        Share(Licence);
        _one.Task("a", CommandWorld.WaitFor(Gate), ("Uses", "licence"));
        _two.Task("b", "true", ("Uses", "licence"));
        Assert.IsTrue(_one.Step());
        Directory.Delete(_one.Run.Path, recursive: true);

        Assert.IsTrue(_two.Loop(), string.Join("; ", _two.Reported));

        File.WriteAllText(Gate, "");
    }

    [TestMethod]
    public void A_waiting_attempt_is_cancelled_with_its_run()
    {
        Share(Licence);
        _one.Task("a", CommandWorld.WaitFor(Gate), ("Uses", "licence"));
        _two.Task("b", "true", ("Uses", "licence"));
        Assert.IsTrue(_one.Step());
        Assert.IsTrue(_two.Step());

        Assert.IsTrue(
            RequestCommand.Execute(_two.Context(), RequestKind.Cancel, CancellationToken.None).Success,
            string.Join("; ", _two.Reported)
        );

        Assert.AreEqual("b=CANCELLED", _two.States());
        Assert.HasCount(1, Holders());
        File.WriteAllText(Gate, "");
        Assert.IsTrue(_one.Loop());
    }

    [TestMethod]
    public void A_folder_that_cannot_be_used_starts_nothing_and_says_so()
    {
        Share(Licence);
        _one.Write("shared/limits", "a file");
        _one.Task("a", "true", ("Uses", "licence"));

        Assert.IsFalse(_one.Loop());

        Assert.AreEqual("MATTER3050", _one.Reported.Single().Code.Code);
        StringAssert.StartsWith(_one.Reported.Single().Message, $"The folder of shared limits {Folder} cannot be used: it is not a folder");
        Assert.AreEqual("READY CREATED 0", _one.Query(State("a")).Single());
        File.Delete(Folder);
        Assert.IsTrue(_one.Loop());
        if (!OperatingSystem.IsWindows())
        {
            Assert.AreEqual(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Folder),
                "only its user may see it"
            );
        }
    }

    [TestMethod]
    public void A_damaged_file_is_reported_and_a_copy_does_not_count_twice()
    {
        Share("resources: { licence: 2 }");
        _one.Task("a", CommandWorld.WaitFor(Gate), ("Uses", "licence"));
        _two.Task("b", "true", ("Uses", "licence"));
        Assert.IsTrue(_one.Step());
        File.Copy(Holders().Single(), Path.Combine(Folder, "copy.json"));
        File.WriteAllText(Path.Combine(Folder, "damaged.json"), """{ "attempt": "x", """);

        Assert.IsTrue(_two.Loop(), string.Join("; ", _two.Reported));

        CollectionAssert.AreEquivalent(
            new[] { "copy.json", "damaged.json" },
            _two.Reported.Select(p => Path.GetFileName(p.Position!.File)).ToArray()
        );
        Assert.IsTrue(_two.Reported.All(p => p.Code.Code == "MATTER3051"));
        File.WriteAllText(Gate, "");
        Assert.IsTrue(_one.Loop());
    }

    [TestMethod]
    [Slow]
    public void A_run_killed_anywhere_leaves_no_share_behind()
    {
        Share(Licence);
        var moments = Kill(0);
        Assert.IsGreaterThan(20, moments);
        for (var at = 1; at <= moments; at++)
        {
            Kill(at);
        }
    }

    private int Kill(int at)
    {
        var seams = new KillPoints { At = at };
        var processes = new ScriptedProcesses();
        var host = _one.Host with { Conducting = new ConductorOptions { MaxCommitDelay = TimeSpan.FromMilliseconds(1) } };
        foreach (var name in new[] { "a", "b", "c" })
        {
            _one.Task(name, "c", ("Uses", "licence"));
            _two.Task(name, "c", ("Uses", "licence"));
        }

        _one.Host = host with { Disk = new InterruptingDisk(seams), Processes = () => new InterruptingProcesses(processes, seams) };
        _two.Host = host with { Processes = () => processes };
        KillTests.Dies(() => _one.Loop(new RunArguments { NewRun = true }));
        _one.Host = host with { Processes = () => processes };

        var when = $"killed at {at}, {seams.Where}";
        Assert.IsTrue(_one.Loop(), when + string.Join("; ", _one.Reported));
        Assert.IsTrue(_two.Loop(new RunArguments { NewRun = true }), when + string.Join("; ", _two.Reported));
        Assert.IsEmpty(Holders(), when);
        return seams.Count;
    }

    private static string State(string task) =>
        "SELECT t.state || ' ' || a.state || ' ' || (SELECT count(*) FROM events e WHERE e.kind = 'ATTEMPT_PUT_OFF') FROM tasks t "
        + $"JOIN attempts a ON a.task_id = t.task_id WHERE t.task_id = '{task}'";

    private string[] Holders() => Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.json") : [];

    private void Share(string defaults, string keys = "")
    {
        foreach (var world in new[] { _one, _two })
        {
            world.Write(
                "campaign/operators.yaml",
                $"defaults: {{ shared_limits: '{Folder}'{(defaults.Length > 0 ? ", " : "")}{defaults} }}\n"
                    + $"operators:\n  local.default: {{ kind: local{(keys.Length > 0 ? ", " : "")}{keys} }}\n"
            );
        }
    }
}
