using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Prediction;

/// <summary>The run whose next loop is predicted: one that exists, read from a copy of its store, or one that would be created.</summary>
internal sealed class PredictedRun : IDisposable
{
    private readonly RunReader? _reader;
    private readonly IReadOnlyList<PlannedTask> _planned = [];

    private PredictedRun(RunModel model, RunReader? reader, IReadOnlyList<PlannedTask> planned)
    {
        (Model, _reader, _planned) = (model, reader, planned);
        Results = reader?.OpenResults();
    }

    /// <summary>The planner's model of the run.</summary>
    public RunModel Model { get; }

    /// <summary>Recorded results; null if the run does not exist.</summary>
    public ResultRows? Results { get; }

    /// <summary>The run; null if it does not exist.</summary>
    public RunFolder? Folder => _reader?.Run;

    /// <summary>Path of the campaign's program in the run's folder; null if there is none.</summary>
    public string? ProgramPath { get; private init; }

    /// <summary>Hash of the campaign's program; null if there is none.</summary>
    public string? ProgramHash { get; private init; }

    /// <summary>Returns a run that exists.</summary>
    /// <param name="reader">Copy of its store (<see cref="RunReader.OpenCopy"/>); it is disposed with this object.</param>
    public static PredictedRun FromStore(RunReader reader)
    {
        var program = reader.FindProgram();
        return new PredictedRun(reader.LoadModel(), reader, []) { ProgramPath = program?.Path, ProgramHash = program?.Hash };
    }

    /// <summary>Returns a run that would be created.</summary>
    public static PredictedRun FromDefinition(CampaignDefinition definition) =>
        new(RunModel.FromPlan(definition.Tasks, definition.Class is { AnalyzesResults: true } ? 0 : null), reader: null, definition.Tasks)
        {
            ProgramPath = definition.Program is { } program ? $"program/{program.Content.Short}/{program.AssemblyName}" : null,
            ProgramHash = definition.Program?.Content.Hex,
        };

    /// <summary>A task as declared.</summary>
    public PlannedTask ReadTask(TaskNode task) => Results is null ? _planned[task.Position] : Results.ReadPlannedTask(task);

    /// <summary>What selections can ask of each task, in the order of declaration.</summary>
    public IReadOnlyList<SelectableTask> ReadSelectableTasks() =>
        _reader?.ReadSelectableTasks()
        ??
        [
            .. _planned.Select(static planned => new SelectableTask(
                planned.Task.Id,
                planned.Task.DependsOn.Count == 0 ? TaskState.Ready : TaskState.Pending,
                null,
                planned.Task.OperatorKey,
                0
            )),
        ];

    /// <summary>Times that completed attempts of the run took, by task, with the pattern of the task.</summary>
    public IEnumerable<(string Task, long? Pattern, TimeSpan Time)> ReadDurations() => _reader?.ReadDurations() ?? [];

    public void Dispose()
    {
        Results?.Dispose();
        _reader?.Dispose();
    }
}
