using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Wraps an observer so that its exceptions become warnings and do not stop the run.</summary>
internal sealed class GuardedObserver(IRunObserver observer, FaultLog faults) : IRunObserver
{
    public void ReportStart(RunModel model)
    {
        try
        {
            observer.ReportStart(model);
        }
        catch (Exception e)
        {
            WarnOfFault(e);
        }
    }

    public void ReportChanges(RunModel model, IReadOnlyList<Change> changes)
    {
        try
        {
            observer.ReportChanges(model, changes);
        }
        catch (Exception e)
        {
            WarnOfFault(e);
        }
    }

    public void ReportRoundEnd(RunModel model)
    {
        try
        {
            observer.ReportRoundEnd(model);
        }
        catch (Exception e)
        {
            WarnOfFault(e);
        }
    }

    public void ReportProblem(Problem problem)
    {
        try
        {
            observer.ReportProblem(problem);
        }
        catch (Exception e)
        {
            WarnOfFault(e);
        }
    }

    private void WarnOfFault(Exception exception) => faults.RecordWarning(exception, "reporting changes of the run");
}
