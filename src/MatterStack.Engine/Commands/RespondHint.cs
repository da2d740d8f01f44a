using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>The exact command with which a person answers.</summary>
internal static class RespondHint
{
    /// <param name="workspace">Names the project.</param>
    /// <param name="run">The run.</param>
    /// <param name="newest">Whether it is the one that a command takes by itself.</param>
    /// <param name="task">The task.</param>
    /// <param name="gate">Whether approving is all there is to say.</param>
    public static string Of(Workspace workspace, RunId run, bool newest, string task, bool gate) =>
        $"dotnet build {Word(workspace.ProjectFile)} -t:Respond {(newest ? "" : $"-p:RunId={run} ")}-p:TaskId={task} -p:Decision=approve{(gate ? "" : " -p:DataFile=answer.json")}  (or -p:Decision=reject -p:Comment=\"why\")";

    /// <summary>What a waiting task's reader can do; null if files are all there is.</summary>
    public static string? For(Workspace workspace, RunReader reader, TaskRow task, bool newest)
    {
        if (!OperatorKey.TryParseCanonical(task.OperatorKey, out var key) || key.Kind != "human" || !RunId.TryParse(reader.Row.RunId, out var run))
        {
            return null;
        }

        var gate = reader.DefinitionOf(task.TaskId) is { } definition && Campaigns.TaskJson.Read(TaskId.Trusted(task.TaskId), key, definition).Task.Kind == Campaigns.TaskKind.Gate;
        return Of(workspace, run, newest, task.TaskId, gate);
    }

    private static string Word(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal)) ? path : ShellText.Quote(path);
}
