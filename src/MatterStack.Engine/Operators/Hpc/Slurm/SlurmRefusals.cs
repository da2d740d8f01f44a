using System.Text.RegularExpressions;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>
/// Meaning of <c>sbatch</c>'s output if it is no job: messages of Slurm 17.11 to 25.x (its <c>slurm_errno.c</c>, <c>job_state_reason.c</c>
/// and <c>sbatch</c> itself).
/// </summary>
/// <remarks>A submission with an unlisted message is tried again for a while, and never fails at once.</remarks>
internal static partial class SlurmRefusals
{
    private const string FailurePrefix = "Batch job submission failed:";

    /// <summary>
    /// Messages of the controller, behind <c>Batch job submission failed:</c>, and of <c>sbatch</c> before it contacts the controller.
    /// </summary>
    public static RefusalTable Messages { get; } =
        new(
            (RefusalKind.ArrayTooLarge, ["Invalid job array specification"]),
            (
                RefusalKind.Full,
                [
                    "MaxJobCount limit reached",
                    "Slurm job queue full",
                    "Slurm temporarily unable to accept job",
                    "Unable to create job record, try again",
                    "Resource temporarily unavailable",
                ]
            ),
            // The job may have been accepted.
            (
                RefusalKind.AnswerLost,
                [
                    "Unable to contact slurm controller",
                    "Socket timed out",
                    "Connection timed out",
                    "timed out",
                    "Zero Bytes were transmitted or received",
                    "Unexpected message received",
                    "Communication connection failure",
                    "Message send failure",
                    "Message receive failure",
                    "Communication shutdown failure",
                    "Header lengths are longer than data received",
                    "Insane message length",
                    "Unexpected missing socket error",
                    "Unable to process incoming",
                    "Unable to process outgoing",
                    "Read would block",
                    "Write would block",
                    "Connection rejected by handler",
                    "Connection forced closed",
                    "Kernel reported delayed socket error",
                    "Process is shutting down",
                    "Transport endpoint",
                    "Connection reset",
                    "Connection refused",
                    "Connection closed",
                    "Broken pipe",
                    "No route to host",
                    "Network is unreachable",
                    "Operation now in progress",
                    "Slurm controller not responding",
                ]
            ),
            (
                RefusalKind.Temporary,
                [
                    // The controller.
                    "Job creation temporarily disabled",
                    "Job step creation temporarily disabled",
                    "I/O error writing script/environment to file",
                    "in standby mode",
                    "Rate limit exceeded",
                    "System submissions disabled",
                    "Requested operation is presently disabled",
                    "try again",
                    "PrologSlurmctld is still running",
                    "SlurmctldProlog is still running",
                    "Unable to connect to database",
                    "Job locked by another sibling",
                    "Unable to takeover",
                    // The queue.
                    "Required partition not available",
                    "Partition in DOWN state",
                    "Partition is in use",
                    "Required node not available",
                    "Required nodes lack available resources",
                    "Requested nodes are busy",
                    "Job can not start immediately",
                    "Requested reservation not usable now",
                    "Requested reservation is in use",
                    "Job can not start due to maintenance reservation",
                    "Licenses currently unavailable",
                    "Required ports are in use",
                    "Requested account has breached requested QOS usage threshold",
                    "Burst Buffer resource limit exceeded",
                    "Waiting for burst buffer",
                    "Required power",
                    "Max powered up nodes reached",
                    "Switch resources currently not available",
                    "Immediate execution impossible",
                    "Reboot already in progress",
                    "Job is in held state",
                    // Credentials, which depend on clocks and on a daemon.
                    "redential expired",
                    "redential revoked",
                    "redential replayed",
                    "Invalid authentication credential",
                    "Protocol authentication error",
                    "Munge",
                    "Invalid job credential",
                    "Error generating job credential",
                    "Cannot unpack credential",
                    "Authentication failure",
                    "If munged is up",
                    // The machine on which sbatch runs.
                    "No space left on device",
                    "Disk quota exceeded",
                    "Out of disk",
                    "Cannot allocate memory",
                    "Out of memory",
                    "Too many open files",
                    "Stale file handle",
                    "Stale NFS file handle",
                    "Input/output error",
                    "Read-only file system",
                    "Text file busy",
                    "Device or resource busy",
                    "fork:",
                    "Cannot fork",
                    "Unable to process configuration file",
                    "Could not establish a configuration source",
                    "DNS SRV lookup failed",
                    "Temporary failure in name resolution",
                    "Invalid user for SlurmUser",
                ]
            ),
            // Used for a limit and for a request that never fits; for a mistake in the request and for a failed directory service.
            (
                RefusalKind.Ambiguous,
                [
                    "Job violates accounting/QOS policy",
                    "Requested partition configuration not available now",
                    "Unspecified error",
                    "Slurm internal error",
                    "Access/permission denied",
                    "Incompatible versions of client and server code",
                    "I/O stream version number error",
                    "Invalid protocol version",
                    "Plugin initialization failed",
                    "Invalid user id",
                    "Invalid group id",
                    "Unable to resolve",
                    "User's group not permitted to use this partition",
                    "Job script not specified",
                    "Unable to open file",
                    "Can't find an address",
                    "Generic error",
                    "Error configuring interconnect",
                    "Memory required by task is not available",
                ]
            ),
            (
                RefusalKind.Final,
                [
                    // Of the request.
                    "Invalid partition name specified",
                    "No partition specified",
                    "Invalid account or account/partition combination specified",
                    "Invalid qos specification",
                    "Invalid QOS specification",
                    "Invalid wckey specification",
                    "Invalid license specification",
                    "Invalid feature specification",
                    "Invalid preferred feature specification",
                    "Invalid generic resource (gres) specification",
                    "Duplicate generic resource (gres) specification",
                    "Invalid GRES specification",
                    "Requested GRES option unsupported",
                    "Insufficient GRES available",
                    "Invalid Trackable RESource",
                    "Invalid mcs_label",
                    "Invalid node name specified",
                    "Invalid cluster name",
                    "Invalid cluster feature",
                    "Requested node configuration is not available",
                    "Requested topology configuration is not available",
                    "Requested nodes not in this partition",
                    "More processors requested than permitted",
                    "Node count specification invalid",
                    "CPU count specification invalid",
                    "CPU count per node can not be satisfied",
                    "Task count specification invalid",
                    "Task distribution specification invalid",
                    "Requested more tasks than available processors",
                    "Core count for reservation",
                    "Requested time limit is invalid",
                    "Invalid time-min specification",
                    "Invalid time specified",
                    "Access denied to requested reservation",
                    "Requested reservation is invalid",
                    "Job dependency problem",
                    "Circular job dependency",
                    "Job size specification needs to be provided",
                    "Job cannot be submitted without the current working directory",
                    "Invalid --nice value",
                    "Job --batch option is invalid",
                    "Burst Buffer permission denied",
                    "Burst Buffer request invalid",
                    "Requires more ports than can be reserved",
                    "Cannot request more threads per core",
                    "Multiple partition job request not supported",
                    "Requested operation not supported on this system",
                    "Pathname of a file, directory or other parameter too long",
                    "Invalid extra constraints specification",
                    "Invalid or unknown association",
                    "No eligible clusters",
                    "Only batch jobs are accepted",
                    "Environment is missing in job",
                    "QOS Preemption loop detected",
                    "RestrictedCoresPerGPU",
                    "MCDRAM",
                    "Preemption is required but",
                    "Invalid container id",
                    "Container runtime not configured",
                    "Invalid parent account",
                    "Rejecting authentication of user nobody",
                    "Duplicate job id",
                    // Of the options.
                    "unrecognized option",
                    "invalid option",
                    "unrecognised option",
                    "requires an argument",
                    "option requires",
                    "ambiguous",
                    "Invalid directive found",
                    "does not look like a batch script",
                    "Batch script is empty",
                    "Batch script contains DOS line breaks",
                    "contains only whitespace",
                    "Invalid --",
                    "Invalid argument",
                    "invalid time limit",
                    "invalid number of",
                    "Invalid numeric value",
                    "specification invalid",
                    "Bad value",
                    "unknown option",
                    "is not a valid",
                    "mutually exclusive",
                    "can't be used with",
                    "Plugin stack post-option processing failed",
                    "not found",
                ]
            )
        );

    /// <summary>The violated limit, which the controller prints as an additional reason.</summary>
    public static RefusalTable LimitReasons { get; } =
        new(
            (RefusalKind.Full, ["MaxSubmitJob", "GrpSubmitJob", "MaxSubmitJobsPerAccount", "MaxSubmitJobsPerUser"]),
            // Running jobs count as well, and a single job may be too large for the limit.
            (
                RefusalKind.Ambiguous,
                [
                    "AssocGrp",
                    "QOSGrp",
                    "PerUserLimit",
                    "PerUser",
                    "PerAccount",
                    "AssocMaxJobsLimit",
                    "QOSJobLimit",
                    "QOSMaxJobs",
                    "AssociationJobLimit",
                    "AssociationResourceLimit",
                    "QOSResourceLimit",
                    "QOSUsageThreshold",
                    "JobArrayTaskLimit",
                ]
            ),
            (
                RefusalKind.Final,
                [
                    "PerJob",
                    "PerNode",
                    "QOSMin",
                    "MaxMemPerLimit",
                    "AssociationTimeLimit",
                    "QOSTimeLimit",
                    "QOSNotAllowed",
                    "AccountNotAllowed",
                    "InvalidAccount",
                    "InvalidQOS",
                    "PartitionNodeLimit",
                    "PartitionTimeLimit",
                ]
            )
        );

    public static SubmitResult ParseAnswer(ShellResult.Ended ended)
    {
        var lines = SubmitScriptResults.SplitLines(ended.Error);
        // Lines of the command itself, without other text of the log-in node; a site's wrapper may print messages without its name.
        var own = lines.Where(line => OwnLinePattern().IsMatch(line)).ToList();
        return SubmitScriptResults.ReadRefusal(ended, "sbatch", lines, own, words => FindKind(own, words));
    }

    private static RefusalKind? FindKind(List<string> own, string words)
    {
        // The last line decides, whatever was printed before.
        var verdict = own.FindLast(line => line.Contains(FailurePrefix, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(FailurePrefix, StringComparison.Ordinal) + FailurePrefix.Length)..]
            : null;
        if (verdict is null)
        {
            return own.Select(Messages.FindKind).LastOrDefault(found => found is not null)
                ?? (own.Count == 0 ? Messages.FindKind(words) : null);
        }

        var kind = Messages.FindKind(verdict);
        return kind is not RefusalKind.Ambiguous
            ? kind
            : own.Where(said => !said.Contains(FailurePrefix, StringComparison.Ordinal))
                .Select(LimitReasons.FindKind)
                .FirstOrDefault(found => found is not null)
                ?? kind;
    }

    [GeneratedRegex(@"(^|[\s/])sbatch: ")]
    private static partial Regex OwnLinePattern();
}
