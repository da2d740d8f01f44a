using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Common text of all attempt scripts: the header that names the attempt, and the variables for its command.</summary>
internal static class AttemptScript
{
    private const string ThreadsVariable = "OMP_NUM_THREADS";
    private const string PreviousCauseVariable = "MATTERSTACK_PREVIOUS_CAUSE";
    private const string CarriedVariable = "MATTERSTACK_CARRIED";

    private static readonly (string Name, Func<AttemptRequest, TaskShape, TimeSpan?, string?> Value)[] CommonVariables =
    [
        ("MATTERSTACK_RUN_ID", static (request, _, _) => request.Run.Value),
        ("MATTERSTACK_TASK_ID", static (request, _, _) => request.TaskId.Value),
        ("MATTERSTACK_ATTEMPT_ID", static (request, _, _) => request.Attempt.Value),
        ("MATTERSTACK_ATTEMPT_INDEX", static (request, _, _) => FormatCount(request.Index)),
        ("MATTERSTACK_NODES", static (_, shape, _) => FormatCount(shape.Nodes)),
        ("MATTERSTACK_RANKS", static (_, shape, _) => FormatCount(shape.Ranks)),
        ("MATTERSTACK_CORES", static (_, shape, _) => FormatCount(shape.Cores)),
        ("MATTERSTACK_MEMORY_GB", static (_, shape, _) => shape.MemoryGb?.ToString("0.######", CultureInfo.InvariantCulture)),
        ("MATTERSTACK_GPUS", static (_, shape, _) => FormatCount(shape.Gpus)),
        // Shells compute with whole numbers. A command that wants to stop in time must not believe that it has longer.
        ("MATTERSTACK_TIME_LIMIT_SECONDS", static (_, _, limit) => limit is { } time ? FormatCount((long)time.TotalSeconds) : null),
    ];

    /// <summary>Names of the variables that the engine sets for a task's command.</summary>
    /// <param name="task">The task.</param>
    /// <param name="previousCause">Whether the cause of the last attempt's end is known.</param>
    public static IEnumerable<string> GetVariableNames(CampaignTask task, bool previousCause = false) =>
        CommonVariables
            .Select(variable => variable.Name)
            .Concat(previousCause ? [PreviousCauseVariable] : [])
            .Concat(task.Carry.Count > 0 ? [CarriedVariable] : [])
            .Append("TMPDIR")
            .Append(ThreadsVariable)
            .Concat(CampaignProgram.IsUsedBy(task) ? ["MATTERSTACK_PROGRAM"] : [])
            .Concat(task.Env.Select(e => e.Key))
            .Distinct(StringComparer.Ordinal);

    /// <summary>Appends comment lines that name run, task, attempt, operator and wiring.</summary>
    public static StringBuilder AppendHeader(StringBuilder text, AttemptRequest request)
    {
        foreach (
            var line in new[]
            {
                $"run      {request.Run}",
                $"task     {request.TaskId}",
                $"attempt  {request.Attempt} (number {request.Index})",
                $"operator {request.Key}",
                $"wiring   {request.WiringHash}",
            }
        )
        {
            text.Append(ShellText.ToComment(line)).Append('\n');
        }

        return text;
    }

    /// <summary>Appends the umask that gives the run's group access to files of the command.</summary>
    public static void AppendUmask(StringBuilder text, AttemptRequest request)
    {
        if (GroupPermissions.ReadAccess(request.RunFolder) is var access and not GroupAccess.None)
        {
            text.Append(access == GroupAccess.Drive ? "umask g=rwx\n" : "umask g=rx\n");
        }
    }

    /// <summary>Appends the variables of every attempt.</summary>
    /// <param name="text">The script.</param>
    /// <param name="request">The attempt.</param>
    /// <param name="shape">What the attempt runs on, with grown memory.</param>
    /// <param name="limit">Its time limit; null if none is known.</param>
    public static void AppendVariables(StringBuilder text, AttemptRequest request, TaskShape shape, TimeSpan? limit)
    {
        foreach (var (name, value) in CommonVariables)
        {
            if (value(request, shape, limit) is { } known)
            {
                AppendExport(text, name, known);
            }
        }

        if (request.PreviousCause is { } cause)
        {
            AppendExport(text, PreviousCauseVariable, cause);
        }

        if (request.Task.Carry.Count > 0)
        {
            AppendExport(text, CarriedVariable, request.Carried.Count > 0 ? "true" : "false");
        }
    }

    /// <summary>Appends the number of threads of OpenMP programs. It follows everything else that may set it: variables of the task and of
    /// the site, modules, setup, the environment.</summary>
    public static void AppendThreads(StringBuilder text, TaskShape shape) =>
        text.Append(CultureInfo.InvariantCulture, $": \"${{{ThreadsVariable}:={shape.Cores}}}\"; export {ThreadsVariable}\n");

    /// <summary>Appends the variable with the path of the campaign's program, if the command uses it.</summary>
    /// <param name="text">The script.</param>
    /// <param name="request">The attempt.</param>
    /// <param name="folderVariable">Shell variable with the attempt's folder.</param>
    public static void AppendProgramVariable(StringBuilder text, AttemptRequest request, string folderVariable)
    {
        if (request.ProgramPath is not null && CampaignProgram.IsUsedBy(request.Task))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"export MATTERSTACK_PROGRAM=\"${folderVariable}/\"{ShellText.Quote("../../" + request.ProgramPath)}\n"
            );
        }
    }

    /// <summary>Returns the task's command as shell text.</summary>
    public static string GetCommand(CampaignTask task) => FillProgram(TaskFields.NormalizeCommand(task.Command));

    /// <summary>Returns a command with the campaign's program in it.</summary>
    public static string FillProgram(string command) =>
        command.Replace(CampaignProgram.Placeholder, "dotnet \"$MATTERSTACK_PROGRAM\"", StringComparison.Ordinal);

    /// <param name="text">The script.</param>
    /// <param name="name">Name of a variable.</param>
    /// <param name="value">Its value; null: the value it has already.</param>
    public static void AppendExport(StringBuilder text, string name, string? value) =>
        text.Append("export ").Append(name).Append(value is null ? "" : "=" + ShellText.Quote(value)).Append('\n');

    private static string FormatCount(long value) => value.ToString(CultureInfo.InvariantCulture);
}
