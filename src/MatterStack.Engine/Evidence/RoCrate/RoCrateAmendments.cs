using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Reports;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Evidence.RoCrate;

/// <summary>Writes the amendments of tasks, as actions of people.</summary>
internal sealed class RoCrateAmendments(RunReader reader, RoCrateJson crate, PathRedactor paths)
{
    /// <summary>Names of the people who amended tasks.</summary>
    public HashSet<string> Persons { get; } = new(StringComparer.Ordinal);

    public static IEnumerable<(string Id, AmendmentRow Row)> ListAmendments(RunReader reader) =>
        reader.ReadAmendments().Select(static (row, index) => ($"#amendment-{index + 1}", row));

    public void Write()
    {
        foreach (var (id, row) in ListAmendments(reader))
        {
            var changes = string.Join(", ", AmendmentTable.ListChanges(row).Select(static change => change.Describe()));
            crate.WriteEntity(id, "UpdateAction", () =>
            {
                crate.WriteText("name", $"Amendment of {row.TaskId}");
                crate.WriteText("description", paths.Redact(row.Reason is { } reason ? $"{changes} ({reason})" : changes));
                crate.WriteText("startTime", row.At.ToText());
                crate.WriteText("endTime", row.At.ToText());
                crate.WriteReference("instrument", RoCrateWriter.EngineEntityId);
                if (row.Actor.Contains('@', StringComparison.Ordinal))
                {
                    Persons.Add(row.Actor);
                    crate.WriteReference("agent", RoCrateActions.GetPersonId(row.Actor));
                }

                crate.WriteReferences("object", [RoCrateActions.GetStepId(row.TaskId)]);
                crate.WriteReferences("result", [RoCrateActions.GetStepId(row.TaskId)]);
                crate.WriteReference("actionStatus", RoCrateActions.GetActionStatus(RunState.Completed));
            });
        }
    }
}
