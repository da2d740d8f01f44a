using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Writes <c>submit.sh</c>: the script that runs on the cluster, and that a person can repeat by hand. It stays with the attempt and
/// records the name under which the attempt was submitted.
/// </summary>
internal static partial class JobScript
{
    private const int MaxScriptBytes = 16 << 20;

    public const string FileName = RemoteStaging.ScriptFile;

    /// <summary>Shell function that a job calls at its end, if its scheduler defines it.</summary>
    public const string EndFunctionName = "matterstack_end";

    /// <param name="request">The attempt.</param>
    /// <param name="site">The cluster.</param>
    /// <param name="shape">Requested resources.</param>
    /// <param name="name">Job name.</param>
    /// <param name="index">Array index; null if the job is not an array member.</param>
    /// <param name="carry">How the attempt gets the files of earlier attempts; null: it carries none.</param>
    public static string BuildScript(
        AttemptRequest request,
        HpcSite site,
        JobResources shape,
        string name,
        int? index,
        CarryPlan? carry = null
    )
    {
        request = request with { Carried = carry?.Files ?? [] };
        var task = request.Task;
        var commands = site.BuildCommands(task, shape.Shape);
        var command = commands.All;
        var limit = shape.TimeLimit ?? site.Scheduler.DefaultTimeLimit;
        var ours = $"[ \"${{{site.Scheduler.NameVariable}-}}\" = {name} ]";
        var folder = ScratchFolder.GetFolderVariable(site.Tmpdir);
        var text = new StringBuilder("#!/bin/sh\n");
        foreach (var directive in site.Scheduler.FormatDirectives(name, shape, index is null))
        {
            text.Append(directive).Append('\n');
        }

        AttemptScript
            .AppendHeader(text, request)
            .Append(CultureInfo.InvariantCulture, $"# job      {name}{(index is null ? "" : $" index {index}")}\n")
            .Append(shape.Partition is { } partition ? ShellText.ToComment("partition " + partition) + "\n" : "")
            .Append("# To repeat it by hand: sh submit.sh\n");

        AttemptScript.AppendUmask(text, request);
        if (index is null && site.Scheduler.SingleJobStart is { Length: > 0 } start)
        {
            text.Append(ours).Append(" && ").Append(start);
        }

        text.Append(site.Scheduler.BuildEndCommands(name));
        // A job starts in the attempt's folder; a script that is run by hand may start anywhere, and must keep the recorded exit code.
        text.Append(ours)
            .Append(CultureInfo.InvariantCulture, $" || case $0 in */*) cd -- \"${{0%/*}}\" || exit {ExitCodes.NotExecutable} ;; esac\n")
            .Append(folder)
            .Append("=$PWD\n");
        CommandScript.AppendBegin(text, task, folder, work: null, ours, site.Scheduler.SendsStopNotice ? null : limit);
        if (site.Tmpdir is not null)
        {
            ScratchFolder.AppendTraps(text);
        }

        text.Append(ours)
            .Append(CultureInfo.InvariantCulture, $" && command exec 9>{AttemptLayout.ExitCodeFile} && trap '")
            .Append(
                BuildTrap(
                    site.Scheduler.ReservedExitCodes,
                    site.Scheduler.BuildEndCommands(name).Length > 0,
                    site.Tmpdir is not null,
                    CommandScript.GetExitText(task)
                )
            )
            .Append("' EXIT\n");
        CommandScript.AppendTraps(text, task);
        text.Append(task.StopSignal is { } signal ? site.Scheduler.BuildSendFunction(signal.Name) : "");
        text.Append(task.Monitor is null ? "" : site.Scheduler.ReachFunction);
        text.Append(CultureInfo.InvariantCulture, $"cd ./{AttemptLayout.WorkFolder} || exit {ExitCodes.NotExecutable}\n");

        if (site.Tmpdir is { } tmpdir)
        {
            ScratchFolder.AppendCommands(text, request.Attempt, tmpdir, ours);
        }

        AttemptScript.AppendExport(text, "TMPDIR", null);
        AttemptScript.AppendVariables(text, request, shape.Shape, limit);
        AttemptScript.AppendProgramVariable(text, request, folder);

        ModuleCommands.AppendLoads(text, [.. site.Modules.Union(command.Modules, StringComparer.Ordinal)]);
        // Values with secret references come with the submission and are in no file.
        CodeScript.AppendVariables(text, CodeScript.JoinVariables(site.Env, command));
        foreach (var (variable, value) in task.Env)
        {
            AttemptScript.AppendExport(text, variable, value);
        }

        CodeScript.AppendLines(text, [.. site.Setup, .. command.Setup]);
        AttemptScript.AppendThreads(text, shape.Shape);
        CodeScript.AppendVersions(text, command, site.Container, request.Key, folder);
        if (CommandScript.IsNeeded(task))
        {
            CommandScript.AppendCommand(
                text,
                request,
                copies: carry is { IsCopiedInJob: true },
                new CommandTexts(
                    BuildText(commands.Command, MonitorScript.GetPassedSignal(task)) ?? commands.Command.Text,
                    commands.Restart is { } restart ? BuildText(restart, MonitorScript.GetPassedSignal(task)) ?? restart.Text : null,
                    commands.Check is { } check ? BuildText(check, signal: null) ?? check.Text : null,
                    commands.Monitor?.Text
                )
            );
            return text.ToString();
        }

        return text.Append(BuildText(command, signal: null) ?? $"(\n{command.Text}\n)").Append('\n').ToString();

        // Null if the command runs in no container.
        string? BuildText(SiteCommand one, StopSignal? signal) =>
            one.Image is { } image && site.Container is { } container
                ? ContainerCommand.BuildCommand(
                    container,
                    image,
                    one with
                    {
                        Codes = command.Codes,
                    },
                    task,
                    work: null,
                    site.Tmpdir,
                    signal: signal,
                    previousCause: request.PreviousCause is not null
                )
                : null;
    }

    /// <summary>
    /// Reads the name under which a stored script was submitted. Returns null if there is no script, or if it is not one of ours.
    /// </summary>
    public static StoredScript? ReadStored(string path)
    {
        if (!File.Exists(path) || RegularFile.ReadText(path, MaxScriptBytes) is not { } text)
        {
            return null;
        }

        var head = text.Split('\n').TakeWhile(line => line.StartsWith('#')).ToList();
        var job = head.Select(line => JobLinePattern().Match(line)).FirstOrDefault(match => match.Success);
        return job is null
            ? null
            : new StoredScript(
                job.Groups[1].Value,
                job.Groups[2].Success ? int.Parse(job.Groups[2].Value, CultureInfo.InvariantCulture) : null,
                head.Select(line => PartitionLinePattern().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value,
                text
            );
    }

    private static string BuildTrap(IReadOnlyList<int> reserved, bool hasWords, bool hasScratch, string exitText)
    {
        if (!hasWords && reserved.Count == 0 && !hasScratch)
        {
            return $"echo $? >&9; {ExitCodeFile.TimesCommand}" + exitText;
        }

        // The exit code first: removing a large folder takes time.
        return "code=$?; "
            + (hasWords ? EndFunctionName + " || :; " : "")
            + $"echo $code >&9; {ExitCodeFile.TimesCommand}"
            + (hasScratch ? "; " + ScratchFolder.CleanFunction : "")
            + exitText
            + (reserved.Count == 0 ? "" : $"; case $code in {string.Join('|', reserved)}) exit 1 ;; esac");
    }

    [GeneratedRegex(@"^# job +(\S+)(?: index (\d+))?$")]
    private static partial Regex JobLinePattern();

    [GeneratedRegex(@"^# partition (\S+)$")]
    private static partial Regex PartitionLinePattern();
}
