using System.Globalization;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Reminds a person before the time limit.</summary>
internal static class Reminder
{
    /// <summary>Returns whether the reminder is due. Writes <c>reminder.md</c> the first time.</summary>
    public static bool RemindIfDue(
        PendingExchange waiting,
        DateTimeOffset deadline,
        TimeSpan? remindBefore,
        IExchange exchange,
        OperatorContext context
    )
    {
        if (remindBefore is not { } before || waiting.TimeLeft - context.Clock.GetElapsedTime(waiting.StartTimestamp) > before)
        {
            return false;
        }

        var request = waiting.Request;
        try
        {
            if (!File.Exists(Path.Combine(request.Folder, AttemptLayout.ReminderFile)))
            {
                context.Attempts.WriteFile(
                    request,
                    AttemptLayout.ReminderFile,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"# Reminder: {request.Task.Id}\n\n{exchange.DescribeWait(request)}\n\n"
                            + $"An answer counts until {deadline:yyyy-MM-dd HH:mm:ss} UTC.\n"
                    )
                );
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The console shows the reminder all the same.
        }

        return true;
    }
}
