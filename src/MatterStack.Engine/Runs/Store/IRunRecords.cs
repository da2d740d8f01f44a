using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Records of a run, read from its store or from an evidence bundle.</summary>
internal interface IRunRecords
{
    RunRow RunRow { get; }

    RunState State { get; }

    IEnumerable<TaskRow> ReadTasks();

    IEnumerable<AttemptRow> ReadAttempts();

    IEnumerable<EventRow> ReadEvents();

    IEnumerable<IterationRow> ReadIterations();

    IEnumerable<(TaskId Task, TaskId DependsOn)> ReadDependencies();
}
