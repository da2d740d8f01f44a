using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>The decisions about a task, from the recorded events: why it got another attempt, what was amended, why it was held, and how a
/// person answered.</summary>
internal static class TaskStory
{
    private const int MaxShown = 30;

    // States of attempts, placements and warnings have lines of their own.
    private static readonly HashSet<string> OtherKinds =
    [
        EventKinds.AttemptCreated.Name,
        EventKinds.AttemptSubmitted.Name,
        EventKinds.AttemptRunning.Name,
        EventKinds.AttemptWaitingExternal.Name,
        EventKinds.AttemptPostponed.Name,
        EventKinds.AttemptPlaced.Name,
        EventKinds.AttemptWarned.Name,
        EventKinds.AttemptCompleted.Name,
    ];

    /// <summary>Describes the decisions in their order, one line each; the last ones if there are many. A task that completed with its
    /// first attempt has none.</summary>
    public static IReadOnlyList<string> DescribeDecisions(RunReader reader, TaskRow task)
    {
        var decisions = reader.ReadEventsOf(task.TaskId).Where(static e => !OtherKinds.Contains(e.Kind.Name)).ToList();
        var shown = decisions.TakeLast(MaxShown).Select(Describe);
        return decisions.Count > MaxShown
            ? [$"{CountText.FormatCount(decisions.Count - MaxShown, "earlier decision")}: -t:Attempts", .. shown]
            : [.. shown];
    }

    private static string Describe(EventRow decision) =>
        $"{decision.At.ToText()} {decision.Kind.Name}{(decision.Actor is { } actor ? $" by {actor}" : "")}"
        + (decision.Details is { } details ? $": {details}" : "");
}
