using MatterStack.Engine.Campaigns.Declarations.Fields;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Checks metadata about failures and restarts that belong together.</summary>
internal static class RestartCheck
{
    // Only a command has logs, a work folder and signals.
    private static readonly string[] OfCommands =
    [
        nameof(CampaignTask.FailWhen),
        nameof(CampaignTask.SucceedWhen),
        nameof(CampaignTask.Carry),
        nameof(CampaignTask.CarryIf),
        nameof(CampaignTask.RestartCommand),
        nameof(CampaignTask.StopSignal),
        nameof(CampaignTask.Monitor),
    ];

    private static readonly TaskField[] CommandFields = [.. TaskFields.All.Where(static field => OfCommands.Contains(field.Name))];

    /// <summary>Reports values that are legal on their own and have no meaning together.</summary>
    public static void CheckTask(CampaignTask task, TaskProblems problems)
    {
        if (task.Kind != TaskKind.Task)
        {
            if (CommandFields.FirstOrDefault(field => !field.HasDefault(task)) is { } useless)
            {
                problems.ReportConflict($"{useless.Name} is set and Kind is {task.Kind}", $"Remove {useless.Name}: it is for commands.");
            }

            return;
        }

        if (task.Carry.Count == 0 && (task.CarryIf ?? task.RestartCommand) is not null)
        {
            problems.ReportConflict(
                $"{(task.CarryIf is null ? nameof(task.RestartCommand) : nameof(task.CarryIf))} is set and Carry is empty",
                "Name the files of the last attempt that the next one begins with: Carry=\"restart.*\"."
            );
        }

        if (task is { Monitor: null, MonitorEvery.TotalSeconds: >= 1 } && task.MonitorEvery != CampaignTask.DefaultMonitorEvery)
        {
            problems.ReportConflict(
                $"MonitorEvery is set and Monitor is empty",
                "Name the command that looks at the running calculation: Monitor=\"sh watch.sh\"; or remove MonitorEvery."
            );
        }

        if (task is { StopSignal: { Seconds: > 0 } signal, TimeLimit: { } limit } && signal.Seconds >= limit.TotalSeconds)
        {
            problems.ReportConflict(
                $"StopSignal is {signal} and the time limit is {limit.TotalSeconds:0.###} s",
                "The signal comes before the time limit: use fewer seconds, or a longer TimeLimitMinutes."
            );
        }

        foreach (var cause in task.RetryOn)
        {
            if (
                cause.Name != RetryCause.Any
                && !CauseNames.Retried.Contains(cause.Name)
                && !task.FailWhen.Any(mark => mark.Cause == cause.Name)
            )
            {
                problems.ReportConflict(
                    $"RetryOn names '{cause}', which is no cause that is tried again and no name of FailWhen",
                    $"The causes are {string.Join(", ", CauseNames.Retried)}, the names of FailWhen, and ANY."
                );
            }
        }
    }
}
