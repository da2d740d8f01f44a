using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Receives changes of a run, on the conductor's thread, after they were decided; for example a console.</summary>
internal interface IRunObserver
{
    void Began(RunModel model);

    void Changed(RunModel model, IReadOnlyList<Change> changes);

    /// <summary>Called at the end of each round.</summary>
    void Idle(RunModel model);

    /// <summary>Called for a problem that does not stop the run.</summary>
    void Warned(Problem problem)
    {
    }
}
