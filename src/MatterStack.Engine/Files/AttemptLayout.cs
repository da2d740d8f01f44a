namespace MatterStack.Engine.Files;

/// <summary>Names of the files in an attempt's folder that all operators share.</summary>
/// <remarks>Existing runs contain files with these names: they must not change.</remarks>
internal static class AttemptLayout
{
    /// <summary>Folder that the command runs in.</summary>
    public const string WorkFolder = "work";

    /// <summary>Start of the path of a file in the work folder, relative to the attempt's folder.</summary>
    public const string WorkPrefix = WorkFolder + "/";

    /// <summary>The task's results, in the work folder.</summary>
    public const string ResultsFile = "results.json";

    /// <summary>Output of the command.</summary>
    public const string StdoutFile = "stdout.log";

    /// <summary>Error stream of the command.</summary>
    public const string StderrFile = "stderr.log";

    /// <summary>Exit code of the command, which its script writes.</summary>
    public const string ExitCodeFile = "exit_code";

    /// <summary>Versions of the codes that the command uses, which its script writes.</summary>
    public const string CodeVersionsFile = "code_versions";

    /// <summary>Says that the stop signal was sent to the command, which its script writes.</summary>
    public const string StopSignalFile = "stop_signal";

    /// <summary>Rounds of the monitor, a line each.</summary>
    public const string MonitorLogFile = "monitor.log";

    /// <summary>Exit code and last line of the monitor that ends the command.</summary>
    public const string MonitorStopFile = "monitor_stop";

    /// <summary>Number of rounds in which the monitor itself failed, number of all rounds, and what happened last.</summary>
    public const string MonitorFailedFile = "monitor_failed";

    /// <summary>Why the attempt began without the files that it was to begin with.</summary>
    public const string NotCarriedFile = "not_carried";

    /// <summary>Paths of the files of earlier attempts that a job has copied, a line each.</summary>
    public const string CarriedFile = "carried";

    /// <summary>Folder with inputs that were replaced by files of earlier attempts.</summary>
    public const string ReplacedFolder = "replaced";

    /// <summary>Reminder for a person who has not answered.</summary>
    public const string ReminderFile = "reminder.md";
}
