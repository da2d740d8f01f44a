using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Ignores all changes, for commands that report their result themselves.</summary>
internal sealed class NullRunObserver : IRunObserver
{
    public static NullRunObserver Instance { get; } = new();

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
