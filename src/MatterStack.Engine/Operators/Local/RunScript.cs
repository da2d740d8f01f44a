using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Transports;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Writes <c>run.sh</c>: the very script that runs, which a person can repeat by hand.</summary>
internal static partial class RunScript
{
    public const string FileName = "run.sh";

    /// <param name="order">The attempt.</param>
    /// <param name="work">Absolute folder to run in; null: <c>work/</c> beside the script.</param>
    /// <param name="container">How a task with an image runs.</param>
    public static string Write(AttemptOrder order, string? work, ContainerOptions? container)
    {
        var task = order.Task;
        var text = ScriptText.Head(new StringBuilder("#!/bin/sh\n"), order)
            .Append("# To repeat it by hand: sh run.sh\n");

        // Built-ins only: each external command would cost a process per attempt.
        text.Append("case $0 in */*) cd -- \"${0%/*}\" || exit 126 ;; esac\n")
            .Append("TMPDIR=$PWD\n")
            .Append("cd ").Append(work is null ? "./work" : ShellText.Quote(work)).Append(" || exit 126\n");

        // Repeated by hand, the variable is not set and the recorded exit code stays. The file is opened at the start: wherever the command goes, and wherever the run is moved
        // meanwhile, its exit code gets there. It counts when it ends in a newline.
        // 'command' keeps a shell from ending where the file cannot be made, on a full disk for instance: whoever waits for the process has its exit code all the same.
        text.Append(CultureInfo.InvariantCulture, $"[ \"${{MATTERSTACK_ATTEMPT_ID-}}\" = {order.Attempt} ] && command exec 9>\"$TMPDIR/exit_code\" && trap 'echo $? >&9' EXIT\n");

        ScriptText.Export(text, "TMPDIR", null);
        ScriptText.Variables(text, order, task.Cores);
        ScriptText.Program(text, order);

        foreach (var (name, value) in task.Env)
        {
            ScriptText.Export(text, name, value);
        }

        if (task.Image is { } image && container is not null)
        {
            return text.Append(ContainerCommand.Of(container, image, task, work)).Append('\n').ToString();
        }

        var command = ScriptText.Command(task);
        // In a subshell only where the command could put itself in the script's place and so lose its exit code: a subshell is one more process.
        text.Append(MayReplaceShell().IsMatch(command) ? $"(\n{command}\n)\n" : $"{command}\n");
        return text.ToString();
    }

    [GeneratedRegex(@"\b(exec|trap|source|eval)\b|(^|[\s;&|({])\.\s")]
    private static partial Regex MayReplaceShell();
}
