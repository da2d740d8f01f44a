using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>The exact command line with which a person answers.</summary>
internal static class RespondCommandLine
{
    /// <summary>Returns the command line that answers a waiting task. Returns null if no person answers it, for example if an instrument
    /// answers by files.</summary>
    public static string? Build(CommandContext context, RunReader reader, TaskRow task)
    {
        if (!context.TakesResponses(task.OperatorKey))
        {
            return null;
        }

        var newest = context.Runs.ListRuns() is [.., var last] && last.Id == reader.Run.Id;
        return $"dotnet build {QuotePath(context.Workspace.ProjectFile)} -t:Respond "
            + $"{(newest ? "" : $"-p:RunId={reader.RunRow.RunId} ")}-p:TaskId={task.TaskId} -p:Decision=approve"
            // The rest is a shell comment, so that the user can paste the whole line.
            + "  # or -p:Decision=reject; -p:Comment=\"words%2C more words\", -p:CommentFile=words.txt, -p:DataFile=answer.json";
    }

    private static string QuotePath(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal)) ? path : ShellText.Quote(path);
}
