using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>The exact command line with which a person answers.</summary>
internal static class RespondCommandLine
{
    /// <summary>Returns the command line that answers a waiting task; one line for each answer to a held task. Returns null if no person
    /// answers it, for example if an instrument answers by files.</summary>
    public static string? Build(CommandContext context, RunReader reader, TaskRow task)
    {
        if (task.IsHeld)
        {
            return string.Join(Environment.NewLine, BuildForHeld(context, reader, task));
        }

        // The rest is a shell comment, so that the user can paste the whole line.
        return context.TakesResponses(task.OperatorKey)
            ? Build(context, reader, task, "approve")
                + "  # or -p:Decision=reject; -p:Comment=\"words%2C more words\", -p:CommentFile=words.txt, -p:DataFile=answer.json"
            : null;
    }

    /// <summary>Returns the command lines that answer a held task: another attempt, one with more of what it lacked, and the end of the
    /// task.</summary>
    public static IReadOnlyList<string> BuildForHeld(CommandContext context, RunReader reader, TaskRow task)
    {
        var retry = Build(context, reader, task, HoldDecision.Retry.ToText());
        var amended = SuggestAmendment(reader, task);
        return
        [
            retry
                + (
                    amended is null
                        ? $"  # also with -p:{string.Join("=…, -p:", TaskAmendments.ResourceNames)}=…, -p:Comment=\"words\""
                        : ""
                ),
            .. amended is null ? Array.Empty<string>() : [$"{retry} {amended}"],
            Build(context, reader, task, HoldDecision.GiveUp.ToText()),
        ];
    }

    private static string Build(CommandContext context, RunReader reader, TaskRow task, string decision)
    {
        var newest = context.Runs.ListRuns() is [.., var last] && last.Id == reader.Run.Id;
        return $"dotnet build {QuotePath(context.Workspace.ProjectFile)} -t:Respond "
            + $"{(newest ? "" : $"-p:RunId={reader.RunRow.RunId} ")}-p:TaskId={task.TaskId} -p:Decision={decision}";
    }

    // Twice of what the last attempt had too little of, if the task states it.
    private static string? SuggestAmendment(RunReader reader, TaskRow task)
    {
        var cause = task.CurrentAttemptId is { } current ? reader.FindAttempt(current)?.EndCause : null;
        if (cause is not (EndCause.OutOfMemory or EndCause.TimeLimit) || reader.FindDefinition(task.TaskId) is not { } definition)
        {
            return null;
        }

        var declared = TaskJson.Read(task.TaskId, task.OperatorKey, definition).Task;
        return cause == EndCause.OutOfMemory
            ? Format(nameof(CampaignTask.MemoryGb), declared.MemoryGb)
            : Format(nameof(CampaignTask.TimeLimitMinutes), declared.TimeLimitMinutes);

        static string? Format(string name, double? value) =>
            value is { } number ? string.Create(CultureInfo.InvariantCulture, $"-p:{name}={number * 2}") : null;
    }

    private static string QuotePath(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal)) ? path : ShellText.Quote(path);
}
