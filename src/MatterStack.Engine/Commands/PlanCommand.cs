using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Plans;
using MatterStack.Engine.Lifecycle.Prediction;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Prediction;

namespace MatterStack.Engine.Commands;

/// <summary>Shows what the next <c>Loop</c> would do, why, and for how many core-hours. It writes nothing and contacts no
/// operator.</summary>
internal static class PlanCommand
{
    private const int MaxNamed = 5;

    /// <summary>Runs the command.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="campaign">Reads the campaign as the project declares it now.</param>
    /// <param name="cancel">Stops waiting for a campaign class.</param>
    public static CommandResult Execute(CommandContext context, Func<CampaignSource> campaign, CancellationToken cancel) =>
        context.RunGuarded(() =>
        {
            if (!PlanSubject.Choose(context, new Lazy<CampaignSource>(campaign), cancel).TryGet(out var subject, out var problems))
            {
                return context.ReportFailure(problems);
            }

            using (subject)
            {
                return Predict(context, subject);
            }
        });

    private static CommandResult Predict(CommandContext context, PlanSubject subject)
    {
        var (host, run) = (context.Host, subject.Run);
        if (!FindSelected(context, run).TryGet(out var isSelected, out var problems))
        {
            return context.ReportFailure(problems);
        }

        var limits = new LimitsReader(subject.Wiring.Operators, subject.Wiring.Hash, host.Catalog, host.CreateBudgets()).ReadLimits(
            run.Model,
            ahead: 0
        );
        // Opened for reading: a writable cache removes damaged entries and notes when an entry was used.
        var settings = context.Workspace.Cache is { Mode: not CacheMode.Off } used ? used with { Mode = CacheMode.Read } : null;
        var cache = settings is null ? null : new ResultCache(settings, host.Disk, host.Clock);
        using var earlier = new EarlierResults(
            [.. context.Runs.ListRuns().Where(other => other.Id != run.Folder?.Id)],
            settings,
            context.Workspace.Slug,
            host.Disk
        );
        var lookup = new ResultLookup(run, limits, cache, earlier);
        var tasks = new RunPredictor(
            run.Model,
            limits,
            lookup,
            isSelected is null ? null : position => isSelected[position]
        ).PredictTasks();
        var forecast = new AttemptForecast(run, limits, subject.Wiring, host.Catalog);
        var cost = new CostEstimate(
            run.Model,
            forecast,
            key => limits.Keys[key].WaitsForPeople || context.IsExternalWork(run.Model.Keys[key]),
            earlier.ReadTimes(run)
        );
        foreach (var task in tasks)
        {
            cost.AddTask(task);
        }

        var report = new PlanReport(context, subject, tasks, cost);
        var items = report.Write();
        if (context.Arguments.Scripts)
        {
            items = [.. items, .. PlanScripts.Write(context, run.Model, cost, forecast)];
        }

        return new CommandResult(CheckCoreHours(context, report.MaxCoreHours, cost), items);
    }

    // Null: all tasks. A selected task needs its dependencies.
    private static Result<bool[]?> FindSelected(CommandContext context, PredictedRun run) =>
        context.Arguments.Select is not { } selection
            ? Result<bool[]?>.Ok(null, [])
            : selection
                .FindTasks(run.ReadSelectableTasks())
                .MapValue(
                    bool[]? (found) =>
                        SelectionClosure.FindNeeded(found, run.Model.Tasks.Count, position => run.Model.Tasks[position].DependsOn)
                );

    private static bool CheckCoreHours(CommandContext context, double hours, CostEstimate cost)
    {
        if (context.Arguments.MaxCoreHours is not { } most)
        {
            return true;
        }

        var open = cost.Operators.SelectMany(static o => o.WithoutTimeLimit).ToList();
        if (open.Count > 0)
        {
            context.Log.Info(
                $"  {CountText.FormatCount(open.Count, "task")} without a time limit {(open.Count == 1 ? "is" : "are")} unknown and not "
                    + $"counted in MaxCoreHours: {string.Join(", ", open.Take(MaxNamed))}{(open.Count > MaxNamed ? ", …" : "")}"
            );
        }

        if (hours <= most)
        {
            return true;
        }

        context.Log.Report(
            Problem.Create(
                RunCodes.TooManyCoreHours,
                $"The plan requests at most {PlanReport.FormatHours(hours)} core-hours, and MaxCoreHours is {PlanReport.FormatHours(most)}"
            )
        );
        return false;
    }
}
