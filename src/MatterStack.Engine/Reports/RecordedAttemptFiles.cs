using System.Collections.Immutable;

namespace MatterStack.Engine.Reports;

/// <summary>Names of the files in an attempt's folder that evidence and reports contain.</summary>
internal static class RecordedAttemptFiles
{
    /// <summary>
    /// Files of an attempt's folder that record its command, requests and results. Other files there are scratch of the task.
    /// </summary>
    public static ImmutableArray<string> All { get; } =
    [
        "run.sh",
        "submit.sh",
        "job_template.sh",
        "stdout.log",
        "stderr.log",
        "original.stdout.log",
        "original.stderr.log",
        "exit_code",
        "instructions.md",
        "reminder.md",
        "withdrawn.txt",
        "response.json",
        "approved.txt",
        "rejected.txt",
        "experiment_request.json",
        "experiment_result.json",
        "status.json",
    ];

    /// <summary>The attempt files that people read first, in that order.</summary>
    public static ImmutableArray<string> TextFiles { get; } =
    ["stderr.log", "stdout.log", "run.sh", "submit.sh", "job_template.sh", "instructions.md"];
}
