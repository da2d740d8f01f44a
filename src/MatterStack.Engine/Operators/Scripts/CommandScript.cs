using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>
/// Shell text that runs the command of a task that carries files from one attempt to the next, or has a stop signal or a monitor. The
/// scripts of other tasks have none of it.
/// </summary>
/// <remarks>The parts stand in the script in the order of the methods.</remarks>
internal static class CommandScript
{
    /// <summary>Whether a task needs the text.</summary>
    public static bool IsNeeded(CampaignTask task) => task.Carry.Count > 0 || task.StopSignal is not null || task.Monitor is not null;

    /// <summary>Appends the variables of the text, and starts the watcher of the stop signal. No signal may have a trap before.</summary>
    /// <param name="text">The script.</param>
    /// <param name="task">The task.</param>
    /// <param name="folderVariable">Shell variable with the attempt's folder.</param>
    /// <param name="work">Absolute folder that the command runs in; null: <c>work/</c> in the attempt's folder.</param>
    /// <param name="ours">Shell command that succeeds if the engine or a scheduler runs the script, and not a person.</param>
    /// <param name="limit">Time limit after which the script counts itself; null if a scheduler sends
    /// <see cref="StopScript.NoticeSignal"/>, or none is known.</param>
    public static void AppendBegin(StringBuilder text, CampaignTask task, string folderVariable, string? work, string ours, TimeSpan? limit)
    {
        if (!IsNeeded(task))
        {
            return;
        }

        var workText = work is null ? $"$matterstack_attempt/{AttemptLayout.WorkFolder}" : ShellText.Quote(work);
        text.Append(
            CultureInfo.InvariantCulture,
            $"matterstack_attempt=${folderVariable}\nmatterstack_work={workText}\nmatterstack_ours=\n! {ours} || matterstack_ours=1\n"
        );
        if (task.StopSignal is { } signal)
        {
            StopScript.AppendWatcher(text, signal, StopScript.GetDelay(signal, limit));
        }

        if (task.Monitor is not null)
        {
            MonitorScript.AppendFunctions(text);
        }
    }

    /// <summary>Text to add to the <c>EXIT</c> trap of the script, after the exit code is written.</summary>
    public static string GetExitText(CampaignTask task) =>
        (task.StopSignal is null ? "" : "; " + StopScript.EndFunction) + (task.Monitor is null ? "" : "; " + MonitorScript.EndFunction);

    /// <summary>Appends the traps of the stop signal, after all other traps.</summary>
    public static void AppendTraps(StringBuilder text, CampaignTask task)
    {
        if (task.StopSignal is { } signal)
        {
            StopScript.AppendTraps(text, signal);
        }
    }

    /// <summary>Appends the command as the last text of the script.</summary>
    /// <param name="text">The script.</param>
    /// <param name="request">The attempt. Its carried files are in <c>work/</c>, or are copied by the script.</param>
    /// <param name="copies">Whether the script copies the carried files.</param>
    /// <param name="commands">The commands of the task as shell text, in their containers.</param>
    public static void AppendCommand(StringBuilder text, AttemptRequest request, bool copies, CommandTexts commands)
    {
        var command = commands.Command;
        if (request.Carried.Count > 0)
        {
            CarryScript.AppendFiles(text, request.Carried);
            if (copies)
            {
                CarryScript.AppendCopies(text);
            }

            if (commands.Check is { } check)
            {
                CarryScript.AppendCheck(text, check);
            }

            command = commands.Restart is { } restart ? CarryScript.BuildChoice(restart, command) : command;
        }

        if (commands.Monitor is { } monitor)
        {
            MonitorScript.AppendStart(text, request.Task, monitor);
        }

        if (request.Task.StopSignal is { } signal)
        {
            StopScript.AppendCommand(text, signal, command, commands.Monitor is null ? "" : MonitorScript.EndFunction + "\n");
        }
        else if (commands.Monitor is not null)
        {
            MonitorScript.AppendCommand(text, command);
        }
        else
        {
            text.Append("(\n").Append(command).Append("\n)\n");
        }
    }
}
