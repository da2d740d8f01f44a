using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Prediction;

namespace MatterStack.Engine.Runs.Prediction;

/// <summary>Adds up what predicted tasks request, by operator key.</summary>
/// <param name="model">The run.</param>
/// <param name="forecast">Tells what a task requests.</param>
/// <param name="isExternal">Whether people or instruments do the work of an operator key, by its index.</param>
/// <param name="times">Times that attempts took in earlier runs.</param>
internal sealed class CostEstimate(RunModel model, AttemptForecast forecast, Func<int, bool> isExternal, AttemptTimes times)
{
    private readonly Dictionary<int, OperatorEstimate> _byKey = [];
    private readonly Dictionary<AttemptShape, TaskNode> _shapes = [];

    /// <summary>Estimates of all operator keys, in the order of their keys.</summary>
    public IReadOnlyList<OperatorEstimate> Operators => [.. _byKey.Values.OrderBy(static o => o.Key.Value, StringComparer.Ordinal)];

    /// <summary>The first task of each shape that is executed, or may be.</summary>
    public IReadOnlyCollection<KeyValuePair<AttemptShape, TaskNode>> Shapes => _shapes;

    /// <summary>Adds a task.</summary>
    public void AddTask(PredictedTask predicted)
    {
        if (predicted.Action is not (PredictedAction.Run or PredictedAction.Unknown))
        {
            return;
        }

        var task = predicted.Task;
        if (!_byKey.TryGetValue(task.KeyIndex, out var estimate))
        {
            estimate = new OperatorEstimate(model.Keys[task.KeyIndex]) { IsExternal = isExternal(task.KeyIndex) };
            _byKey.Add(task.KeyIndex, estimate);
        }

        var isRun = predicted.Action == PredictedAction.Run;
        estimate.Run += isRun ? 1 : 0;
        estimate.Unknown += isRun ? 0 : 1;
        estimate.UnderWay += predicted.IsUnderWay ? 1 : 0;
        if (!predicted.IsUnderWay && forecast.FindShape(task) is { } shape)
        {
            _shapes.TryAdd(shape, task);
            if (!estimate.IsExternal)
            {
                AddHours(estimate, shape, task, isRun);
            }
        }
    }

    private void AddHours(OperatorEstimate estimate, AttemptShape shape, TaskNode task, bool isRun)
    {
        var cores = shape.Shape.TotalCores;
        if (shape.TimeLimitMinutes / 60 is { } hours)
        {
            estimate.CoreHours += isRun ? hours * cores : 0;
            estimate.UnknownCoreHours += isRun ? 0 : hours * cores;
            estimate.GpuHours += hours * shape.Shape.Gpus;
            estimate.NodeHours += hours * shape.Shape.Nodes;
        }
        else
        {
            estimate.WithoutTimeLimit.Add(task.Id);
        }

        if (times.FindTime(task, out var isOfOthers) is { } time)
        {
            estimate.Expected++;
            estimate.ExpectedFromOthers += isOfOthers ? 1 : 0;
            estimate.ExpectedCoreHours += time.TotalHours * cores;
        }

        if (forecast.FindPreview(shape, task)?.Partition is { } partition)
        {
            estimate.Partitions[partition] = estimate.Partitions.GetValueOrDefault(partition) + 1;
        }
    }
}
