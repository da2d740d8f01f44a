using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Explains which budget of the wiring a ready task waits for, and which tasks hold it, from the recorded state of a
/// run.</summary>
internal sealed class CapacityExplanation(CommandContext context, RunReader reader)
{
    // Loaded only if a task waits for capacity.
    private readonly Lazy<(RunModel Model, Capacity Capacity)?> _state = new(() => LoadState(context, reader));

    private CanaryGroups? _canaries;

    /// <summary>Describes what a task waits for. Returns null if it could start now, or if it is unknown.</summary>
    public string? DescribeShortage(TaskId id) =>
        _state.Value is var (model, capacity) && model.FindTask(id.Value) is { } task && capacity.GetLimit(task).UnroutableReason is null
            ? FindCanaries(model)?.DescribeWait(task) ?? capacity.DescribeShortage(task)
            : null;

    /// <summary>Returns the time before which the next attempt of a ready task does not begin; null if it may begin now.</summary>
    public DateTimeOffset? FindNotBefore(TaskId id) =>
        _state.Value is var (model, _) && model.FindTask(id.Value)?.History?.NotBefore is { } due && due > context.Host.Clock.GetUtcNow()
            ? due
            : null;

    private CanaryGroups? FindCanaries(RunModel model)
    {
        if (context.Workspace.StartsCanaries && _canaries is null)
        {
            _canaries = new CanaryGroups();
            _canaries.AddTasks(model);
        }

        return _canaries;
    }

    private static (RunModel Model, Capacity Capacity)? LoadState(CommandContext context, RunReader reader)
    {
        if (
            reader.State.IsEnd()
            || reader.FindModel() is not { } model
            || !context.Wirings.LoadPersisted(reader.Run.Path).TryGet(out var wiring)
            || wiring is null
        )
        {
            return null;
        }

        var host = context.Host;
        var capacity = new Capacity(model);
        var held =
            model.KeysWithGpus.Count > 0 && SharedLimitsFactory.Create(context, wiring.Operators, host.Processes()) is { } shares
                ? shares.FindHeld(AttemptShares.GetGpuPrefix(shares.Host), reader.Run.Id)
                : [];
        var limits = new LimitsReader(wiring.Operators, wiring.Hash, host.Catalog, host.CreateBudgets()).ReadLimits(model, ahead: 0);
        capacity.ApplyLimits(limits with { GpusHeldElsewhere = held });
        foreach (
            var attempt in model.LiveAttempts.Where(static attempt =>
                attempt.State is not AttemptState.Created || attempt.Given?.Gpus is not null
            )
        )
        {
            capacity.Reserve(attempt);
        }

        return (model, capacity);
    }
}
