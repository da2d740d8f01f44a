using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>
/// Meaning of <c>qsub</c>'s output if it is no job: messages of Grid Engine's qmaster (<c>msg_qmaster.h</c>, <c>msg_common.h</c>) and of
/// <c>qsub</c> itself.
/// </summary>
/// <remarks>A submission with an unlisted message is tried again for a while, and never fails at once.</remarks>
internal static class GridEngineRefusals
{
    // Prefix of a refusal by the master.
    private const string RefusalPrefix = "Unable to run job:";

    /// <summary>Messages of the master, and of <c>qsub</c> before it contacts the master.</summary>
    public static RefusalTable Messages { get; } =
        new(
            // max_aj_tasks.
            (RefusalKind.ArrayTooLarge, ["a job with more than"]),
            // max_u_jobs and max_jobs count an array as one job.
            (RefusalKind.Temporary, ["jobs are allowed per user", "jobs are allowed per cluster"]),
            // The job may have been accepted.
            (
                RefusalKind.AnswerLost,
                [
                    "commlib",
                    "unable to send message",
                    "unable to contact",
                    "can't connect",
                    "cannot connect",
                    "connection refused",
                    "connection reset",
                    "connection closed",
                    "connection timed out",
                    "got read error",
                    "got send error",
                    "got select error",
                    "no message from qmaster",
                    "failed receiving",
                    "failed sending",
                    "communication error",
                    "timeout",
                    "timed out",
                    "broken pipe",
                    "error reading in",
                    "endpoint is not",
                    "can't resolve",
                ]
            ),
            (RefusalKind.Full, ["would exceed quota", "exceeds resource quota", "limit for resource quota"]),
            (
                RefusalKind.Temporary,
                [
                    "couldn't be written",
                    "can't be written",
                    "can't create",
                    "is disabled",
                    "is suspended",
                    "qmaster is not",
                    "shutting down",
                    "temporarily",
                    "try again",
                    "disabled by",
                    "No space left on device",
                    "Disk quota exceeded",
                    "Cannot allocate memory",
                    "out of memory",
                    "malloc",
                    "Too many open files",
                    "Stale file handle",
                    "Input/output error",
                    "Read-only file system",
                    "Resource temporarily unavailable",
                    "fork:",
                    "Device or resource busy",
                    "Text file busy",
                    "JSV stderr",
                    "jsv",
                    "advance reservation",
                    "spooling",
                ]
            ),
            (
                RefusalKind.Ambiguous,
                [
                    "no suitable queue",
                    "not allowed to run in any queue",
                    "Unable to initialize environment",
                    "is not allowed to submit jobs",
                    "the user",
                    "gdi",
                    "version mismatch",
                    "Can't open output file",
                    "denied: host",
                    "no submit host",
                    "neither submit nor admin host",
                    "Unable to read script file",
                ]
            ),
            (
                RefusalKind.Final,
                [
                    "unknown queue",
                    "does not exist",
                    "is no valid",
                    "not requestable",
                    "unknown resource",
                    "unknown option",
                    "Unknown option",
                    "invalid option",
                    "no script in your request",
                    "positive submission priority",
                    "no access to project",
                    "no project assigned",
                    "no project was supplied",
                    "is lower than minimum",
                    "checkpointing",
                    "deadline",
                    "ERROR!",
                    "option must have",
                    "must be",
                    "can't be",
                    "soft requests on consumables",
                    "denied:",
                    "not found",
                    "is not a valid",
                    "Invalid",
                    "invalid",
                    "wrong",
                    "illegal",
                    "is no ",
                    "syntax",
                    "JAVA",
                    "contains",
                ]
            )
        );

    public static SubmitResult ParseAnswer(ShellResult.Ended ended)
    {
        var lines = SubmitScriptResults.SplitLines(ended.Error).Where(line => line != "Exiting.").ToList();
        var at = lines.FindIndex(line =>
            line.Contains(RefusalPrefix, StringComparison.Ordinal) || line.StartsWith("qsub: ", StringComparison.Ordinal)
        );
        // A message of the master may have several lines.
        var own = at >= 0 ? lines[at..] : [];
        return SubmitScriptResults.ReadRefusal(ended, "qsub", lines, own, Messages.FindKind);
    }
}
