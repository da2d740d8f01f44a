using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Is told what happened, after it was recorded or together with it; a console, for instance.</summary>
internal interface IRunObserver
{
    void Began(RunModel model);

    void Changed(RunModel model, IReadOnlyList<Change> changes);

    /// <summary>Called when nothing happened for a while, and at the end of each round.</summary>
    void Idle(RunModel model);

    /// <summary>Something is not as it should be that keeps nobody from going on.</summary>
    void Warned(Problem problem)
    {
    }
}
