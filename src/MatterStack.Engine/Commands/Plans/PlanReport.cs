using System.Globalization;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Prediction;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Prediction;

namespace MatterStack.Engine.Commands.Plans;

/// <summary>Prints a plan, and returns it as items: one of the plan, one of each operator key, one of each task.</summary>
/// <param name="context">Log of the command.</param>
/// <param name="subject">What the plan is about.</param>
/// <param name="tasks">What happens to each task.</param>
/// <param name="cost">What that requests.</param>
internal sealed class PlanReport(CommandContext context, PlanSubject subject, IReadOnlyList<PredictedTask> tasks, CostEstimate cost)
{
    // Tasks of each group that the console names; the items name all.
    private const int MaxShown = 20;
    private const int MaxNamed = 5;

    private readonly PlanReason _reason = new(subject.Run);

    /// <summary>Core-hours that are requested at most.</summary>
    public double MaxCoreHours => cost.Operators.Sum(static o => o.MaxCoreHours);

    /// <summary>Prints the plan and returns its items.</summary>
    public IReadOnlyList<ReportItem> Write()
    {
        var slug = context.Workspace.Slug;
        context.Log.Info($"{slug}: {CountText.FormatCount(tasks.Count, "task")}; {subject.Notes[0]}");
        foreach (var note in subject.Notes.Skip(1))
        {
            context.Log.Info($"  {note}");
        }

        var items = new List<ReportItem>(tasks.Count + cost.Operators.Count + 1) { CreateSummary() };
        items.AddRange(cost.Operators.Select(CreateRow));
        WriteGroup(PredictedAction.Known, "KNOWN", "recorded in the run or in the cache, nothing is executed");
        WriteGroup(PredictedAction.Run, "RUN", "executed");
        WriteGroup(PredictedAction.Unknown, "UNKNOWN", "depend on something that is not there yet");
        WriteGroup(PredictedAction.None, "NOT", "not executed");
        foreach (var estimate in cost.Operators)
        {
            context.Log.Info("  " + Describe(estimate));
        }

        items.AddRange(tasks.Select(CreateRow));
        return items;
    }

    private void WriteGroup(PredictedAction action, string name, string meaning)
    {
        var shown = 0;
        var count = tasks.Count(task => task.Action == action);
        if (count == 0)
        {
            return;
        }

        context.Log.Info($"  {name} {count.ToString(CultureInfo.InvariantCulture)}: {meaning}");
        foreach (var task in tasks)
        {
            if (task.Action == action)
            {
                if (++shown > MaxShown)
                {
                    context.Log.Info(FormattableString.Invariant($"    and {count - MaxShown} more; the items of the target have all"));
                    return;
                }

                context.Log.Info($"    {task.Task.Id}: {_reason.Describe(task)}");
            }
        }
    }

    private static string Describe(OperatorEstimate estimate)
    {
        var parts = new List<string>
        {
            FormattableString.Invariant($"{estimate.Key}: {CountText.FormatCount(estimate.Run, "task")} to run")
                + (estimate.UnderWay > 0 ? FormattableString.Invariant($" ({estimate.UnderWay} under way)") : "")
                + (estimate.Unknown > 0 ? FormattableString.Invariant($", {estimate.Unknown} unknown") : ""),
        };
        if (estimate.IsExternal)
        {
            return parts[0] + "; people or instruments do the work";
        }

        if (estimate.MaxCoreHours > 0 || estimate.WithoutTimeLimit.Count == 0)
        {
            parts.Add(
                $"{FormatHours(estimate.CoreHours)} core-hours requested"
                    + (estimate.UnknownCoreHours > 0 ? $", and at most {FormatHours(estimate.UnknownCoreHours)} for the unknown ones" : "")
                    + (estimate.GpuHours > 0 ? $", {FormatHours(estimate.GpuHours)} GPU-hours" : "")
                    + $", {FormatHours(estimate.NodeHours)} node-hours"
            );
        }

        if (estimate.WithoutTimeLimit is { Count: > 0 } open)
        {
            parts.Add(
                $"{CountText.FormatCount(open.Count, "task has", "tasks have")} no time limit, hours unknown: "
                    + string.Join(", ", open.Take(MaxNamed))
                    + (open.Count > MaxNamed ? FormattableString.Invariant($" and {open.Count - MaxNamed} more") : "")
            );
        }

        if (estimate.Expected > 0)
        {
            parts.Add(
                $"about {FormatHours(estimate.ExpectedCoreHours)} core-hours expected for "
                    + $"{CountText.FormatCount(estimate.Expected, "task")}, from earlier attempts of the same tasks"
                    + (
                        estimate.ExpectedFromOthers > 0
                            ? FormattableString.Invariant($" ({estimate.ExpectedFromOthers}: of like tasks)")
                            : ""
                    )
            );
        }

        if (estimate.Partitions.Count > 0)
        {
            parts.Add(
                "partitions " + string.Join(", ", estimate.Partitions.Select(p => FormattableString.Invariant($"{p.Key} {p.Value}")))
            );
        }

        return string.Join("; ", parts);
    }

    private ReportItem CreateSummary() =>
        ReportItem.Create(
            subject.Run.Folder?.Id.Value ?? "new",
            ("item", "plan"),
            ("run_id", subject.Run.Folder?.Id),
            ("state", subject.State?.ToText()),
            ("tasks", tasks.Count),
            ("known", Count(PredictedAction.Known)),
            ("run", Count(PredictedAction.Run)),
            ("unknown", Count(PredictedAction.Unknown)),
            ("none", Count(PredictedAction.None)),
            ("under_way", cost.Operators.Sum(static o => o.UnderWay)),
            ("core_hours", FormatHours(cost.Operators.Sum(static o => o.CoreHours))),
            ("max_core_hours", FormatHours(MaxCoreHours)),
            ("gpu_hours", FormatHours(cost.Operators.Sum(static o => o.GpuHours))),
            ("node_hours", FormatHours(cost.Operators.Sum(static o => o.NodeHours))),
            ("without_time_limit", cost.Operators.Sum(static o => o.WithoutTimeLimit.Count)),
            ("notes", string.Join("; ", subject.Notes)),
            ("wiring_sha256", subject.Wiring.Hash)
        );

    private static ReportItem CreateRow(OperatorEstimate estimate) =>
        ReportItem.Create(
            estimate.Key.Value,
            ("item", "operator"),
            ("operator_key", estimate.Key),
            ("run", estimate.Run),
            ("under_way", estimate.UnderWay),
            ("unknown", estimate.Unknown),
            ("core_hours", FormatHours(estimate.CoreHours)),
            ("max_core_hours", FormatHours(estimate.MaxCoreHours)),
            ("gpu_hours", FormatHours(estimate.GpuHours)),
            ("node_hours", FormatHours(estimate.NodeHours)),
            ("without_time_limit", estimate.WithoutTimeLimit.Count),
            ("expected_core_hours", estimate.Expected == 0 ? null : FormatHours(estimate.ExpectedCoreHours)),
            ("expected_tasks", estimate.Expected),
            ("expected_from_others", estimate.ExpectedFromOthers),
            ("partitions", string.Join(" ", estimate.Partitions.Select(p => FormattableString.Invariant($"{p.Key}={p.Value}"))))
        );

    private ReportItem CreateRow(PredictedTask predicted) =>
        ReportItem.Create(
            predicted.Task.Id.Value,
            ("item", "task"),
            ("task_id", predicted.Task.Id),
            ("action", predicted.Action.ToText()),
            ("cause", predicted.Cause.ToText()),
            ("why", _reason.Describe(predicted)),
            ("origin", PlanReason.FindOrigin(predicted)),
            ("waits_for", string.Join(" ", predicted.WaitsFor.Select(static task => task.Id.Value))),
            ("operator_key", subject.Run.Model.Keys[predicted.Task.KeyIndex])
        );

    private int Count(PredictedAction action) => tasks.Count(task => task.Action == action);

    /// <summary>Formats hours for people and items: one digit more than a person reads.</summary>
    public static string FormatHours(double hours) => hours.ToString("0.###", CultureInfo.InvariantCulture);
}
