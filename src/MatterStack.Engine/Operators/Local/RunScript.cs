using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Processes.Native;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Writes <c>run.sh</c>, the script of a local attempt. A person can run it again by hand.</summary>
internal static partial class RunScript
{
    public const string FileName = "run.sh";

    private const string OriginPrefix = "# started from ";

    /// <param name="request">The attempt.</param>
    /// <param name="work">Absolute folder that the command runs in; null: <c>work/</c> beside the script.</param>
    /// <param name="container">How a container image is run.</param>
    public static string CreateScript(AttemptRequest request, string? work, ContainerOptions? container)
    {
        var task = request.Task;
        var text = AttemptScript
            .AppendHeader(new StringBuilder("#!/bin/sh\n"), request)
            .Append("# To repeat it by hand: sh run.sh\n")
            .Append(OriginPrefix)
            .Append(ProcessOrigin.Current)
            .Append('\n');

        AttemptScript.AppendUmask(text, request);
        // Shell built-ins only: each external command costs a process per attempt.
        text.Append(CultureInfo.InvariantCulture, $"case $0 in */*) cd -- \"${{0%/*}}\" || exit {ExitCodes.NotExecutable} ;; esac\n")
            .Append("TMPDIR=$PWD\n")
            .Append("cd ")
            .Append(work is null ? "./" + AttemptLayout.WorkFolder : ShellText.Quote(work))
            .Append(CultureInfo.InvariantCulture, $" || exit {ExitCodes.NotExecutable}\n");

        // When a person runs the script, the variable is not set and the recorded exit code stays.
        // The file is opened at the start, so the exit code reaches it wherever the command changes to and wherever the run is moved
        // meanwhile.
        // It is complete when it ends in a newline.
        // 'command' keeps the shell running if the file cannot be created, for example on a full disk. The exit code of the process is then
        // still known.
        text.Append(
            CultureInfo.InvariantCulture,
            $"[ \"${{MATTERSTACK_ATTEMPT_ID-}}\" = {request.Attempt} ] && command exec 9>\"$TMPDIR/{AttemptLayout.ExitCodeFile}\" && trap "
                + $"'echo $? >&9' EXIT\n"
        );

        // Without the group the command runs all the same. The variable is unset, so that its child processes do not join the group
        // themselves.
        if (NeedsControlGroup(task))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"[ -n \"${{{ControlGroups.PathVariable}-}}\" ] && {{ echo $$ > \"${ControlGroups.PathVariable}/cgroup.procs\"; "
                    + $"}} 2>/dev/null\nunset {ControlGroups.PathVariable}\n"
            );
        }

        AttemptScript.AppendExport(text, "TMPDIR", null);
        AttemptScript.AppendVariables(text, request, task.Cores);
        AttemptScript.AppendProgramVariable(text, request);

        foreach (var (name, value) in task.Env)
        {
            AttemptScript.AppendExport(text, name, value);
        }

        if (task.Image is { } image && container is not null)
        {
            return text.Append(ContainerCommand.BuildCommand(container, image, task, work)).Append('\n').ToString();
        }

        var command = AttemptScript.GetCommand(task);
        // A subshell is one more process. It is needed only if the command could replace the script's shell, which would lose the exit
        // code.
        text.Append(ShellReplacementRegex().IsMatch(command) ? $"(\n{command}\n)\n" : $"{command}\n");
        return text.ToString();
    }

    /// <summary>Whether a control group is worth its cost: the engine may have to end the task's processes and start it again.</summary>
    public static bool NeedsControlGroup(CampaignTask task) => task.TimeLimitMinutes is not null || task.MaxAttempts > 1;

    /// <summary>Returns the attempt of a script; null if the script does not name one.</summary>
    public static AttemptId? ParseAttempt(string script) =>
        AttemptLineRegex().Match(script) is { Success: true } line && AttemptId.TryParse(line.Groups[1].Value, out var id) ? id : null;

    /// <summary>Returns the place that an attempt was started from, as its script says; null in scripts of earlier versions.</summary>
    public static ProcessOrigin? ParseOrigin(string script) =>
        script.Split('\n').FirstOrDefault(static line => line.StartsWith(OriginPrefix, StringComparison.Ordinal)) is { } line
            ? ProcessOrigin.TryParse(line[OriginPrefix.Length..])
            : null;

    // Matches the header that AttemptScript writes.
    [GeneratedRegex(@"^# attempt  (\S+) ", RegexOptions.Multiline)]
    private static partial Regex AttemptLineRegex();

    [GeneratedRegex(@"\b(exec|trap|source|eval)\b|(^|[\s;&|({])\.\s")]
    private static partial Regex ShellReplacementRegex();
}
