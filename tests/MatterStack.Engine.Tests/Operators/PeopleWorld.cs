using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>A workspace whose tasks wait for people and instruments, with a clock that the test moves.</summary>
internal sealed class PeopleWorld : IDisposable
{
    /// <param name="wiring">operators.yaml; null: one operator of each kind.</param>
    /// <param name="timePasses">Whether time passes by itself, as a loop that waits needs it.</param>
    public PeopleWorld(string? wiring = null, bool timePasses = false)
    {
        World.Host = World.Host with { Clock = timePasses ? TimeProvider.System : Clock };
        World.Write(
            "campaign/operators.yaml",
            wiring
                ?? """
                operators:
                  local.default: { kind: local, backend: { type: local } }
                  human.default: { kind: human, remind_before: "00:30:00" }
                  experiment.coater: { kind: experiment, operator_name: "Sputter coater 2" }
                  manual_hpc.default: { kind: manual_hpc }
                """
        );
    }

    public CommandWorld World { get; } = new();

    public ManualClock Clock { get; } = new();

    public string Folder(string attempt) => World.Attempt(attempt);

    public string State(string task) => World.Query($"SELECT state FROM tasks WHERE task_id = '{task}'").Single()!;

    public string? Reason(string task) => World.Query($"SELECT reason FROM tasks WHERE task_id = '{task}'").Single();

    /// <summary>Writes what a person or an instrument would, some time ago: it is not being written any more.</summary>
    public void Answer(string attempt, string file, string content)
    {
        var path = Path.Combine(Folder(attempt), file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, Clock.GetUtcNow().UtcDateTime.AddSeconds(-30));
    }

    public bool Respond(string task, string? decision = "approve", string? comment = null, string? data = null, string? dataFile = null) =>
        RespondCommand
            .Execute(
                World.Context(
                    new RunArguments
                    {
                        TaskId = task,
                        Decision = decision,
                        Comment = comment,
                        Data = data,
                        DataFile = dataFile,
                    }
                )
            )
            .Success;

    /// <summary>Code of the last problem that a command reported.</summary>
    public string? LastCode => World.Reported.LastOrDefault()?.Code.ToString();

    public void Dispose() => World.Dispose();
}
