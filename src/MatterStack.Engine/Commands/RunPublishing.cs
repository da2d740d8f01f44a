using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Publishing;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Publishes the outputs of a completed run, and describes what it has published.</summary>
internal static class RunPublishing
{
    private const int MaxNamed = 5;

    /// <summary>Publishes what a completed run has not published yet, and reports it.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="store">Store of the run; the caller holds its lock.</param>
    /// <returns>Whether nothing is in the way. The run is completed in any case.</returns>
    public static bool PublishRun(CommandContext context, RunStore store)
    {
        var (workspace, host) = (context.Workspace, context.Host);
        var publisher = new RunPublisher(workspace.CampaignFolders, workspace.OperatorsFile, host.Disk, host.Clock);
        if (!publisher.Publish(store, context.Arguments.Replace).TryGet(out var done, out var problems))
        {
            context.ReportProblems(problems);
            return false;
        }

        if (done.Description is { } text)
        {
            context.Log.Info($"{workspace.Slug}: run {store.Id} has published {text}");
        }

        if (done.Left.Count > 0)
        {
            context.Log.Info(
                $"{workspace.Slug}: not published, because their tasks did not complete: "
                    + string.Join(", ", done.Left.Take(MaxNamed).Select(static left => $"{left.Target} ({left.Task})"))
                    + (done.Left.Count > MaxNamed ? FormattableString.Invariant($" and {done.Left.Count - MaxNamed} more") : "")
            );
        }

        return true;
    }

    /// <summary>Describes what a run has published, and what it could not publish. Returns null if it has nothing to publish, or is not
    /// completed.</summary>
    public static string? Describe(RunReader reader)
    {
        if (reader.State != RunState.Completed || reader.ReadPublications() is not { Count: > 0 } rows)
        {
            return null;
        }

        var published = rows.Count(static row => row.At is not null);
        var open = rows.Where(static row => row.At is null && row.State == TaskState.Completed).ToList();
        return published == rows.Count
            ? $"{CountText.FormatCount(published, "file is", "files are")} published"
            : FormattableString.Invariant($"{published} of {CountText.FormatCount(rows.Count, "file")} published")
                + (
                    open.Count == 0 ? "; the tasks of the others did not complete"
                    : reader.FindLastDetails(EventKinds.RunNotPublished) is { } why ? $": {why}; -t:Loop tries again"
                    : "; -t:Loop publishes the rest"
                );
    }

    /// <summary>Describes what a task publishes, one line for each file.</summary>
    public static IEnumerable<string> DescribeTask(RunReader reader, TaskId task) =>
        reader
            .ReadPublications(task)
            .Select(row =>
                row.At is { } at ? $"'{row.Output}' was published to {row.Path} at {at.ToText()}"
                : reader.State == RunState.Completed ? $"'{row.Output}' is not published to {row.Path} yet"
                : $"'{row.Output}' is published to {row.Path} when the run has completed"
            );
}
