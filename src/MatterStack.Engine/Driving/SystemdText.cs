using System.Globalization;

namespace MatterStack.Engine.Driving;

/// <summary>Texts of a driver's systemd units: a timer, and the service that it starts.</summary>
internal static class SystemdText
{
    /// <summary>The service: one call of the driver's script.</summary>
    /// <remarks><c>KillMode=process</c>: tasks that the tick has started continue after it.</remarks>
    public static string FormatService(DriverPlan plan) =>
        $"""
            [Unit]
            Description={FormatDescription(plan)}
            {FormatHost(plan.Machine)}

            [Service]
            Type=oneshot
            ExecStart=/bin/sh {QuoteArgument(plan.ScriptFile)}
            KillMode=process

            """;

    /// <summary>The timer. It counts from the end of a call, so calls do not pile up.</summary>
    public static string FormatTimer(DriverPlan plan) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            [Unit]
            Description={FormatDescription(plan)}
            {FormatHost(plan.Machine)}

            [Timer]
            OnActiveSec=1s
            OnStartupSec=60s
            OnUnitInactiveSec={(long)plan.Interval.TotalSeconds}s
            AccuracySec=5s

            [Install]
            WantedBy=timers.target

            """
        );

    /// <summary>Quotes an argument of a command line: systemd replaces per cent signs, dollar signs and backslashes also inside of
    /// quotes.</summary>
    public static string QuoteArgument(string text) =>
        "\""
        + EscapeSpecifiers(text)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("$", "$$", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
        + "\"";

    private static string FormatDescription(DriverPlan plan) =>
        EscapeSpecifiers($"MatterStack: a tick of run {plan.Run.Id} of {plan.Workspace.Replace('\n', ' ')}");

    // Machines that share the home folder share the units. A name of a machine may have a domain.
    private static string FormatHost(string machine) =>
        $"ConditionHost=|{EscapeSpecifiers(machine)}\nConditionHost=|{EscapeSpecifiers(machine)}.*";

    private static string EscapeSpecifiers(string text) => text.Replace("%", "%%", StringComparison.Ordinal);
}
