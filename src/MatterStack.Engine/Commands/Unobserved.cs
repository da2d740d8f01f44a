using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Ignores all changes, for commands that report their result themselves.</summary>
internal sealed class Unobserved : IRunObserver
{
    public static Unobserved Instance { get; } = new();

    public void ReportStart(RunModel model)
    {
    }

    public void ReportChanges(RunModel model, IReadOnlyList<Change> changes)
    {
    }

    public void ReportRoundEnd(RunModel model)
    {
    }
}
