using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Transports;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Writes <c>run.sh</c>: the very script that runs, which a person can repeat by hand.</summary>
internal static partial class RunScript
{
    public const string FileName = "run.sh";

    /// <summary>Tells the script which control group it is to go to.</summary>
    public const string GroupVariable = "MATTERSTACK_CONTROL_GROUP";

    private const string PlaceMark = "# started from ";

    /// <param name="order">The attempt.</param>
    /// <param name="work">Absolute folder to run in; null: <c>work/</c> beside the script.</param>
    /// <param name="container">How a task with an image runs.</param>
    public static string Write(AttemptOrder order, string? work, ContainerOptions? container)
    {
        var task = order.Task;
        var text = ScriptText.Head(new StringBuilder("#!/bin/sh\n"), order)
            .Append("# To repeat it by hand: sh run.sh\n")
            .Append(PlaceMark).Append(ProcessPlace.Here).Append('\n');

        ScriptText.Share(text, order);
        // Built-ins only: each external command would cost a process per attempt.
        text.Append("case $0 in */*) cd -- \"${0%/*}\" || exit 126 ;; esac\n")
            .Append("TMPDIR=$PWD\n")
            .Append("cd ").Append(work is null ? "./work" : ShellText.Quote(work)).Append(" || exit 126\n");

        // Repeated by hand, the variable is not set and the recorded exit code stays. The file is opened at the start: wherever the command goes, and wherever the run is moved
        // meanwhile, its exit code gets there. It counts when it ends in a newline.
        // 'command' keeps a shell from ending where the file cannot be made, on a full disk for instance: whoever waits for the process has its exit code all the same.
        text.Append(CultureInfo.InvariantCulture, $"[ \"${{MATTERSTACK_ATTEMPT_ID-}}\" = {order.Attempt} ] && command exec 9>\"$TMPDIR/exit_code\" && trap 'echo $? >&9' EXIT\n");

        // Where the group is not to be had, the command runs without. Its own processes are not to take it for theirs.
        if (IsEnclosed(task))
        {
            text.Append(CultureInfo.InvariantCulture, $"[ -n \"${{{GroupVariable}-}}\" ] && {{ echo $$ > \"${GroupVariable}/cgroup.procs\"; }} 2>/dev/null\nunset {GroupVariable}\n");
        }

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

    /// <summary>Whether a control group is worth its time: where the engine may have to end what the task started, and start it again.</summary>
    public static bool IsEnclosed(CampaignTask task) => task.TimeLimitMinutes is not null || task.MaxAttempts > 1;

    /// <summary>Whose script it is; null if it does not say.</summary>
    public static AttemptId? AttemptIn(string script) => AttemptLine().Match(script) is { Success: true } line && AttemptId.TryParse(line.Groups[1].Value, out var id) ? id : null;

    /// <summary>From where an attempt was started, as its script says; null if it does not, as those of earlier versions.</summary>
    public static ProcessPlace? PlaceIn(string script) =>
        script.Split('\n').FirstOrDefault(static line => line.StartsWith(PlaceMark, StringComparison.Ordinal)) is { } line ? ProcessPlace.TryParse(line[PlaceMark.Length..]) : null;

    // As ScriptText heads every script.
    [GeneratedRegex(@"^# attempt  (\S+) ", RegexOptions.Multiline)]
    private static partial Regex AttemptLine();

    [GeneratedRegex(@"\b(exec|trap|source|eval)\b|(^|[\s;&|({])\.\s")]
    private static partial Regex MayReplaceShell();
}
