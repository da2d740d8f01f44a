using System.Collections.Concurrent;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;

namespace MatterStack.Benchmarks;

/// <summary>The engine with an operator in memory: what is left when nothing is started.</summary>
internal static class EngineAlone
{
    private const int Tasks = 100_000;
    private const int Warm = 2_000;

    public static IEnumerable<Figure> Measure()
    {
        Loop(Warm);
        BareSqlite.InsertAttempts(Warm, 50);
        var (ours, floor) = Cost.Compare(3, () => Loop(Tasks), () => BareSqlite.InsertAttempts(Tasks, 50));
        yield return Figure.Time(
            $"engine alone, {Tasks} tasks, init to COMPLETED, per task",
            ours / Tasks,
            floor / Tasks,
            true,
            "<= 0.25 ms; floor: SQLite alone"
        );
        yield return new("commits per attempt under load", Commits(10_000), null, "", "<= 0.05");
    }

    private static Cost Loop(int tasks)
    {
        using var campaign = new BenchmarkCampaign(tasks) { Host = MemoryOperator.Host(waits: false) };
        return Cost.Of(campaign.Loop);
    }

    private static double Commits(int tasks)
    {
        using var campaign = new BenchmarkCampaign(tasks) { Host = MemoryOperator.Host(waits: false) };
        campaign.Init();
        using var store = RunStore.Open(campaign.Run, campaign.Host.Disk);
        using var facts = new BlockingCollection<Observation>();
        var wiring = campaign.Context.Wirings.LoadPersisted(campaign.Run.Path).GetValueOrThrow();
        var world = new OperatorEnvironment(
            campaign.Host.Processes(),
            campaign.Host.Disk,
            campaign.Host.Clock,
            campaign.Host.Cores,
            new WiringPaths("/", "/"),
            campaign.Host.Catalog,
            campaign.Host.Operators
        );
        var pool = new OperatorPool(wiring.Operators, wiring.Hash, _ => wiring.Operators, world, facts);
        var services = new ConductorServices(pool, facts, campaign.Host.Clock, new Nobody(), world.Faults);
        using (var conductor = new Conductor(store, store.LoadModel(), services, looping: true, campaign.Host.Conducting))
        {
            conductor.Loop(waitForPeople: true, CancellationToken.None);
        }

        return store.CommitCount / (double)tasks;
    }

    private sealed class Nobody : IRunObserver
    {
        public void ReportStart(RunModel model) { }

        public void ReportChanges(RunModel model, IReadOnlyList<Change> changes) { }

        public void ReportRoundEnd(RunModel model) { }
    }
}
