using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.GridEngine;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>The sentences of schedulers, as they print them, and what they mean.</summary>
[TestClass]
public sealed class RefusalTests
{
    private const string Violates =
        "Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";

    [TestMethod]
    // Limits.
    [DataRow("sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: " + Violates, "Full")]
    [DataRow("sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: " + Violates, "Full")]
    [DataRow("sbatch: error: QOSGrpSubmitJobsLimit\nsbatch: error: " + Violates, "Full")]
    [DataRow("sbatch: error: AssocGrpSubmitJobsLimit\nsbatch: error: " + Violates, "Full")]
    [DataRow("sbatch: error: MaxSubmitJobsPerAccount\nsbatch: error: " + Violates, "Full")]
    [DataRow(
        "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying\nsbatch: error: Batch job submission failed: "
            + "Resource temporarily unavailable",
        "Full"
    )]
    [DataRow(
        "sbatch: error: Slurm job queue full, sleeping and retrying.\nsbatch: error: Batch job submission failed: "
            + "Unable to create job record, try again",
        "Full"
    )]
    [DataRow("sbatch: error: Batch job submission failed: MaxJobCount limit reached", "Full")]
    // A limit, or a request that never fits: Slurm before 18.08 does not say which.
    [DataRow("sbatch: error: " + Violates, "Ambiguous")]
    [DataRow("sbatch: error: QOSMaxCpuPerUserLimit\nsbatch: error: " + Violates, "Ambiguous")]
    [DataRow("sbatch: error: AssocGrpCPUMinutesLimit\nsbatch: error: " + Violates, "Ambiguous")]
    [DataRow("sbatch: error: QOSGrpGRES\nsbatch: error: " + Violates, "Ambiguous")]
    // Larger than a job may be.
    [DataRow("sbatch: error: QOSMaxWallDurationPerJobLimit\nsbatch: error: " + Violates, "Final")]
    [DataRow("sbatch: error: AssocMaxCpuPerJobLimit\nsbatch: error: " + Violates, "Final")]
    [DataRow("sbatch: error: QOSMinCpuNotSatisfied\nsbatch: error: " + Violates, "Final")]
    [DataRow("sbatch: error: QOSMaxGRESPerNode\nsbatch: error: " + Violates, "Final")]
    // What passes.
    [DataRow("sbatch: error: Batch job submission failed: I/O error writing script/environment to file", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Slurm backup controller in standby mode", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Controller is in standby mode, try a different controller", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Required node not available (down, drained or reserved)", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Required node not available (down, drained or in reservation)", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Required partition not available (inactive or drain)", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Partition in DOWN state", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: System submissions disabled", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Requested operation is presently disabled", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Requested reservation not usable now", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Requested reservation is in use", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Job can not start due to maintenance reservation.", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Licenses currently unavailable", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Rate limit exceeded, please retry momentarily", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Rate limit exceeded, please retry later", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Requested account has breached requested QOS usage threshold", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Burst Buffer resource limit exceeded", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Job credential revoked", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Job credential expired", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Protocol authentication error", "Temporary")]
    [DataRow(
        "sbatch: error: If munged is up, restart with --num-threads=10\nsbatch: error: Munge encode failed: "
            + "Failed to access \"/run/munge/munge.socket.2\": No such file or directory\nsbatch: error: authentication: "
            + "Invalid authentication credential",
        "Temporary"
    )]
    [DataRow("sbatch: error: Batch job submission failed: Unable to connect to database", "Temporary")]
    [DataRow("sbatch: error: Batch job submission failed: Job locked by another sibling", "Temporary")]
    [DataRow(
        "sbatch: info: Job creation temporarily disabled, retrying\nsbatch: error: Batch job submission failed: Requested nodes are busy",
        "Temporary"
    )]
    [DataRow("sbatch: error: Invalid user for SlurmUser slurm, ignored\nsbatch: fatal: Unable to process configuration file", "Temporary")]
    [DataRow(
        "sbatch: error: resolve_ctls_from_dns_srv: res_nsearch error: Unknown host\nsbatch: error: fetch_config: DNS SRV lookup failed\n"
            + "sbatch: error: _establish_config_source: failed to fetch config\nsbatch: fatal: Could not establish a configuration source",
        "Temporary"
    )]
    [DataRow("sbatch: error: Batch job submission failed: No space left on device", "Temporary")]
    // Perhaps it was taken.
    [DataRow("sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", "Unclear")]
    [DataRow("sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)", "Unclear")]
    [DataRow("sbatch: error: Batch job submission failed: Unable to contact slurm controller (receive failure)", "Unclear")]
    [DataRow(
        "sbatch: error: slurm_receive_msg: Zero Bytes were transmitted or received\nsbatch: error: Batch job submission failed: "
            + "Zero Bytes were transmitted or received",
        "Unclear"
    )]
    [DataRow("sbatch: error: Batch job submission failed: Unexpected message received", "Unclear")]
    [DataRow("sbatch: error: Batch job submission failed: Connection timed out reading", "Unclear")]
    [DataRow("sbatch: error: Batch job submission failed: Transport endpoint is not connected", "Unclear")]
    [DataRow(
        "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying\nsbatch: error: Batch job submission failed: "
            + "Socket timed out on send/recv operation",
        "Unclear"
    )]
    // Now this, now that.
    [DataRow("sbatch: error: Batch job submission failed: Unspecified error", "Ambiguous")]
    [DataRow("sbatch: error: Batch job submission failed: Requested partition configuration not available now", "Ambiguous")]
    [DataRow("sbatch: error: Batch job submission failed: Incompatible versions of client and server code", "Ambiguous")]
    [DataRow("sbatch: error: Batch job submission failed: Access/permission denied", "Ambiguous")]
    [DataRow("sbatch: error: Batch job submission failed: A sentence of a Slurm to come", "Ambiguous")]
    [DataRow(
        "sbatch: error: You have used up\nsbatch: error:   your share of this week\nsbatch: error: Batch job submission failed: "
            + "Unspecified error",
        "Ambiguous"
    )]
    [DataRow("sbatch: error: cli_filter plugin terminated with error", "Ambiguous")]
    // Never.
    [DataRow("sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified", "Final")]
    [DataRow(
        "sbatch: error: invalid partition specified: nowhere\nsbatch: error: Batch job submission failed: Invalid partition name specified",
        "Final"
    )]
    [DataRow(
        "sbatch: error: CPU count per node can not be satisfied\nsbatch: error: Batch job submission failed: "
            + "Requested node configuration is not available",
        "Final"
    )]
    [DataRow("sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)", "Final")]
    [DataRow(
        "sbatch: error: Memory specification can not be satisfied\nsbatch: error: Batch job submission failed: "
            + "Requested node configuration is not available",
        "Final"
    )]
    [DataRow("sbatch: error: Batch job submission failed: Invalid qos specification", "Final")]
    [DataRow("sbatch: error: Batch job submission failed: Invalid feature specification", "Final")]
    [DataRow("sbatch: error: Batch job submission failed: Invalid generic resource (gres) specification", "Final")]
    [DataRow("sbatch: error: Batch job submission failed: Requested reservation is invalid", "Final")]
    [DataRow("sbatch: error: Batch job submission failed: Node count specification invalid", "Final")]
    [DataRow("sbatch: unrecognized option '--nonsense'\nTry \"sbatch --help\" for more information", "Final")]
    [DataRow("sbatch: error: Invalid --time specification", "Final")]
    [DataRow("sbatch: error: Invalid generic resource (gres) specification", "Final")]
    [DataRow("sbatch: error: Batch job submission failed: Invalid job array specification", "ArrayTooLarge")]
    public void Slurm(string error, string kind)
    {
        Assert.AreEqual(kind, KindOf(SlurmRefusals.ParseAnswer(new ShellResult.Ended(1, "", error + "\n"))), error);
        // Under what a log-in node says, and what a plugin of the site says besides.
        var decorated =
            $"***************\n* Maintenance on Tuesday: connection timed out? try again. Invalid account? Ask us.\n***************\n"
            + $"sbatch: info: 3 of your jobs wait\nsbatch: Using the default project\n{error}\n\n";
        Assert.AreEqual(kind, KindOf(SlurmRefusals.ParseAnswer(new ShellResult.Ended(1, "", decorated))), decorated);
        // A wrapper may lose the exit code.
        Assert.AreEqual(kind, KindOf(SlurmRefusals.ParseAnswer(new ShellResult.Ended(0, "job \n", error))), error);
    }

    [TestMethod]
    // Of another program: nobody knows whether it had submitted.
    [DataRow(3, "the billing service is out", "Unclear, doubtful")]
    [DataRow(1, "", "Unclear, doubtful")]
    [DataRow(0, "", "Unclear, doubtful")]
    [DataRow(1, "sh: fork: retry: Resource temporarily unavailable", "Unclear, doubtful")]
    // It has not been started.
    [DataRow(1, "/bin/sh: line 27: cannot create temp file for here-document: No space left on device", "Temporary")]
    [DataRow(127, "sh: 12: sbatch: not found", "Final")]
    [DataRow(127, "timeout: failed to run command ‘sbatch’: No such file or directory", "Final")]
    [DataRow(124, "", "Unclear")]
    [DataRow(124, "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying", "Unclear")]
    [DataRow(75, "an earlier submission of it is still under way there", "Unclear")]
    [DataRow(75, "squeue: error: Invalid account", "Unclear")]
    [DataRow(76, "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying", "Full")]
    public void Slurm_without_text_of_its_own(int code, string error, string kind) =>
        Assert.AreEqual(kind, KindOf(SlurmRefusals.ParseAnswer(new ShellResult.Ended(code, "", error))));

    [TestMethod]
    [DataRow("Unable to run job: job rejected: Only 10 jobs are allowed per user (current job count: 10).\nExiting.", "Temporary")]
    [DataRow("Unable to run job: job rejected: only 10 jobs are allowed per user (current job count: 10)\nExiting.", "Temporary")]
    [DataRow("Unable to run job: job rejected: Only 20000 jobs are allowed per cluster.\nExiting.", "Temporary")]
    [DataRow("Unable to run job: job rejected: You try to submit a job with more than 4 tasks.\nExiting.", "ArrayTooLarge")]
    [DataRow("Unable to run job: job 12 was rejected cause it couldn't be written.\nExiting.", "Temporary")]
    [DataRow("Unable to run job: error writing object with key \"12\" to spooling database.\nExiting.", "Temporary")]
    [DataRow("Unable to run job: denied: resource request would exceed quota.\nExiting.", "Full")]
    [DataRow("Unable to run job: error: no suitable queues.\nExiting.", "Ambiguous")]
    [DataRow("Unable to run job: warning: alice your job is not allowed to run in any queue\nExiting.", "Ambiguous")]
    [DataRow(
        "Unable to run job: failed receiving gdi request response for mid=1 (got syncron message receive timeout error).\nExiting.",
        "Unclear"
    )]
    [DataRow(
        "error: commlib error: got select error (Connection refused)\nUnable to run job: "
            + "unable to send message to qmaster using port 6444 on host \"head\": got send error.\nExiting.",
        "Unclear"
    )]
    [DataRow("Unable to run job: got no response from JSV script \"/opt/jsv\".\nExiting.", "Temporary")]
    [DataRow("Unable to run job: please ask for a project first.\nExiting.", "Ambiguous")]
    [DataRow("Unable to run job: denied: host \"login\" is no submit host.\nExiting.", "Ambiguous")]
    [DataRow("Unable to run job: Job was rejected because job requests unknown queue \"nowhere.q\".\nExiting.", "Final")]
    [DataRow("Unable to run job: job rejected: the requested parallel environment \"nope\" does not exist.\nExiting.", "Final")]
    [DataRow("Unable to run job: unknown resource \"gpus\".\nExiting.", "Final")]
    [DataRow("Unable to run job: job rejected: the requested project \"x\" does not exist.\nExiting.", "Final")]
    [DataRow("qsub: Unknown option", "Final")]
    public void Grid_Engine(string error, string kind)
    {
        Assert.AreEqual(kind, KindOf(GridEngineRefusals.ParseAnswer(new ShellResult.Ended(1, "", error + "\n"))), error);
        var decorated = $"* Maintenance on Tuesday: connection timed out? try again.\n{error}\n";
        Assert.AreEqual(kind, KindOf(GridEngineRefusals.ParseAnswer(new ShellResult.Ended(1, "", decorated))), decorated);
    }

    [TestMethod]
    public void No_sentence_has_two_meanings_of_which_the_second_is_never_found()
    {
        foreach (var table in new[] { SlurmRefusals.Messages, SlurmRefusals.LimitReasons, GridEngineRefusals.Messages })
        {
            foreach (var (kind, sentences) in table.Rows)
            {
                foreach (var sentence in sentences)
                {
                    Assert.AreEqual(kind, table.FindKind(sentence), sentence);
                }
            }
        }
    }

    private static string KindOf(SubmitResult answer) =>
        answer switch
        {
            SubmitResult.Refused refused => refused.Kind.ToString(),
            SubmitResult.Unclear unclear => unclear.IsAmbiguous ? "Unclear, doubtful" : "Unclear",
            _ => answer.ToString(),
        };
}
