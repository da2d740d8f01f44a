using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Usage;

/// <summary>What local attempts used, against processes whose use is known.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class LocalUsageTests : IDisposable
{
    // The system ends the inner shell after exactly so many seconds of processor time, on a machine of any load.
    private const string SpinTwoSeconds = "(ulimit -t 2; while :; do :; done); true";

    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [Slow]
    public void A_child_that_spins_and_one_that_allocates_count()
    {
        _world
            .Task("spin", SpinTwoSeconds)
            // More than this process has, since a child inherits the peak of its parent.
            .Task("big", $"sh -c 'dd if=/dev/zero of=/dev/null bs={ReadOwnPeak() / 1024 + 65536}K count=1'; true");

        Assert.IsTrue(_world.Loop(), string.Join(';', _world.Said));

        Assert.IsInRange(1.5, 3, Number("cpu_seconds", "spin"));
        Assert.IsGreaterThan(64 << 20, Number("peak_memory_bytes", "big"));
        Assert.IsGreaterThan(ReadOwnPeak(), Number("peak_memory_bytes", "big"));
        Assert.IsGreaterThanOrEqualTo(Number("cpu_seconds", "spin") * 0.9, Number("wall_seconds", "spin"));
        Assert.AreEqual("wait4", Text("usage_source", "big"));
        Assert.AreEqual(Environment.MachineName, Text("node", "big"));
        Assert.AreEqual("0", Text("queue_seconds", "big"), "a machine has no queue");
        Assert.IsNull(Text("usage_note", "big"));
    }

    [TestMethod]
    public void A_small_process_is_not_given_the_memory_of_the_engine_that_started_it()
    {
        _world.Task("a", "true");

        Assert.IsTrue(_world.Loop());

        Assert.IsNull(Text("peak_memory_bytes", "a"), "it is smaller than this process, and by how much nobody knows");
        StringAssert.Contains(Text("usage_note", "a"), "the command that started it");
        Assert.IsNotNull(Text("cpu_seconds", "a"));
        Assert.IsNotNull(Text("started_at_utc", "a"));
    }

    [TestMethod]
    [Slow]
    public void An_attempt_that_another_command_started_has_the_times_of_its_shell()
    {
        _world
            .Task("seen", $"{SpinTwoSeconds}; {CommandWorld.WaitFor(_world.In("gate"))}")
            .Task("found", CommandWorld.WaitFor(_world.In("first")));
        _world.Step();
        _world.Write("first", "");
        _world.UntilExited("found@1");

        // One has ended meanwhile, and one has not.
        _world.Write("gate", "");
        Assert.IsTrue(_world.Loop(), string.Join(';', _world.Said));

        Assert.IsInRange(1.5, 3, Number("cpu_seconds", "seen"));
        foreach (var task in new[] { "seen", "found" })
        {
            Assert.AreEqual("times", Text("usage_source", task));
            Assert.IsNull(Text("peak_memory_bytes", task));
            StringAssert.Contains(Text("usage_note", task), "memory");
            Assert.IsNotNull(Text("wall_seconds", task));
            Assert.AreEqual(Environment.MachineName, Text("node", task));
        }
    }

    [TestMethod]
    public void A_script_that_was_killed_has_not_waited_for_its_processes_so_their_use_is_unknown_and_not_0()
    {
        _world.Task("a", "kill -9 $$");

        Assert.IsFalse(_world.Loop());

        Assert.IsNull(Text("cpu_seconds", "a"));
        Assert.IsNull(Text("peak_memory_bytes", "a"));
        Assert.AreEqual("none", Text("usage_source", "a"));
        StringAssert.Contains(Text("usage_note", "a"), "killed");
        Assert.IsNotNull(Text("wall_seconds", "a"));
    }

    [TestMethod]
    [Slow]
    public void What_an_attempt_used_until_its_time_limit_is_measured_before_it_is_ended()
    {
        _world.Task("a", "while :; do :; done", ("TimeLimitMinutes", "0.02"));

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual("proc", Text("usage_source", "a"));
        Assert.IsGreaterThan(0.05, Number("cpu_seconds", "a"));
        Assert.IsGreaterThan(100_000, Number("peak_memory_bytes", "a"));
        Assert.IsLessThan(64 << 20, Number("peak_memory_bytes", "a"), "a shell, and not the engine");
    }

    [TestMethod]
    [DataRow("exec 9>&-; exit 4", 4)]
    [DataRow("exit 5", 5)]
    [DataRow("trap : EXIT; exit 6", 6)]
    public void The_exit_code_stays_whatever_the_command_does_to_the_file(string command, int code)
    {
        _world.Task("a", command);

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(code.ToString(CultureInfo.InvariantCulture), Text("exit_code", "a"));
    }

    [TestMethod]
    public void A_result_from_the_cache_used_nothing_and_is_not_counted_as_0()
    {
        _world.Cache = new(_world.In("cache"), MatterStack.Engine.Caching.CacheMode.ReadWrite);
        _world.Task("a", "echo 1 > x", ("Outputs", "x"));
        Assert.IsTrue(_world.Loop());
        Assert.IsTrue(_world.Loop(new RunArguments { NewRun = true }));

        Assert.IsNotNull(Text("cached_from", "a"));
        foreach (var column in new[] { "started_at_utc", "queue_seconds", "wall_seconds", "cpu_seconds", "peak_memory_bytes" })
        {
            Assert.IsNull(Text(column, "a"), column);
        }

        StringAssert.Contains(Text("usage_note", "a"), "cache");
    }

    [TestMethod]
    public void Attempts_has_the_figures_as_plain_numbers_and_a_line_for_people()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        _world.Execute("UPDATE attempts SET cpu_seconds = 0.00002, wall_seconds = 3.5, peak_memory_bytes = 1048576, usage_note = NULL");
        _world.Said.Clear();

        var item = AttemptsCommand.Execute(_world.Context()).Items.Single().Metadata;

        Assert.AreEqual("0.00002", item["cpu_seconds"]);
        Assert.AreEqual("3.5", item["wall_seconds"]);
        Assert.AreEqual("1048576", item["peak_memory_bytes"]);
        Assert.AreEqual("wait4", item["usage_source"]);
        Assert.IsFalse(item.ContainsKey("usage_note"));
        StringAssert.Contains(
            string.Join('\n', _world.Said),
            $"ran 3.5 s on {Environment.MachineName}, less than 0.01 s of CPU, at most 1 MiB (largest process)"
        );
    }

    [TestMethod]
    public void What_an_earlier_version_recorded_has_no_usage()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        _world.Execute("UPDATE attempts SET usage_source = NULL, usage_note = NULL, wall_seconds = NULL, cpu_seconds = NULL");

        var item = AttemptsCommand.Execute(_world.Context()).Items.Single().Metadata;

        Assert.IsFalse(item.ContainsKey("usage_source"));
        Assert.IsFalse(item.ContainsKey("cpu_seconds"));
    }

    private string? Text(string column, string task) =>
        _world.Query($"SELECT CAST({column} AS TEXT) FROM attempts WHERE task_id = '{task}' ORDER BY seq DESC LIMIT 1").Single() is { } text
            ? text.EndsWith(".0", StringComparison.Ordinal)
                ? text[..^2]
                : text
            : null;

    private double Number(string column, string task) =>
        double.Parse(
            Text(column, task) ?? throw new AssertFailedException($"{column} of {task} is unknown: {Text("usage_note", task)}"),
            CultureInfo.InvariantCulture
        );

    private static long ReadOwnPeak() =>
        File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            is [.., var size, "kB"]
            ? long.Parse(size, CultureInfo.InvariantCulture) * 1024
            : 0;
}
