using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Transports.Shell;

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
    /// Reads the answer to <see cref="ContactScript"/>. Returns null if the scheduler can be used, or if its version is unknown; otherwise
    /// the reason.
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

    /// <summary>Time limit of jobs whose task has none, as the wiring states it; null if it states none.</summary>
    TimeSpan? DefaultTimeLimit => null;

    /// <summary>Whether a job with a <see cref="JobResources.StopNotice"/> gets it from the scheduler before its time limit. Otherwise
    /// its script counts the time itself.</summary>
    bool SendsStopNotice => false;

    /// <summary>
    /// Shell text that replaces the function <c>matterstack_send</c> of a job's script, which sends a signal to the command. Empty if the
    /// processes of the command are all in the script's process group.
    /// </summary>
    /// <param name="signal">Name of the signal, without <c>SIG</c>.</param>
    string BuildSendFunction(string signal) => "";

    /// <summary>
    /// Shell text that replaces the function <c>matterstack_reach</c> of a job's script with a monitor. Its arguments are a signal and the
    /// processes of the command on the machine of the script. Empty if the command has no other processes.
    /// </summary>
    string ReachFunction => "";

    /// <summary>Maximum number of array members; 1 if every job is submitted on its own.</summary>
    int MaxArraySize { get; }

    /// <summary>Chooses a partition for a job. Returns null if the wiring lists none to choose from.</summary>
    Placement? FindPlacement(JobResources resources) => null;

    /// <summary>How far the priority of a job in the queue is lowered, in the scheduler's unit, because the priority of its task is below
    /// the highest of the run. 0: it is not.</summary>
    /// <param name="priorityGap">Difference of the two priorities, from 0.</param>
    int GetLowering(int priorityGap) => 0;

    /// <summary>Header lines of a script that request resources, each option once. Options with secret references are left out.</summary>
    /// <param name="name">Name of the job.</param>
    /// <param name="shape">The requested resources.</param>
    /// <param name="single">Whether the job's output goes to <c>stdout.log</c> and <c>stderr.log</c> in its folder; output of an array
    /// member is redirected.</param>
    IEnumerable<string> FormatDirectives(string name, JobResources shape, bool single);

    /// <summary>Shell text at the start of each script, which makes the scheduler's commands available.</summary>
    string ScriptHeader { get; }

    /// <summary>
    /// Shell text that sets <c>found</c> to the number of the first job with a name, in the queue or in the accounting; to nothing if there
    /// is none. Each query starts with <c>$ask</c>. If the queue does not answer, the text exits with <see cref="ExitCodes.Retry"/>.
    /// </summary>
    string FindByName(string name);

    /// <summary>The command that submits a job. <see cref="SubmitScript"/> runs it at most once.</summary>
    SubmitCommand BuildSubmitCommand(Submission submission);

    /// <summary>Reads the output of a submission script that printed no job.</summary>
    SubmitResult ParseRefusal(ShellResult.Ended ended);

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

    /// <summary>Whether the accounting has to be asked what ended jobs used. Otherwise the rows of <see cref="ParseAccounting"/> say
    /// it.</summary>
    bool HasUsageQuery => false;

    /// <summary>Script that asks the accounting what ended jobs used.</summary>
    /// <param name="ids">The jobs.</param>
    /// <param name="days">Length of the time window, in days before today.</param>
    string BuildUsageScript(IReadOnlyCollection<string> ids, int days) => throw new NotSupportedException();

    /// <summary>Reads the output of that script: a row for each job that has ended. The source of its usage is
    /// <see cref="UsageSource.Pending"/> if the accounting does not know all of it yet.</summary>
    AccountingResult ParseUsage(ShellResult.Ended ended) => throw new NotSupportedException();

    /// <summary>Script that cancels jobs or array members by id. It also succeeds if some have ended.</summary>
    string BuildCancelScript(IReadOnlyCollection<string> ids);

    /// <summary>Reads the output of <see cref="BuildCancelScript"/>: the jobs that could not be cancelled, by id, with the
    /// reason.</summary>
    IReadOnlyDictionary<string, string> ParseCancelRefusals(ShellResult.Ended ended, IReadOnlyCollection<string> ids) =>
        CancelRefusals.ParseRefusals(ended, ids);

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

    /// <summary>
    /// Script that deletes queued jobs or array members by id, and only those that have not begun, whatever the scheduler does meanwhile.
    /// For each job it prints a line with <see cref="WithdrawalOutcomes.Gone"/> or <see cref="WithdrawalOutcomes.Begun"/> and the id; a
    /// job without a line has to be asked for again.
    /// </summary>
    string BuildWithdrawScript(IReadOnlyCollection<string> ids);

    /// <summary>Script that holds queued jobs or array members by id; running jobs continue. It also succeeds if some have ended.</summary>
    string BuildHoldScript(IReadOnlyCollection<string> ids);

    /// <summary>Script that releases held jobs.</summary>
    string BuildReleaseScript(IReadOnlyCollection<string> ids);

    /// <summary>Id of a member of an array.</summary>
    string FormatMemberId(string job, int index);
}
