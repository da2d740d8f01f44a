using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <content>Amended tasks.</content>
internal sealed partial class RunModel
{
    /// <summary>Records the operator key and the budgets that an amended task asks for, so that their limits are read.</summary>
    public void NoteAmendment(CampaignTask amended) => NoteNeeds(AddKey(amended.OperatorKey), TaskNeeds.FromTask(amended));

    /// <summary>Index of an operator key of the run.</summary>
    public int FindKey(OperatorKey key) => _keys.IndexOf(key);

    /// <summary>Gives a task the values of its amended definition. A live attempt keeps what it asks for.</summary>
    public void AmendTask(TaskNode task, CampaignTask amended)
    {
        if (task.LiveAttempt is { } live)
        {
            live.Demand ??= new AttemptDemand(task.KeyIndex, task.Cores, task.Needs);
        }

        var key = AddKey(amended.OperatorKey);
        var needs = TaskNeeds.FromTask(amended);
        var isMoved = key != task.KeyIndex || !Equals(needs, task.Needs);
        (task.KeyIndex, task.Needs) = (key, needs);
        task.Cores = amended.Shape.TotalCores;
        task.MaxAttempts = amended.MaxAttempts;
        task.Policy = TaskPolicy.FromTask(amended);
        ChangePriority(task, amended.Priority);
        NoteNeeds(key, needs);
        // The entry in the queue with its former values no longer counts.
        if (isMoved && task is { State: TaskState.Ready, LiveAttempt: null })
        {
            QueueReady(task);
        }
    }

    private void NoteNeeds(int key, TaskNeeds? needs)
    {
        if (needs is not null)
        {
            _ = needs.MemoryMib > 0 && KeysWithMemory.Add(key);
            _ = needs.Gpus > 0 && KeysWithGpus.Add(key);
        }
    }

    // Attempts of other keys may use capacity meanwhile.
    private int AddKey(OperatorKey key)
    {
        var index = GetOrAddKey(key);
        if (CapacityInUseByKey.Length < _keys.Count)
        {
            var inUse = CapacityInUseByKey;
            Array.Resize(ref inUse, _keys.Count);
            CapacityInUseByKey = inUse;
        }

        return index;
    }
}
