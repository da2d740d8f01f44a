using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Writes <c>run.sh</c>: the very script that runs, which a person can repeat by hand.</summary>
internal static partial class RunScript
{
    public const string FileName = "run.sh";

    /// <param name="order">The attempt.</param>
    /// <param name="work">Absolute folder to run in; null: <c>work/</c> beside the script.</param>
    public static string Write(AttemptOrder order, string? work)
    {
        var task = order.Task;
        var text = new StringBuilder()
            .Append("#!/bin/sh\n")
            .Append(ShellText.Comment($"run      {order.Run}")).Append('\n')
            .Append(ShellText.Comment($"task     {task.Id}")).Append('\n')
            .Append(ShellText.Comment($"attempt  {order.Attempt} (number {order.Index})")).Append('\n')
            .Append(ShellText.Comment($"operator {task.OperatorKey}")).Append('\n')
            .Append(ShellText.Comment($"wiring   {order.Wiring}")).Append('\n')
            .Append("# To repeat it by hand: sh run.sh\n");

        // Built-ins only: each external command would cost a process per attempt.
        text.Append("case $0 in */*) cd -- \"${0%/*}\" || exit 126 ;; esac\n")
            .Append("TMPDIR=$PWD\n")
            .Append("cd ").Append(work is null ? "./work" : ShellText.Quote(work)).Append(" || exit 126\n");

        // Repeated by hand, the variable is not set and the recorded exit code stays. The file is opened at the start: wherever the command goes, and wherever the run is moved
        // meanwhile, its exit code gets there. It counts when it ends in a newline.
        // 'command' keeps a shell from ending where the file cannot be made, on a full disk for instance: whoever waits for the process has its exit code all the same.
        text.Append(CultureInfo.InvariantCulture, $"[ \"${{MATTERSTACK_ATTEMPT_ID-}}\" = {order.Attempt} ] && command exec 9>\"$TMPDIR/exit_code\" && trap 'echo $? >&9' EXIT\n");

        Export(text, "TMPDIR", null);
        Export(text, "MATTERSTACK_RUN_ID", order.Run.Value);
        Export(text, "MATTERSTACK_TASK_ID", task.Id.Value);
        Export(text, "MATTERSTACK_ATTEMPT_ID", order.Attempt.Value);
        Export(text, "MATTERSTACK_ATTEMPT_INDEX", order.Index.ToString(CultureInfo.InvariantCulture));
        Export(text, "MATTERSTACK_CORES", task.Cores.ToString(CultureInfo.InvariantCulture));
        if (order.ProgramPath is not null && task.Command.Contains(CampaignProgram.Placeholder, StringComparison.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"export MATTERSTACK_PROGRAM=\"$TMPDIR/\"{ShellText.Quote("../../" + order.ProgramPath)}\n");
        }

        foreach (var (name, value) in task.Env)
        {
            Export(text, name, value);
        }

        var command = task.Command.Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace(CampaignProgram.Placeholder, "dotnet \"$MATTERSTACK_PROGRAM\"", StringComparison.Ordinal);
        // In a subshell only where the command could put itself in the script's place and so lose its exit code: a subshell is one more process.
        text.Append(MayReplaceShell().IsMatch(command) ? $"(\n{command}\n)\n" : $"{command}\n");
        return text.ToString();
    }

    private static void Export(StringBuilder text, string name, string? value) =>
        text.Append("export ").Append(name).Append(value is null ? "" : "=" + ShellText.Quote(value)).Append('\n');

    [GeneratedRegex(@"\b(exec|trap|source|eval)\b|(^|[\s;&|({])\.\s")]
    private static partial Regex MayReplaceShell();
}
