using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators;

/// <summary>What every script of an attempt says, whoever runs it: which attempt it is, and the variables that its command finds.</summary>
internal static class ScriptText
{
    private static readonly (string Name, Func<AttemptOrder, int, string> Value)[] OfEveryAttempt =
    [
        ("MATTERSTACK_RUN_ID", static (order, _) => order.Run.Value),
        ("MATTERSTACK_TASK_ID", static (order, _) => order.TaskId.Value),
        ("MATTERSTACK_ATTEMPT_ID", static (order, _) => order.Attempt.Value),
        ("MATTERSTACK_ATTEMPT_INDEX", static (order, _) => order.Index.ToString(CultureInfo.InvariantCulture)),
        ("MATTERSTACK_CORES", static (_, cores) => cores.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Names of the variables that the command of a task finds, besides those of whoever runs it.</summary>
    public static IEnumerable<string> NamesOf(CampaignTask task) =>
        OfEveryAttempt.Select(variable => variable.Name).Append("TMPDIR").Concat(CampaignProgram.IsUsedBy(task.Command) ? ["MATTERSTACK_PROGRAM"] : []).Concat(task.Env.Select(e => e.Key)).Distinct(StringComparer.Ordinal);

    /// <summary>Comment lines that name run, task, attempt, operator and wiring.</summary>
    public static StringBuilder Head(StringBuilder text, AttemptOrder order)
    {
        foreach (var line in new[]
        {
            $"run      {order.Run}", $"task     {order.TaskId}", $"attempt  {order.Attempt} (number {order.Index})", $"operator {order.Key}", $"wiring   {order.Wiring}",
        })
        {
            text.Append(ShellText.Comment(line)).Append('\n');
        }

        return text;
    }

    /// <summary>Opens what the command makes to the group that the run is open to.</summary>
    public static void Share(StringBuilder text, AttemptOrder order)
    {
        if (SharedFolder.Of(order.RunFolder) is var access and not GroupAccess.None)
        {
            text.Append(access == GroupAccess.Drive ? "umask g=rwx\n" : "umask g=rx\n");
        }
    }

    /// <summary>The variables of every attempt.</summary>
    public static void Variables(StringBuilder text, AttemptOrder order, int cores)
    {
        foreach (var (name, value) in OfEveryAttempt)
        {
            Export(text, name, value(order, cores));
        }
    }

    /// <summary>Where the campaign's program is, if the command uses it; the attempt's folder is in <c>TMPDIR</c>.</summary>
    public static void Program(StringBuilder text, AttemptOrder order)
    {
        if (order.ProgramPath is not null && CampaignProgram.IsUsedBy(order.Task.Command))
        {
            text.Append(CultureInfo.InvariantCulture, $"export MATTERSTACK_PROGRAM=\"$TMPDIR/\"{ShellText.Quote("../../" + order.ProgramPath)}\n");
        }
    }

    /// <summary>The task's command as a shell runs it.</summary>
    public static string Command(CampaignTask task) => task.Command.Replace("\r\n", "\n", StringComparison.Ordinal)
        .Replace(CampaignProgram.Placeholder, "dotnet \"$MATTERSTACK_PROGRAM\"", StringComparison.Ordinal);

    /// <param name="text">The script.</param>
    /// <param name="name">Name of a variable.</param>
    /// <param name="value">Its value; null: the one it has.</param>
    public static void Export(StringBuilder text, string name, string? value) =>
        text.Append("export ").Append(name).Append(value is null ? "" : "=" + ShellText.Quote(value)).Append('\n');
}
