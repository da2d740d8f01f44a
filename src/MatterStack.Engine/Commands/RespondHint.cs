using MatterStack.Engine.Runs;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Commands;

/// <summary>The exact command with which a person answers.</summary>
internal static class RespondHint
{
    /// <summary>What the reader of a waiting task's line can do; null where an instrument answers by its files.</summary>
    public static string? For(CommandContext context, RunReader reader, TaskRow task)
    {
        if (!task.OperatorKey.StartsWith("human.", StringComparison.Ordinal))
        {
            return null;
        }

        var newest = context.Runs.All() is [.., var last] && last.Id == reader.Run.Id;
        return $"dotnet build {Word(context.Workspace.ProjectFile)} -t:Respond {(newest ? "" : $"-p:RunId={reader.Row.RunId} ")}-p:TaskId={task.TaskId} -p:Decision=approve"
            // A comment for the shell, so that the whole line can be pasted into it.
            + "  # or -p:Decision=reject; -p:Comment=\"words%2C more words\", -p:CommentFile=words.txt, -p:DataFile=answer.json";
    }

    private static string Word(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal)) ? path : ShellText.Quote(path);
}
