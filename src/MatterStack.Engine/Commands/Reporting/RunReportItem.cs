using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Creates the row of a run in a command's result.</summary>
internal static class RunReportItem
{
    public static ReportItem Create(CommandContext context, RunFolder run)
    {
        using var reader = new RunReader(run);
        return Create(context, reader);
    }

    /// <summary>Creates the row of a run.</summary>
    /// <param name="context">Reads the wiring of the run.</param>
    /// <param name="reader">The run.</param>
    /// <param name="model">The model after the run was driven, so that its tasks need not be counted again; null: count them.</param>
    public static ReportItem Create(CommandContext context, RunReader reader, RunModel? model = null)
    {
        var row = reader.RunRow;
        var counts = model is null
            ? reader.CountTasksByState()
            : Enum.GetValues<TaskState>().ToDictionary(state => state.ToText(), state => (long)model.CountTasks(state));
        var wiring = context.Wirings.Identify(reader.Run.Path);
        var asked = row.State.IsEnd() ? null : reader.ReadOpenEnds().FirstOrDefault(e => e.AttemptId is null);
        return ReportItem.Create(
            row.RunId.Value,
            ("item", "run"),
            ("run_id", row.RunId),
            ("workspace_slug", row.WorkspaceSlug),
            ("state", row.State.ToText()),
            ("reason", row.Reason),
            ("selection", row.Selection),
            ("cancel_asked_at_utc", asked?.AskedAt.ToText()),
            ("cancel_asked_by", asked?.AskedBy),
            ("cancel_reason", asked?.Reason),
            ("created_at_utc", row.CreatedAt.ToText()),
            ("ended_at_utc", row.EndedAt?.ToText()),
            ("definition_sha256", row.DefinitionSha256),
            ("wiring_sha256", wiring?.Hash.Hex),
            ("wiring_source", wiring?.Origin.ToText()),
            ("tasks", counts.Values.Sum()),
            ("pending", CountTasks(TaskState.Pending)),
            ("ready", CountTasks(TaskState.Ready)),
            ("running", CountTasks(TaskState.Running)),
            ("waiting_external", CountTasks(TaskState.WaitingExternal)),
            ("completed", CountTasks(TaskState.Completed)),
            ("failed", CountTasks(TaskState.Failed)),
            ("cancelled", CountTasks(TaskState.Cancelled)),
            ("skipped", CountTasks(TaskState.Skipped)),
            ("tags", row.Tags.Count == 0 ? null : string.Join(',', row.Tags)),
            ("note", row.Note),
            ("path", reader.Run.Path)
        );

        long CountTasks(TaskState state) => counts.GetValueOrDefault(state.ToText());
    }
}
