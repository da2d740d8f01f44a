using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Prediction;

namespace MatterStack.Engine.Commands.Plans;

/// <summary>Prints the script of one task of each shape and operator key, and returns the scripts as items.</summary>
internal static class PlanScripts
{
    /// <summary>Prints the scripts.</summary>
    /// <param name="context">Log of the command.</param>
    /// <param name="model">The run.</param>
    /// <param name="cost">The shapes.</param>
    /// <param name="forecast">Builds the scripts.</param>
    public static IReadOnlyList<ReportItem> Write(CommandContext context, RunModel model, CostEstimate cost, AttemptForecast forecast)
    {
        var items = new List<ReportItem>();
        foreach (var (shape, task) in cost.Shapes)
        {
            var key = model.Keys[shape.Key];
            if (forecast.FindPreview(shape, task) is not { } preview)
            {
                context.Log.Info($"  {key}, {shape.Shape.Describe()}: no script, as for {task.Id}");
                continue;
            }

            var title =
                $"{preview.FileName} of {task.Id} on {key}: {shape.Shape.Describe()}"
                + (preview.PartitionReason is { } partition ? $"; {partition}" : "");
            context.Log.Info($"  {title}");
            foreach (var line in preview.Script.TrimEnd('\n').Split('\n'))
            {
                context.Log.Info("    | " + line);
            }

            items.Add(
                ReportItem.Create(
                    task.Id.Value,
                    ("item", "script"),
                    ("task_id", task.Id),
                    ("operator_key", key),
                    ("shape", shape.Shape.Describe()),
                    ("partition", preview.Partition),
                    ("file", preview.FileName),
                    ("script", preview.Script)
                )
            );
        }

        if (items.Count > 0)
        {
            context.Log.Info(
                $"  {CountText.FormatCount(items.Count, "script")}. The ids of run and attempt are samples until they exist; a member of a "
                    + "job array has no directives for its logs; values of secrets are never in a script"
            );
        }

        return items;
    }
}
