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

namespace MatterStack.Engine.Operators.Local;

/// <summary>Writes <c>run.sh</c>, the script of a local attempt. A person can run it again by hand.</summary>
internal static partial class RunScript
{
    public const string FileName = "run.sh";

    private const string OriginPrefix = "# started from ";

    /// <param name="request">The attempt.</param>
    /// <param name="work">Absolute folder that the command runs in; null: <c>work/</c> beside the script.</param>
    /// <param name="options">The site.</param>
    public static string CreateScript(AttemptRequest request, string? work, LocalOptions options)
    {
        var task = request.Task;
        var commands = BuildCommands(request, work, options);
        var command = commands.All;
        var limit = request.TimeLimit;
        // The budget of this machine counts what the task states, cut to the site's ceiling, so that is what its command is told, also
        // after it ran out of memory.
        var shape = request.ApplyMemory(task.Shape);
        var folder = ScratchFolder.GetFolderVariable(options.Tmpdir);
        var ours = $"[ \"${{MATTERSTACK_ATTEMPT_ID-}}\" = {request.Attempt} ]";
        var text = AttemptScript
            .AppendHeader(new StringBuilder("#!/bin/sh\n"), request)
            .Append("# To repeat it by hand: sh run.sh\n")
            .Append(OriginPrefix)
            .Append(ProcessOrigin.Current)
            .Append('\n');

        AttemptScript.AppendUmask(text, request);
        // Shell built-ins only: each external command costs a process per attempt.
        text.Append(CultureInfo.InvariantCulture, $"case $0 in */*) cd -- \"${{0%/*}}\" || exit {ExitCodes.NotExecutable} ;; esac\n")
            .Append(folder)
            .Append("=$PWD\n")
            .Append("cd ")
            .Append(work is null ? "./" + AttemptLayout.WorkFolder : ShellText.Quote(work))
            .Append(CultureInfo.InvariantCulture, $" || exit {ExitCodes.NotExecutable}\n");
        CommandScript.AppendBegin(text, task, folder, work, ours, limit);

        if (options.Tmpdir is not null)
        {
            ScratchFolder.AppendTraps(text);
        }

        // When a person runs the script, the variable is not set and the recorded exit code stays.
        // The file is opened at the start, so the exit code reaches it wherever the command changes to and wherever the run is moved
        // meanwhile.
        // It is complete when its first line ends in a newline.
        // 'command' keeps the shell running if the file cannot be created, for example on a full disk. The exit code of the process is then
        // still known.
        text.Append(
            CultureInfo.InvariantCulture,
            $"{ours} && command exec 9>\"${folder}/{AttemptLayout.ExitCodeFile}\" && trap "
                + $"'echo $? >&9; {ExitCodeFile.TimesCommand}{(options.Tmpdir is null ? "" : "; " + ScratchFolder.CleanFunction)}"
                + $"{CommandScript.GetExitText(task)}' EXIT\n"
        );
        CommandScript.AppendTraps(text, task);

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

        if (options.Tmpdir is { } tmpdir)
        {
            ScratchFolder.AppendCommands(text, request.Attempt, tmpdir, ours);
        }

        AttemptScript.AppendExport(text, "TMPDIR", null);
        AttemptScript.AppendVariables(text, request, shape, limit);
        AttemptScript.AppendProgramVariable(text, request, folder);
        ModuleCommands.AppendLoads(text, [.. command.Modules]);
        CodeScript.AppendVariables(text, command.Env);

        AppendDevices(text, request);
        foreach (var (name, value) in task.Env)
        {
            AttemptScript.AppendExport(text, name, value);
        }

        CodeScript.AppendLines(text, command.Setup);
        AttemptScript.AppendThreads(text, shape);
        CodeScript.AppendVersions(text, command, options.Container, request.Key, folder);
        if (CommandScript.IsNeeded(task))
        {
            CommandScript.AppendCommand(
                text,
                request,
                copies: false,
                new CommandTexts(
                    BuildText(commands.Command, MonitorScript.GetPassedSignal(task)),
                    commands.Restart is { } restart ? BuildText(restart, MonitorScript.GetPassedSignal(task)) : null,
                    commands.Check is { } check ? BuildText(check, signal: null) : null,
                    commands.Monitor?.Text
                )
            );
            return text.ToString();
        }

        if (command.Image is not null && options.Container is not null)
        {
            return text.Append(BuildText(command, signal: null)).Append('\n').ToString();
        }

        // A subshell is one more process. It is needed only if the command could replace the script's shell, which would lose the exit
        // code.
        text.Append(ShellReplacementRegex().IsMatch(command.Text) ? $"(\n{command.Text}\n)\n" : $"{command.Text}\n");
        return text.ToString();

        string BuildText(SiteCommand one, StopSignal? signal) =>
            one.Image is { } image && options.Container is { } container
                ? ContainerCommand.BuildCommand(
                    container,
                    image,
                    one with
                    {
                        Codes = command.Codes,
                    },
                    task,
                    work,
                    options.Tmpdir,
                    GetDevices(request),
                    signal,
                    request.PreviousCause is not null
                )
                : one.Text;
    }

    // A command that was given no device must see none. A run of an earlier version has tasks with GPUs that were given none; they see all.
    private static IReadOnlyList<string>? GetDevices(AttemptRequest request) => request.Given?.Gpus ?? (request.Task.Gpus == 0 ? [] : null);

    private static void AppendDevices(StringBuilder text, AttemptRequest request)
    {
        if (GetDevices(request) is { } devices)
        {
            foreach (var variable in DeviceVariables.Names)
            {
                AttemptScript.AppendExport(text, variable, string.Join(',', devices));
            }
        }
    }

    /// <summary>The commands of an attempt with the codes of the operator.</summary>
    /// <exception cref="Problems.ProblemException">A code or launcher is missing, or cannot be used.</exception>
    private static SiteCommands BuildCommands(AttemptRequest request, string? work, LocalOptions options) =>
        SiteCommands.Build(request.Task, request.Task.Shape, new CommandSite(options.Codes, options.Container, work, options.Tmpdir));

    /// <summary>Whether a control group is worth its cost: the engine may have to end the task's processes and start it again.</summary>
    public static bool NeedsControlGroup(CampaignTask task) =>
        task.TimeLimitMinutes is not null || task.MaxAttempts > 1 || task.Carry.Count > 0;

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
