using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Prediction;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>What the next loop does with each task, from the model of a run and known results.</summary>
[TestClass]
public sealed class RunPredictorTests
{
    private readonly Known _known = new();
    private KeyLimit _limit = new(null, null, 0, 0) { OperatorHash = Sha256.ComputeTextHash("x") };

    public RunPredictorTests() => _limit = _limit with { IsCacheable = true };

    [TestMethod]
    public void A_known_chain_is_followed_and_its_end_runs()
    {
        _known.Add("a", "b");

        Assert.AreEqual("a=Known b=Known c=Run d=Unknown", Predict(Task("a"), Task("b", "a"), Task("c", "b"), Task("d", "c")));
    }

    [TestMethod]
    public void Unknown_is_a_value_and_nothing_behind_it_is_looked_up()
    {
        _known.Add("b", "c");

        Assert.AreEqual("a=Run b=Unknown c=Unknown", Predict(Task("a"), Task("b", "a"), Task("c", "b")));
        Assert.AreEqual("a", string.Join(' ', _known.Asked));
    }

    [TestMethod]
    public void One_unknown_dependency_of_several_is_enough()
    {
        _known.Add("a");
        var tasks = PredictTasks(Task("a"), Task("b"), Task("c", "a", "b"));

        Assert.AreEqual(PredictedAction.Unknown, tasks[2].Action);
        Assert.AreEqual("b", string.Join(' ', tasks[2].WaitsFor.Select(task => task.Id)));
    }

    [TestMethod]
    public void A_task_without_outputs_is_not_looked_up_and_runs() => Assert.AreEqual("a=Run", Predict(Task("a") with { Outputs = [] }));

    [TestMethod]
    public void An_operator_without_cache_runs_all()
    {
        _known.Add("a");
        _limit = _limit with { IsCacheable = false };

        Assert.AreEqual("a=Run", Predict(Task("a")));
    }

    [TestMethod]
    public void A_task_too_large_for_its_operator_is_taken_from_the_cache_or_not_at_all()
    {
        _known.Add("a");

        Assert.AreEqual("a=Known b=None c=None", Predict(Task("a") with { Cores = 99 }, Task("b") with { Cores = 99 }, Task("c", "b")));
    }

    [TestMethod]
    public void A_task_that_tolerates_a_missing_dependency_is_not_skipped() =>
        Assert.AreEqual("a=None b=Run", Predict(Task("a") with { Cores = 99 }, Task("b", "a") with { AllowDependencyFailure = true }));

    [TestMethod]
    public void An_operator_that_cannot_start_anything_is_said_before_the_cache_is_asked()
    {
        _known.Add("a");
        _limit = _limit with { UnroutableReason = "no such operator" };

        Assert.AreEqual("a=None", Predict(Task("a")));
        Assert.IsEmpty(_known.Asked);
    }

    [TestMethod]
    public void What_is_not_selected_is_left_out_and_not_looked_up()
    {
        _known.Add("a", "b");
        var model = Model(Task("a"), Task("b"));
        var tasks = new RunPredictor(model, Limits(model), _known, position => position == 0).PredictTasks();

        Assert.AreEqual("Known None", string.Join(' ', tasks.Select(task => task.Action)));
        Assert.AreEqual("a", string.Join(' ', _known.Asked));
    }

    [TestMethod]
    public void A_chain_of_100_000_tasks_does_not_exhaust_the_stack()
    {
        var tasks = Enumerable.Range(0, 100_000).Select(i => i == 0 ? Task("t0") : Task($"t{i}", $"t{i - 1}")).ToArray();

        Assert.AreEqual(PredictedAction.Unknown, PredictTasks(tasks)[^1].Action);
    }

    private string Predict(params CampaignTask[] tasks) =>
        string.Join(' ', PredictTasks(tasks).Select(task => $"{task.Task.Id}={task.Action}"));

    private IReadOnlyList<PredictedTask> PredictTasks(params CampaignTask[] tasks)
    {
        var model = Model(tasks);
        return new RunPredictor(model, Limits(model), _known).PredictTasks();
    }

    private WiringLimits Limits(RunModel model) => new(null, [.. model.Keys.Select(_ => _limit)], [8]);

    private static RunModel Model(params CampaignTask[] tasks) =>
        RunModel.FromPlan([.. tasks.Select(task => new PlannedTask(task, []))], iteration: null);

    private static CampaignTask Task(string id, params string[] dependsOn) =>
        new()
        {
            Id = id,
            Command = "true",
            Outputs = ["x"],
            DependsOn = [.. dependsOn.Select(other => (TaskId)other)],
        };

    private sealed class Known : IResultLookup
    {
        private readonly HashSet<string> _ids = [];

        public List<string> Asked { get; } = [];

        public void Add(params string[] ids) => _ids.UnionWith(ids);

        public LookupAnswer LookUpTask(TaskNode task, IReadOnlyList<PredictedTask> completed)
        {
            Asked.Add(task.Id.Value);
            return new LookupAnswer(_ids.Contains(task.Id.Value), null);
        }

        public LookupAnswer LookUpAttempt(LiveAttempt attempt) => default;
    }
}
