using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Ignores all changes, for commands that report their result themselves.</summary>
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
