using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs;

/// <summary>Records of a run, read from its store or from an evidence bundle.</summary>
internal interface IRunRecords
{
    RunRow Row { get; }

    RunState State { get; }

    IEnumerable<TaskRow> Tasks();

    IEnumerable<AttemptRow> Attempts();

    IEnumerable<EventRow> Events();

    IEnumerable<IterationRow> Iterations();

    IEnumerable<(string TaskId, string DependsOn)> Dependencies();
}
