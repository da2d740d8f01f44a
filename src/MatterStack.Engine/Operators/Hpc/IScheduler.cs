using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// The commands of one batch scheduler and their answers. When they run, and what follows from the answers, is the same for all schedulers.
/// </summary>
/// <remarks>Scripts are POSIX shell text and run where the scheduler's commands are.</remarks>
internal interface IScheduler
{
    /// <summary>Name of the backend's type.</summary>
    string Type { get; }

    /// <summary>Distinguishes clusters that are reached from one machine; empty if a machine has only one.</summary>
    string ClusterKey => "";

    /// <summary>Script that runs before the first submission, to check the connection and the version.</summary>
    string ContactScript => "exit 0";

    /// <summary>
    /// Reads the answer to <see cref="ContactScript"/>. Returns null if the scheduler can be used, or if its version is unknown; otherwise the
    /// reason.
    /// </summary>
    string? FindUnavailableReason(ShellResult.Ended contact) => null;

    /// <summary>Environment variable with the job's name.</summary>
    string NameVariable { get; }

    /// <summary>Environment variable with the index of an array member.</summary>
    string IndexVariable { get; }

    /// <summary>Environment variable with the folder that the job was submitted from.</summary>
    string SubmitFolderVariable { get; }

    /// <summary>Index of an array's first member.</summary>
    int FirstIndex { get; }

    /// <summary>
    /// Exit codes with a meaning for the scheduler. A job must not end with one of them; the task's own code is recorded in its folder.
    /// </summary>
    IReadOnlyList<int> ReservedExitCodes => [];

    /// <summary>Maximum number of array members.</summary>
    int MaxArraySize { get; }

    /// <summary>Header lines of a script that request resources, each option once. Options with secret references are left out.</summary>
    /// <param name="name">Name of the job.</param>
    /// <param name="shape">The requested resources.</param>
    /// <param name="single">Whether the job's output goes to <c>stdout.log</c> and <c>stderr.log</c> in its folder; output of an array
    /// member is redirected.</param>
    IEnumerable<string> FormatDirectives(string name, JobResources shape, bool single);

    /// <summary>
    /// Script that submits a job; on success it prints a line <c>job ID</c>. It ends within <see cref="Submission.TimeLimit"/> plus the time of
    /// its queries, so that a lost answer soon becomes final.
    /// </summary>
    string BuildSubmitScript(Submission submission);

    /// <summary>Reads the output of the submission script.</summary>
    SubmitResult ParseSubmitResult(ShellResult.Ended ended);

    /// <summary>Script that lists all jobs of the user, perhaps with jobs that ended recently.</summary>
    string QueueScript { get; }

    /// <summary>Reads the output of <see cref="QueueScript"/>. Returns null if it cannot be parsed.</summary>
    IReadOnlyList<JobRow>? ParseQueue(ShellResult.Ended ended);

    /// <summary>Script that queries the accounting for jobs that the queue does not list.</summary>
    /// <param name="ids">Jobs with a known id.</param>
    /// <param name="names">Jobs with only a known name.</param>
    /// <param name="days">Length of the time window, in days before today.</param>
    string BuildAccountingScript(IReadOnlyCollection<string> ids, IReadOnlyCollection<string> names, int days);

    /// <summary>Reads the output of the accounting query.</summary>
    AccountingResult ParseAccounting(ShellResult.Ended ended);

    /// <summary>Script that cancels jobs or array members by id. It also succeeds if some have ended.</summary>
    string BuildCancelScript(IReadOnlyCollection<string> ids);

    /// <summary>Reads the output of <see cref="BuildCancelScript"/>: the jobs that could not be cancelled, by id, with the reason.</summary>
    IReadOnlyDictionary<string, string> ParseCancelRefusals(ShellResult.Ended ended, IReadOnlyCollection<string> ids) => CancelRefusals.ParseRefusals(ended, ids);

    /// <summary>
    /// Shell text that a job runs at its end, before it writes its exit code. It reports on the error stream what the exit code hides.
    /// Empty if there is nothing to report.
    /// </summary>
    string BuildEndCommands(string name) => "";

    /// <summary>
    /// Shell text with which a single job, in its folder, opens its own logs if the scheduler cannot open them; empty if it always can.
    /// </summary>
    string SingleJobStart => "";

    /// <summary>
    /// Shell text with which an array member, in its folder, starts its script so that the scheduler's own messages go to its
    /// <c>stderr.log</c>. If it is empty, or execution continues after it, those messages are lost.
    /// </summary>
    string BuildMemberStart(string name) => "";

    /// <summary>Searches the end of a job's error stream for a report that its node killed processes for lack of memory.</summary>
    /// <param name="errors">The end of the error stream.</param>
    /// <param name="name">The job's name.</param>
    /// <param name="id">The job's id; null if unknown.</param>
    /// <param name="isSure">Whether the job reports success: then only lines count that a program is unlikely to have written.</param>
    /// <returns>The matching text; null if there is none.</returns>
    string? FindMemoryKill(string errors, string name, string? id, bool isSure) => null;

    /// <summary>Script that holds queued jobs or array members by id; running jobs continue. It also succeeds if some have ended.</summary>
    string BuildHoldScript(IReadOnlyCollection<string> ids);

    /// <summary>Script that releases held jobs.</summary>
    string BuildReleaseScript(IReadOnlyCollection<string> ids);

    /// <summary>Id of a member of an array.</summary>
    string FormatMemberId(string job, int index);
}

/// <summary>Resources that a job requests; jobs with equal shapes can form one array.</summary>
/// <param name="Cores">Processor cores.</param>
/// <param name="MemoryMib">Memory in MiB; null uses the site's default.</param>
/// <param name="Gpus">Accelerators.</param>
/// <param name="TimeLimit">Time limit; null uses the site's default.</param>
internal sealed record JobResources(int Cores, int? MemoryMib, int Gpus, TimeSpan? TimeLimit);

/// <summary>A job, or an array of jobs, to submit.</summary>
/// <param name="Name">Job name, by which the job is found again.</param>
/// <param name="Indices">Indices of the array; null for a single job, whose script is <c>submit.sh</c> in the current folder.</param>
/// <param name="Script">Script of an array.</param>
/// <param name="SearchFirst">Whether the job may have been submitted before: then the script searches for it first, under the lock that
/// submissions take.</param>
/// <param name="Environment">Environment variables whose values must not be written to a file.</param>
/// <param name="TimeLimit">Time limit of the scheduler's command.</param>
internal sealed record Submission(string Name, IReadOnlyList<int>? Indices, string? Script, bool SearchFirst, IReadOnlyList<KeyValuePair<string, string>> Environment, TimeSpan TimeLimit);

/// <summary>Result of a submission.</summary>
internal abstract record SubmitResult
{
    private SubmitResult()
    {
    }

    /// <summary>The job is in the queue.</summary>
    public sealed record Accepted(string JobId) : SubmitResult;

    /// <summary>The job is not in the queue.</summary>
    /// <param name="Reason">Message of the scheduler.</param>
    /// <param name="Kind">Meaning of the message.</param>
    public sealed record Refused(string Reason, RefusalKind Kind) : SubmitResult;

    /// <summary>It is unknown whether the job is in the queue.</summary>
    /// <param name="Reason">The known details.</param>
    /// <param name="IsAmbiguous">Whether the answer has unknown text: then the number of tries is limited.</param>
    public sealed record Unclear(string Reason, bool IsAmbiguous = false) : SubmitResult;
}

/// <summary>A job as the queue or the accounting lists it.</summary>
/// <param name="Name">Job name.</param>
/// <param name="Index">Array index; null if the job is not an array member.</param>
/// <param name="Id">Job id, as the cancel command takes it.</param>
/// <param name="State">Job state.</param>
/// <param name="SubmitTime">Submission time in the scheduler's format, which sorts by time.</param>
internal sealed record JobRow(string Name, int? Index, string Id, JobState State, string SubmitTime);

/// <summary>State of a job.</summary>
internal abstract record JobState
{
    private JobState()
    {
    }

    /// <summary>For an ended job: whether only the recorded exit code is known.</summary>
    public bool IsByExitCode { get; init; }

    /// <summary>For an ended job: what is not known, as text for people; null if nothing is missing.</summary>
    public string? UnknownFacts { get; init; }

    /// <summary>The job waits in the queue.</summary>
    /// <param name="Reason">Reason that the queue gives.</param>
    public sealed record Waiting(string Reason) : JobState
    {
        /// <summary>Whether the job is held.</summary>
        public bool IsHeld { get; init; }
    }

    /// <summary>The job runs.</summary>
    /// <param name="Note">Unusual condition; null if there is none.</param>
    public sealed record Running(string? Note) : JobState;

    /// <summary>The job ended by itself, with exit code 0 unless another code is recorded.</summary>
    public sealed record Completed : JobState;

    /// <summary>The job failed.</summary>
    /// <param name="StateName">State name of the scheduler.</param>
    /// <param name="Reason">Additional reason of the scheduler; null if there is none.</param>
    /// <param name="ExitCode">Exit code; null if unknown.</param>
    public sealed record Failed(string StateName, string? Reason, int? ExitCode) : JobState;

    /// <summary>The job was cancelled.</summary>
    public sealed record Cancelled(string StateName) : JobState;

    /// <summary>The job has ended, and its end is not recorded, or not yet.</summary>
    public sealed record Vanished : JobState;

    /// <summary>A state name that is not known here; it decides nothing.</summary>
    public sealed record Unrecognized(string StateName) : JobState;
}

/// <summary>Result of an accounting query.</summary>
internal abstract record AccountingResult
{
    private AccountingResult()
    {
    }

    /// <summary>All matching jobs of the accounting.</summary>
    public sealed record Rows(IReadOnlyList<JobRow> Jobs) : AccountingResult;

    /// <summary>The cluster has no accounting.</summary>
    public sealed record NotAvailable : AccountingResult;

    /// <summary>The accounting did not answer.</summary>
    public sealed record NoAnswer(string Reason) : AccountingResult;
}
