using System.Globalization;
using System.Text;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Driving;

/// <summary>Lines of a driver in the text of a crontab. All other lines stay byte for byte.</summary>
internal static class CrontabText
{
    private const int MinutesPerHour = 60;

    /// <summary>Returns the lines of a driver, each with a line break.</summary>
    public static string FormatEntry(DriverPlan plan) =>
        $"# {plan.Name}: drives a run of {ToOneLine(plan.Workspace)}; dotnet build -t:Drive -p:Stop=true removes it\n"
        + (plan.Kind == DriverKind.Scrontab ? $"#SCRON {plan.Follower.FormatOptions(plan.Name)}\n" : "")
        + $"{FormatMinutes(plan.Interval)} * * * * {EscapeCommand($"/bin/sh {ShellText.Quote(plan.ScriptFile)}")}\n";

    /// <summary>Returns a crontab with the lines of a driver, once.</summary>
    /// <param name="text">The crontab; empty if there is none.</param>
    /// <param name="name">Name of the driver.</param>
    /// <param name="entry">Its lines.</param>
    public static string AddEntry(string text, string name, string entry)
    {
        var rest = RemoveEntry(text, name);
        return rest + (rest.Length == 0 || rest.EndsWith('\n') ? "" : "\n") + entry;
    }

    /// <summary>Returns a crontab without the lines of a driver.</summary>
    /// <param name="text">The crontab.</param>
    /// <param name="name">Name of the driver.</param>
    public static string RemoveEntry(string text, string name)
    {
        var rest = new StringBuilder();
        var from = 0;
        while (from < text.Length)
        {
            var end = text.IndexOf('\n', from);
            var next = end < 0 ? text.Length : end + 1;
            if (!text.AsSpan(from, next - from).Contains(name, StringComparison.Ordinal))
            {
                rest.Append(text, from, next - from);
            }

            from = next;
        }

        return rest.ToString();
    }

    /// <summary>Whether a crontab has the lines of a driver.</summary>
    public static bool HasEntry(string text, string name) => text.Contains(name, StringComparison.Ordinal);

    /// <summary>Field of minutes for an interval. Cron calls at most once a minute and counts within an hour; the script skips calls of
    /// other intervals.</summary>
    public static string FormatMinutes(TimeSpan interval)
    {
        var minutes = (int)Math.Min(MinutesPerHour, Math.Max(1, interval.TotalMinutes));
        return minutes == 1 || MinutesPerHour % minutes != 0 || interval.Ticks % TimeSpan.TicksPerMinute != 0 ? "*"
            : minutes == MinutesPerHour ? "0"
            : "*/" + minutes.ToString(CultureInfo.InvariantCulture);
    }

    // Cron ends the command at a per cent sign.
    private static string EscapeCommand(string command) => command.Replace("%", "\\%", StringComparison.Ordinal);

    private static string ToOneLine(string text) => text.Replace('\n', ' ').Replace('\r', ' ');
}
