using System.Collections.Concurrent;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Operators;
using MatterStack.Engine.Tests.Operators.Hpc;
using MatterStack.Engine.Tests.Operators.Web;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>An exception that nobody expects, thrown on purpose in each place that runs beside the run: it ends what it is about, is told
/// with a code, and meets no command after it.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class DefectTests
{
    [TestMethod]
    [DataRow(nameof(IProcessHost.Start))]
    [DataRow(nameof(IProcessHost.WaitForChild))]
    public void In_a_local_operator_it_ends_the_attempt(string method)
    {
        using var world = Local(method);

        Assert.IsFalse(world.Loop());

        Assert.AreEqual("a=FAILED b=SKIPPED", world.States());
        StringAssert.Contains(
            world.Query("SELECT reason FROM tasks").First(),
            "MATTER9001: Attempt 1 of task 'a' failed: InvalidOperationException: on purpose in " + method
        );
        AssertGoesOn(world);
    }

    [TestMethod]
    [DataRow(nameof(IProcessHost.GetPresence))]
    [DataRow(nameof(IProcessHost.GetAge))]
    [DataRow(nameof(IProcessHost.WaitForOther))]
    [DataRow(nameof(IProcessHost.FindLeaders))]
    public void In_a_local_operator_that_takes_up_what_another_began_it_leaves_nothing_live_and_silent(string method)
    {
        using var world = Local("");
        var processes = new StillProcesses();
        world.Host = world.Host with { Processes = () => processes };
        Assert.IsTrue(world.Step());
        Assert.AreEqual("RUNNING", world.Query("SELECT state FROM attempts").Single());
        world.Execute(
            method == nameof(IProcessHost.FindLeaders)
                ? "UPDATE attempts SET state = 'CREATED', external_id = NULL, submitted_at_utc = NULL"
                : "UPDATE attempts SET state = state"
        );

        world.Host = world.Host with { Processes = () => new ThrowingProcesses(processes, method) };
        world.Loop();

        var told = world
            .Query("SELECT reason FROM attempts")
            .Concat(world.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_UNKNOWN'"))
            .ToList();
        Assert.IsTrue(told.Any(t => t?.Contains("MATTER9001", StringComparison.Ordinal) ?? false), string.Join("; ", told));
        processes.End();
        AssertGoesOn(world);
    }

    [TestMethod]
    public void In_the_timer_of_a_time_limit_it_is_reported()
    {
        using var world = Local(nameof(IProcessHost.FindProcesses));
        world.Host = world.Host with { Processes = () => new ThrowingProcesses(new StillProcesses(), nameof(IProcessHost.FindProcesses)) };
        world.Task("a", "true", ("TimeLimitMinutes", "0.0001"));
        using var stop = new CancellationTokenSource();
        using var watch = Background.StartTimer(
            TimeProvider.System,
            () =>
            {
                if (
                    world
                        .Said.Concat(world.Reported.ToList().Select(p => p.Text))
                        .Any(t => t.Contains("on purpose in " + nameof(IProcessHost.FindProcesses), StringComparison.Ordinal))
                )
                {
                    stop.Cancel();
                }
            },
            Background.IgnoreException,
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(10)
        );
        stop.CancelAfter(TimeSpan.FromSeconds(60));

        TickCommand.Loop(world.Context(), world.Source(), stop.Token);

        Assert.Contains("MATTER9001", world.Reported.Select(p => p.Code.Code).ToList());
    }

    [TestMethod]
    [DataRow(nameof(IExchange.WriteRequest))]
    [DataRow(nameof(IExchange.DescribeWait))]
    [DataRow(nameof(IExchange.ReadAnswer))]
    public void In_an_exchange_it_ends_the_attempt_and_withdraws_it(string method)
    {
        using var cluster = new ClusterWorld();
        var facts = new BlockingCollection<Observation>();
        var request = cluster.Order();
        using (var exchange = new ExchangeOperator(new ThrowingExchange(method), cluster.Context(facts.Add)))
        {
            exchange.Start(request);
            Assert.IsTrue(facts.TryTake(out var fact, TimeSpan.FromSeconds(30)));

            var why = fact switch
            {
                Observation.NotStarted none => none.Reason,
                Observation.Exited exited => exited.End.EndedBy,
                _ => fact.ToString(),
            };
            StringAssert.Contains(why, $"MATTER9001: Attempt 1 of task 't' failed: InvalidOperationException: on purpose in {method}");
            Assert.AreEqual(method != nameof(IExchange.WriteRequest), File.Exists(Path.Combine(request.Folder, "withdrawn.txt")));
            // The thread is there for the others.
            exchange.Observe([request with { SubmittedAt = DateTimeOffset.UtcNow }]);
        }

        Assert.IsNotEmpty(cluster.Faults.DrainDetails());
    }

    [TestMethod]
    [Slow]
    public void In_a_transport_of_requests_it_ends_the_attempt_and_the_instrument_is_told()
    {
        using var instrument = new Instrument();
        using var people = new PeopleWorld(
            $"operators:\n  experiment.coater: {{ kind: experiment, api: {{ base_url: '{instrument.Url}', poll_interval: "
                + $"'00:00:01' }} }}\n",
            timePasses: true
        );
        people.World.WithoutRetries();
        people.World.Host = people.World.Host with { Disk = new PoisonedDisk("experiment_result.json") };
        people.World.Task("coat", "", ("OperatorKey", "experiment.coater"));
        people.World.Step();
        instrument.Complete();

        Assert.IsFalse(people.World.Loop());

        StringAssert.Contains(
            people.Reason("coat"),
            "MATTER9001: Asking about attempt 1 of task 'coat' failed: InvalidOperationException: Cannot read incomplete UTF-16 text at all"
        );
        Assert.AreEqual(1, instrument.Count("DELETE"));
        AssertGoesOn(people.World);
    }

    [TestMethod]
    public void In_the_conversation_with_a_scheduler_it_ends_no_job_and_a_person_decides()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Submit(request);
        world.Shell.Next = call =>
            call.Script.Contains("squeue", StringComparison.Ordinal) ? throw new InvalidOperationException("on purpose") : null;
        world.Pass(60);
        StringAssert.Contains(world.Last<Observation.StatusNote>(request)!.Text, "MATTER9001");
        world.Pass(600);
        StringAssert.Contains(
            world.Last<Observation.Unreachable>(request)!.Reason,
            "may still run; when it is gone, -t:CleanupOrphans ends the attempt"
        );
        world.NothingEnded();

        // The next process hears of it at once; once the defect is mended, the job is as it was.
        world.Start();
        world.Shell.Next = _ => throw new InvalidOperationException("on purpose");
        world.Operator.Observe([request with { SubmittedAt = world.Clock.GetUtcNow(), ExternalId = "1" }]);
        Assert.IsNotNull(world.Last<Observation.Unreachable>(request));
        world.Shell.Next = _ => null;
        world.Run("1");
        world.Pass(1300);
        Assert.AreEqual(0, world.Ended(request).ExitCode);
    }

    [TestMethod]
    public void Before_anything_went_out_to_a_scheduler_it_ends_the_attempt()
    {
        using var world = new ClusterWorld();
        var request = world.Order();
        world.Shell.Next = _ => throw new InvalidOperationException("on purpose");
        world.Submit(request);
        StringAssert.Contains(world.Last<Observation.NotStarted>(request)!.Reason, "MATTER9001");
    }

    [TestMethod]
    [DataRow("objects", DisplayName = "taking out")]
    [DataRow("cache", DisplayName = "putting in")]
    public void In_the_cache_it_costs_the_run_nothing(string part)
    {
        using var world = new CommandWorld(inMemory: true).WithoutRetries().Task("a", "echo 1 > out.txt", ("Outputs", "out.txt"));
        world.Cache = new CacheSettings(world.In("cache"), CacheMode.ReadWrite);
        if (part == "objects")
        {
            Assert.IsTrue(world.Loop());
        }

        world.Host = world.Host with { Disk = new PoisonedDisk("/cache/") };
        Assert.IsTrue(world.Loop(new RunArguments { NewRun = true }));

        Assert.AreEqual("a=COMPLETED", world.States());
        Assert.Contains("MATTER9001", world.Reported.Select(p => p.Code.Code).ToList());
        Assert.IsTrue(world.Reported.All(p => p.Severity == Severity.Warning));
    }

    [TestMethod]
    [DataRow("local.default: { kind: local, hooks: { HOOK: { command: 'cat ${file:poison.txt}' } } }", null)]
    [DataRow("local.default: { kind: local, hooks: { HOOK: { webhook: 'http://127.0.0.1:1/${file:poison.txt}' } } }", null)]
    [DataRow("local.default: { kind: local }", "HOOK: { command: 'cat ${file:poison.txt}' }")]
    public void In_a_hook_it_is_an_event_and_the_run_goes_its_way(string operators, string? run)
    {
        foreach (var hook in run is null ? new[] { "on_completed" } : ["on_completed"])
        {
            using var people = new PeopleWorld(
                $"defaults: {{ hooks: {{ {(run ?? "on_failed: { command: 'true' }").Replace("HOOK", hook, StringComparison.Ordinal)} }} "
                    + $"}}\noperators:\n  {operators.Replace("HOOK", hook, StringComparison.Ordinal)}\n"
            );
            people.World.Write("campaign/poison.txt", "x");
            people.World.Host = people.World.Host with { Disk = new PoisonedDisk("poison.txt") };
            people.World.Task("a", "true");

            for (var i = 0; i < 5; i++)
            {
                Assert.IsTrue(people.World.Loop());
            }

            Assert.AreEqual("a=COMPLETED", people.World.States());
            StringAssert.Contains(
                people.World.Query("SELECT details FROM events WHERE kind = 'HOOK_FAILED' ORDER BY seq").First(),
                "MATTER9001: Delivering " + hook
            );
            Assert.AreEqual("3", people.World.Query("SELECT CAST(tries AS TEXT) FROM hooks").Single(), "it is given up");
        }
    }

    [TestMethod]
    public void In_the_live_report_it_is_a_warning()
    {
        using var world = new CommandWorld(inMemory: true).WithoutRetries().Task("a", "true");
        world.Init();
        ReportCommand.Execute(world.Context());
        world.Host = world.Host with { Disk = new PoisonedDisk("report.html") };

        Assert.IsTrue(world.Loop());

        Assert.Contains("MATTER9001", world.Reported.Select(p => p.Code.Code).ToList());
    }

    [TestMethod]
    public void In_a_conversation_with_a_machine_it_is_no_answer()
    {
        using var shell = new LocalShell(new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, TimeProvider.System);

        var answer = shell.Run(
            new ShellCall("cat", TimeSpan.FromSeconds(30)) { Input = _ => throw new InvalidOperationException("on purpose") },
            CancellationToken.None
        );

        StringAssert.Contains(((ShellResult.NoAnswer)answer).Reason, "InvalidOperationException: on purpose");
    }

    [TestMethod]
    public void In_a_campaigns_thread_it_reaches_whoever_asked() =>
        Assert.ThrowsExactly<InvalidOperationException>(() =>
            CampaignLoader.RunInThread<CheckedAnswer>(
                () => throw new InvalidOperationException("on purpose"),
                new CampaignQuestion("none", "None", new SourceLocator("/p/x.csproj", null)),
                CancellationToken.None
            )
        );

    [TestMethod]
    public void In_the_watch_for_answers_it_ends_nothing()
    {
        using var folder = new TempFolder();
        var faults = new FaultLog();
        using var watch = new AnswerWatcher(_ => throw new InvalidOperationException("on purpose"), faults);
        watch.Add(Engine.Identity.AttemptId.FromTrusted("20260101_000000_00000001"), folder.Path);
        IReadOnlyList<Problem> told = [];
        var i = 0;
        CommandWorld.Until(
            () =>
            {
                folder.Write($"answer{i++}.txt", "x");
                return (told = faults.DrainWarnings()).Count > 0;
            },
            "a change"
        );
        Assert.AreEqual("MATTER9001", told[0].Code.Code);
    }

    [TestMethod]
    [DataRow("Init")]
    [DataRow("Step")]
    [DataRow("Loop")]
    public void In_a_command_it_is_an_error_with_a_code(string command)
    {
        using var world = new CommandWorld(inMemory: true).WithoutRetries().Task("a", "true", ("Files", "in.txt"));
        world.Write("campaign/in.txt", "x");
        world.Host = world.Host with { Disk = new PoisonedDisk("inputs") };

        Assert.IsFalse(
            command switch
            {
                "Init" => world.Init(),
                "Step" => world.Step(),
                _ => world.Loop(),
            }
        );

        var problem = world.Reported.Single();
        Assert.AreEqual("MATTER9001", problem.Code.Code);
        Assert.AreEqual(Severity.Error, problem.Severity);
        Assert.DoesNotContain("   at ", problem.Text);
    }

    private static CommandWorld Local(string method)
    {
        var processes = new ThrowingProcesses(new ScriptedProcesses(), method);
        var world = new CommandWorld(inMemory: true).WithoutRetries().Task("a", "true").Task("b", "true", ("DependsOn", "a"));
        world.Host = world.Host with { Processes = () => processes };
        return world;
    }

    // Whatever happened: the run can be looked at, cancelled, cleaned up and taken up again, and is sound.
    private static void AssertGoesOn(CommandWorld world)
    {
        world.Reported.Clear();
        var well = new ScriptedProcesses();
        world.Host = world.Host with { Processes = () => well, Disk = Engine.Files.RealDisk.Instance };
        world.Step();
        if (world.Query("SELECT state FROM runs").Single() == "RUNNING")
        {
            Assert.IsTrue(RequestCommand.Execute(world.Context(), RequestKind.CleanupOrphans, default).Success);
            world.Step();
        }

        if (world.Query("SELECT state FROM runs").Single() == "RUNNING")
        {
            Assert.IsTrue(RequestCommand.Execute(world.Context(), RequestKind.Cancel, default).Success);
        }

        if (world.Query("SELECT state FROM runs").Single() != "COMPLETED")
        {
            Assert.IsTrue(RequestCommand.Execute(world.Context(), RequestKind.Revive, default).Success, string.Join("; ", world.Reported));
        }

        Assert.IsEmpty(world.Query("SELECT attempt_id FROM attempts WHERE ended_at_utc IS NULL"));
        Assert.IsEmpty(MatterStack.Engine.Runs.Checks.RunChecker.CheckFolder(world.Run));
        Assert.IsFalse(
            world.Reported.Any(p => p.Code.Code.StartsWith("MATTER9", StringComparison.Ordinal)),
            string.Join("; ", world.Reported)
        );
    }

    private sealed class ThrowingExchange(string method) : IExchange
    {
        public string RequestFileName => "request.json";

        public void WriteRequest(Engine.Operators.AttemptRequest request, DateTimeOffset? deadline, Engine.Operators.AttemptFiles files)
        {
            Throw(nameof(WriteRequest));
            files.WriteFile(request, RequestFileName, "{}");
        }

        public string DescribeWait(Engine.Operators.AttemptRequest request)
        {
            Throw(nameof(DescribeWait));
            return "somebody";
        }

        public ExchangeAnswer ReadAnswer(Engine.Operators.AttemptRequest request)
        {
            Throw(nameof(ReadAnswer));
            return new ExchangeAnswer.None();
        }

        private void Throw(string name)
        {
            if (name == method)
            {
                throw new InvalidOperationException("on purpose in " + name);
            }
        }
    }
}
