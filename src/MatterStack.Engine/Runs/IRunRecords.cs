using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs;

/// <summary>What is recorded of a run, wherever it is read from: its store, or a bundle of evidence.</summary>
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
