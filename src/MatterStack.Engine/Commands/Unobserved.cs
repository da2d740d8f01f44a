using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>For commands that say themselves what they did.</summary>
internal sealed class Unobserved : IRunObserver
{
    public static Unobserved Instance { get; } = new();

    public void Began(RunModel model)
    {
    }

    public void Changed(RunModel model, IReadOnlyList<Change> changes)
    {
    }

    public void Idle(RunModel model)
    {
    }
}
