using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Receives changes of a run, on the conductor's thread, after they were decided; for example a console.</summary>
internal interface IRunObserver
{
    void ReportStart(RunModel model);

    void ReportChanges(RunModel model, IReadOnlyList<Change> changes);

    /// <summary>Called at the end of each round.</summary>
    void ReportRoundEnd(RunModel model);

    /// <summary>Called for a problem that does not stop the run.</summary>
    void ReportProblem(Problem problem) { }
}
