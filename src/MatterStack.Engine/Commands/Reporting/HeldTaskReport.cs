using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Reports a held task to the person who decides: the end of its log, and the commands to type.</summary>
internal static class HeldTaskReport
{
    private const int TailLines = 5;

    /// <summary>Writes the end of the log and the commands. Each line names the campaign, because several can be built at once.</summary>
    public static void Write(CommandContext context, RunReader reader, TaskRow task)
    {
        if (task.CurrentAttemptId is { } current && reader.FindAttempt(current) is { } attempt)
        {
            WriteLog(context, reader, attempt);
        }

        WriteAnswers(context, reader, task);
    }

    /// <summary>Writes the commands.</summary>
    public static void WriteAnswers(CommandContext context, RunReader reader, TaskRow task)
    {
        foreach (var command in RespondCommandLine.BuildForHeld(context, reader, task))
        {
            context.Log.Info($"    {context.Workspace.Slug}: answer: {command}");
        }
    }

    private static void WriteLog(CommandContext context, RunReader reader, AttemptRow attempt)
    {
        if (AttemptLog.FindLog(reader.Run, attempt.RelativePath) is not { } log)
        {
            return;
        }

        var wiring = context.Wirings.LoadPersisted(reader.Run.Path);
        var logs = context.OpenLogs(reader.Run, wiring.TryGet(out var known) ? known : null);
        var tail = logs.ReadLastLines($"{attempt.RelativePath}/{Path.GetFileName(log)}", TailLines);
        foreach (var line in tail.Lines)
        {
            context.Log.Info($"    {context.Workspace.Slug}: | {line}");
        }

        context.Log.Info($"    {context.Workspace.Slug}: log: {log}");
    }
}
