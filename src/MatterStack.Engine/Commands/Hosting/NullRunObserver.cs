using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Conducting;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Ignores all changes, for commands that report their result themselves.</summary>
internal sealed class NullRunObserver : IRunObserver
{
    public static NullRunObserver Instance { get; } = new();

    public void ReportStart(RunModel model) { }

    public void ReportChanges(RunModel model, IReadOnlyList<Change> changes) { }

    public void ReportRoundEnd(RunModel model) { }
}
