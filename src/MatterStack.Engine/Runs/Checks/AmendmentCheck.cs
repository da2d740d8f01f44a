using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that the amendments of tasks follow from each other, end in the recorded definitions, and have their events.</summary>
internal static class AmendmentCheck
{
    /// <summary>Checks the amendments of a run. Returns a problem per contradiction.</summary>
    /// <param name="amendments">The amendments, oldest first.</param>
    /// <param name="findTask">Finds a task as it is recorded now; null if the run does not have it.</param>
    /// <param name="readEvents">Reads the events of the run.</param>
    /// <param name="at">The file of these records, as the position of problems.</param>
    public static IReadOnlyList<Problem> CheckAmendments(
        IReadOnlyList<AmendmentRow> amendments,
        Func<TaskId, PlannedTask?> findTask,
        Func<IEnumerable<EventRow>> readEvents,
        string at
    )
    {
        if (amendments.Count == 0)
        {
            return [];
        }

        var problems = new List<Problem>();
        var events = readEvents().Where(static e => e.Kind == EventKinds.TaskAmended).ToLookup(static e => e.TaskId);
        foreach (var group in amendments.GroupBy(static row => row.TaskId))
        {
            if (findTask(group.Key) is not { } planned)
            {
                Report($"An amendment names the task '{group.Key}', which the run does not have");
                continue;
            }

            if (events[group.Key].Count() != group.Count())
            {
                Report(
                    $"Task {group.Key} has {CountText.FormatCount(group.Count(), "amendment")} and "
                        + $"{CountText.FormatCount(events[group.Key].Count(), "event")} of amendments"
                );
            }

            var values = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach (var change in group.SelectMany(AmendmentTable.ListChanges))
            {
                if (values.TryGetValue(change.Name, out var before) && before != change.Previous)
                {
                    Report(
                        $"An amendment of task {group.Key} changes {change.Name} from {Show(change.Previous)}, and it was {Show(before)}"
                    );
                }

                values[change.Name] = change.Current;
            }

            foreach (var (name, value) in values)
            {
                if (TaskFields.Find(name) is { } field && field.FindStoredValue(planned) is var recorded && recorded != value)
                {
                    Report($"Task {group.Key} was amended to {name} {Show(value)}, and its definition has {Show(recorded)}");
                }
            }
        }

        return problems;

        void Report(string what) => problems.Add(Problem.Create(RunCodes.RecordsContradict, what, new SourcePosition(at)));
    }

    private static string Show(string? json) => json is null ? "the default" : UntrustedText.ToLine(json);
}
