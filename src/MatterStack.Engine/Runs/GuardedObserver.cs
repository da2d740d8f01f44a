using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Wraps an observer so that its exceptions become warnings and do not stop the run.</summary>
internal sealed class GuardedObserver(IRunObserver observer, FaultLog faults) : IRunObserver
{
    public void Began(RunModel model)
    {
        try
        {
            observer.Began(model);
        }
        catch (Exception e)
        {
            Tell(e);
        }
    }

    public void Changed(RunModel model, IReadOnlyList<Change> changes)
    {
        try
        {
            observer.Changed(model, changes);
        }
        catch (Exception e)
        {
            Tell(e);
        }
    }

    public void Idle(RunModel model)
    {
        try
        {
            observer.Idle(model);
        }
        catch (Exception e)
        {
            Tell(e);
        }
    }

    public void Warned(Problem problem)
    {
        try
        {
            observer.Warned(problem);
        }
        catch (Exception e)
        {
            Tell(e);
        }
    }

    private void Tell(Exception exception) => faults.RecordWarning(exception, "reporting changes of the run");
}
