using System.Runtime.CompilerServices;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Checks;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>Runs with a campaign class, moved command by command.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CampaignClassTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_step_asks_the_campaign_only_when_an_iteration_is_over()
    {
        var gate = _world.In("gate");
        var campaign = Rounds(2, $"{CommandWorld.WaitFor(gate)}; echo '{{}}' > results.json");
        _world.Class(campaign);

        Assert.IsTrue(_world.Step() && _world.Step() && _world.Step(), string.Join("; ", _world.Reported));
        Assert.AreEqual(1, campaign.Asked, "the first workflow and no more");
        File.WriteAllText(gate, "");
        _world.UntilExited("t0@1");
        Assert.IsTrue(_world.Step());

        Assert.AreEqual(2, campaign.Asked);
        Assert.HasCount(
            1,
            _world.Query("SELECT submitted_at_utc FROM attempts WHERE task_id = 't1' AND submitted_at_utc IS NOT NULL"),
            "what was planned is started by the same step"
        );
        Assert.IsTrue(_world.Loop());
        Assert.AreEqual("COMPLETED", _world.Query("SELECT state FROM runs").Single());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void A_failure_that_is_not_allowed_fails_the_run_and_its_revival_is_analyzed()
    {
        _world.Class(Rounds(1, $"[ -e '{_world.In("mended")}' ]"));
        Assert.IsFalse(_world.Loop());
        Assert.AreEqual("FAILED", _world.Query("SELECT state FROM runs").Single());
        Assert.IsNull(_world.Query("SELECT state FROM iterations").Single());

        _world.Write("mended", "");
        Assert.IsTrue(RequestCommand.Execute(_world.Context(), RequestKind.Revive, CancellationToken.None).Success);
        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("[\"t0 2\"]", _world.Query("SELECT state FROM iterations").Single());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void A_campaign_that_throws_leaves_everything_as_it_was_until_it_does_not()
    {
        var throws = true;
        _world.Class(new CampaignInMemory(() => new Round(2, "true", () => throws ? throw new InvalidOperationException("not yet") : 0)));
        Assert.IsFalse(_world.Loop());
        Assert.IsFalse(_world.Step());
        Assert.AreEqual(CampaignCodes.CampaignThrew, _world.Reported[^1].Code);
        Assert.AreEqual("RUNNING t0=COMPLETED", _world.Query("SELECT state FROM runs").Single() + " " + _world.States());
        Assert.IsEmpty(_world.Query("SELECT kind FROM events WHERE kind = 'ITERATION_ENDED'"));
        Assert.Contains(
            "iteration 0 is over",
            ExplainCommand.Execute(_world.Context()).Items.Single().Metadata["reason"],
            "somebody who asks is told"
        );

        throws = false;
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual("t0=COMPLETED t1=COMPLETED", _world.States());
    }

    [TestMethod]
    public void A_program_that_was_changed_in_the_run_is_not_asked()
    {
        _world.Class(Rounds(2, "true"));
        Assert.IsTrue(_world.Init());
        File.WriteAllText(Directory.GetFiles(_world.Run.ProgramsFolder, "c.dll", SearchOption.AllDirectories).Single(), "somebody else's");

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(CampaignCodes.ProgramChanged, _world.Reported.Single().Code);
    }

    [TestMethod]
    public void A_campaign_that_thinks_for_long_does_not_keep_a_loop_that_is_stopped()
    {
        using var thinks = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        _world.Class(new CampaignInMemory(() => new Round(2, "true", () =>
                {
                    stop.Cancel();
                    return thinks.Wait(TimeSpan.FromMinutes(1)) ? 0 : 1;
                })));

        TickCommand.Loop(_world.Context(), _world.Source(), stop.Token);
        thinks.Set();

        Assert.IsEmpty(_world.Reported);
        Assert.AreEqual("t0=COMPLETED", _world.States());
        Assert.IsNull(_world.Query("SELECT state FROM iterations").Single());
    }

    [TestMethod]
    public void A_finished_campaign_is_not_asked_again_when_a_task_is_run_again()
    {
        var campaign = Rounds(1, "true");
        _world.Class(campaign);
        Assert.IsTrue(_world.Loop());
        var asked = campaign.Asked;

        Assert.IsTrue(
            RequestCommand.Execute(_world.Context(new RunArguments { TaskId = "t0" }), RequestKind.Rerun, CancellationToken.None).Success,
            string.Join("; ", _world.Reported)
        );
        Assert.IsTrue(_world.Loop());

        Assert.AreEqual(asked, campaign.Asked);
        Assert.AreEqual("COMPLETED 2", _world.Query("SELECT state || ' ' || (SELECT count(*) FROM attempts) FROM runs").Single());
        Assert.IsEmpty(RunChecker.CheckFolder(_world.Run));
    }

    [TestMethod]
    public void A_loaded_campaign_is_gone_when_it_has_answered()
    {
        var assembly = typeof(CampaignClassTests).Assembly.Location;
        Assert.AreEqual(typeof(Loaded).FullName, CampaignFinder.FindClass(assembly, typeof(Loaded).FullName).Value!.Name);
        // As many as would show if each left something.
        for (var i = 0; i < 5; i++)
        {
            Ask(assembly);
        }

        for (var i = 0; i < 20 && Contexts() > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.AreEqual(0, Contexts());
        Assert.IsNull(Loaded.Touched, "it was another copy of the class that was asked");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Ask(string assembly)
    {
        var reply = CampaignLoader.Instance.AskCampaign(
            new CampaignQuestion(assembly, typeof(Loaded).FullName!, new SourceLocator("/p/x.csproj", null)),
            CancellationToken.None
        );
        Assert.AreEqual("loaded", reply.Tasks!.Single().Command);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Contexts() => System.Runtime.Loader.AssemblyLoadContext.All.Count(c => c.Name == "campaign");

    private static CampaignInMemory Rounds(int rounds, string command) => new(() => new Round(rounds, command, () => 0));

    public sealed class Loaded : Campaign
    {
        public static string? Touched { get; set; }

        public override Workflow Plan()
        {
            Touched = "loaded";
            return [new() { Id = "a", Command = Touched }];
        }
    }

    private sealed class Round(int rounds, string command, Func<int> think) : Campaign<List<string>>
    {
        public override Workflow? Plan(List<string>? state) =>
            state?.Count >= rounds ? null : [new() { Id = $"t{state?.Count ?? 0}", Command = command }];

        public override List<string> Analyze(List<string>? state, TaskResults results)
        {
            think();
            return [.. state ?? [], .. results.Select(r => $"{r.Id} {r.Attempts.Count}")];
        }
    }
}
