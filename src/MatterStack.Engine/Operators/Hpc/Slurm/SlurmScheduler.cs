using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Commands of Slurm: <c>sbatch</c>, <c>squeue</c>, <c>sacct</c>, <c>scancel</c>.</summary>
/// <param name="options">Options of the site.</param>
/// <param name="reveal">Resolves the secret references in a text.</param>
internal sealed class SlurmScheduler(SlurmOptions options, Func<string, string> reveal) : IScheduler
{
    private const string Header = SlurmShell.Header;
    private const int MaxNice = 2_147_483_645;

    // Option of every command, so that queries go to the cluster of the submission.
    private readonly string _clusterOption = options.Cluster is null ? "" : " -M " + ShellText.Quote(reveal(options.Cluster));

    public string Type => "slurm";

    public string ClusterKey => options.Cluster ?? "";

    public string ContactScript => SlurmShell.VersionQuery;

    public string NameVariable => "SLURM_JOB_NAME";

    public string IndexVariable => "SLURM_ARRAY_TASK_ID";

    public string SubmitFolderVariable => "SLURM_SUBMIT_DIR";

    public int FirstIndex => 0;

    public TimeSpan? DefaultTimeLimit { get; } = options.TimeLimit is { } time ? TimeLimitText.Parse(time) : null;

    public bool SendsStopNotice => true;

    public string BuildSendFunction(string signal) => SlurmStopSignal.BuildSendFunction(signal);

    public string ReachFunction => SlurmStopSignal.ReachFunction;

    public int MaxArraySize => options.UsesArrays ? 1000 : 1;

    public int GetLowering(int priorityGap) => (int)Math.Min(MaxNice, (long)priorityGap * options.NicePerPriority);

    public Placement? FindPlacement(JobResources resources) =>
        options.Partitions.Count == 0
            ? null
            : SlurmPartition.Choose(options.Partitions, resources.Shape, resources.TimeLimit ?? DefaultTimeLimit);

    // The header line is also printed for an empty queue: an answer without header and without jobs is invalid.
    public string QueueScript =>
        $"{Header}{SlurmShell.InUtc}squeue{_clusterOption} -a -r -t all -u \"$(id -u)\" -o '{SlurmParser.QueueFormat}'";

    public string? FindUnavailableReason(ShellResult.Ended contact) => SlurmVersion.FindProblem(contact.Output);

    public IEnumerable<string> FormatDirectives(string name, JobResources shape, bool single) =>
        (
            (string[])
                [
                    "--job-name=" + name,
                    .. single
                        ? (string[])["--output=" + AttemptLayout.StdoutFile, "--error=" + AttemptLayout.StderrFile]
                        : ["--output=/dev/null", "--error=/dev/null"],
                ]
        )
            .Concat(FormatOptions(shape).Where(option => !SecretReference.IsIn(option)))
            .Select(option => "#SBATCH " + SlurmExtraOptions.FormatForScript(option));

    public string ScriptHeader => Header;

    // The queries print header lines, which complete an unfinished line of a wrapper.
    public string FindByName(string name) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
              found=$($ask squeue{{_clusterOption}} -a -t all -u "$(id -u)" --name={{name}} -o 'job %F') || exit {{ExitCodes.Retry}}
              found=$(printf '%s\n' "$found" | sed -nE 's/^job ([0-9]+)[[:space:]]*$/\1/p' | sort -n | head -n 1)
              [ -n "$found" ] || found=$($ask sacct{{_clusterOption}} -X -P -u "$(id -u)" --name={{name}} {{SlurmShell.FormatTimeWindow(
                30
            )}} -o JobID,JobName 2>/dev/null | sed -nE 's/^([0-9]+)[^|]*[|]{{name}}[[:space:]]*$/\1/p' | head -n 1)

            """
        );

    public SubmitCommand BuildSubmitCommand(Submission submission)
    {
        var command = new StringBuilder("sbatch --parsable");
        foreach (var option in FormatOptions(null).Where(SecretReference.IsIn))
        {
            command.Append(' ').Append(ShellText.Quote(reveal(option)));
        }

        if (submission.Environment.Count > 0)
        {
            command.Append(" --export=ALL");
        }

        if (submission.Indices is { } indices)
        {
            command.Append(" --error=\"$errors\" --array=").AppendJoin(',', IndexRanges.FormatRanges(indices));
        }
        else
        {
            command.Append(" $logs submit.sh");
        }

        return new SubmitCommand(
            command.ToString(),
            @"s/^([0-9]+)(;[A-Za-z0-9_.-]+)?[[:space:]]*$/\1/p; s/^Submitted batch job ([0-9]+).*$/\1/p"
        )
        {
            Setup =
                SlurmShell.UnsetUserDefaults
                + (submission.Indices is null ? SlurmLogs.SetLogOptions : SlurmLogs.BuildErrorPattern(submission.Name)),
            RetryMessages = "*'sleeping and retrying'*|*'temporarily disabled, retrying'*",
        };
    }

    public SubmitResult ParseRefusal(ShellResult.Ended ended) => SlurmRefusals.ParseAnswer(ended);

    public IReadOnlyList<JobRow>? ParseQueue(ShellResult.Ended ended) => ended.ExitCode == 0 ? SlurmParser.ParseQueue(ended.Output) : null;

    public string BuildAccountingScript(IReadOnlyCollection<string> ids, IReadOnlyCollection<string> names, int days)
    {
        // -D: an id may have been used twice.
        var ask = $"{SlurmShell.InUtc}sacct{_clusterOption} -X -P -D -o {SlurmParser.AccountingFormat} {SlurmShell.FormatTimeWindow(days)}";
        var script = new StringBuilder(Header).Append(
            string.Create(CultureInfo.InvariantCulture, $"command -v sacct >/dev/null 2>&1 || exit {ExitCodes.NotFound}\n")
        );
        if (ids.Count > 0)
        {
            script.Append(ask).Append(" -j ").AppendJoin(',', ids).Append(" || exit $?\n");
        }

        if (names.Count > 0)
        {
            script.Append(ask).Append(" -u \"$(id -u)\" --name=").AppendJoin(',', names).Append(" || exit $?\n");
        }

        return script.ToString();
    }

    public AccountingResult ParseAccounting(ShellResult.Ended ended) =>
        ended.ExitCode == ExitCodes.NotFound || SlurmParser.HasNoAccounting(ended.Error + ended.Output)
            ? new AccountingResult.NotAvailable()
        : ended.ExitCode != 0 || SlurmParser.IsUnreachable(ended) ? new AccountingResult.NoAnswer(ended.Error.Trim())
        : SlurmParser.ParseAccounting(ended.Output) is { } rows ? new AccountingResult.Rows(rows)
        : new AccountingResult.NoAnswer("the answer of sacct cannot be parsed");

    public bool HasUsageQuery => true;

    // -D: a job that was requeued has rows for each time that it ran.
    public string BuildUsageScript(IReadOnlyCollection<string> ids, int days) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Header}command -v sacct >/dev/null 2>&1 || exit {ExitCodes.NotFound}\n{SlurmShell.InUtc}sacct{_clusterOption} -P -D "
                + $"--noconvert -o {SlurmUsage.Format} {SlurmShell.FormatTimeWindow(days)} -j {string.Join(',', ids)}\n"
        );

    public AccountingResult ParseUsage(ShellResult.Ended ended) =>
        ended.ExitCode == ExitCodes.NotFound || SlurmParser.HasNoAccounting(ended.Error + ended.Output)
            ? new AccountingResult.NotAvailable()
        : ended.ExitCode != 0 || SlurmParser.IsUnreachable(ended) ? new AccountingResult.NoAnswer(ended.Error.Trim())
        : SlurmParser.ParseUsage(ended.Output) is { } rows ? new AccountingResult.Rows(rows)
        : new AccountingResult.NoAnswer("the answer of sacct cannot be parsed");

    // scancel -Q ignores ended jobs, and continues after a job that it may not cancel.
    public string BuildCancelScript(IReadOnlyCollection<string> ids) =>
        new StringBuilder(Header)
            .Append("bad=0\n")
            .AppendJoin("", ids.Chunk(500).Select(some => $"scancel{_clusterOption} -Q {string.Join(' ', some)} || bad=$?\n"))
            .Append("exit $bad\n")
            .ToString();

    // A held job cannot begin, so that its state is true after the hold; a job that runs cannot be held. The second question tells the jobs
    // that were deleted from those that began before the hold.
    public string BuildWithdrawScript(IReadOnlyCollection<string> ids)
    {
        var question =
            $"squeue{_clusterOption} -a -r -h -t all -u \"$(id -u)\" -o 'job %i %T' | awk -v ids=\" {string.Join(' ', ids)} \" "
            + "'$1 == \"job\" && index(ids, \" \" $2 \" \") { print $2, $3 }'";
        return new StringBuilder(BuildControlScript("hold", ids, ending: ""))
            .Append("states=$(")
            .Append(question)
            .Append(") || exit $?\n")
            .Append("printf '%s\\n' \"$states\" | awk '$2 == \"PENDING\" { print $1 }' | xargs -r -n 500 scancel")
            .Append(_clusterOption)
            .Append(" -Q --state=PENDING\n")
            .Append("after=$(")
            .Append(question)
            .Append(") || exit $?\n")
            .Append("for id in ")
            .AppendJoin(' ', ids)
            .Append("; do\n")
            .Append("  state=$(printf '%s\\n' \"$after\" | awk -v id=\"$id\" '$1 == id { print $2 }' | tail -n 1)\n")
            .Append("  before=$(printf '%s\\n' \"$states\" | awk -v id=\"$id\" '$1 == id { print $2 }' | tail -n 1)\n")
            .Append("  case $before/$state in\n")
            .Append($"    PENDING/|PENDING/CANCELLED*) echo {WithdrawalOutcomes.Gone} $id ;;\n")
            .Append("    */|*/PENDING|*/CANCELLED*) ;;\n")
            .Append($"    *) echo {WithdrawalOutcomes.Begun} $id ;;\n")
            .Append("  esac\ndone\nexit 0\n")
            .ToString();
    }

    public string BuildEndCommands(string name) => SlurmMemoryKills.BuildEndCommands(name);

    public string SingleJobStart => SlurmLogs.SingleJobStart;

    public string BuildMemberStart(string name) => SlurmLogs.BuildMemberStart(name);

    public string? FindMemoryKill(string errors, string name, string? id, bool isSure) =>
        SlurmMemoryKills.FindMemoryKill(errors, name, id, isSure);

    public string BuildHoldScript(IReadOnlyCollection<string> ids) => BuildControlScript("hold", ids);

    public string BuildReleaseScript(IReadOnlyCollection<string> ids) => BuildControlScript("release", ids);

    public string FormatMemberId(string job, int index) => string.Create(CultureInfo.InvariantCulture, $"{job}_{index}");

    // Members that have ended, or that already run, make the whole command fail and are no error; next to such messages only lines with an
    // error count, not a wrapper's text.
    private string BuildControlScript(string word, IReadOnlyCollection<string> ids, string ending = "exit $bad\n")
    {
        var script = new StringBuilder(Header)
            .Append("bad=0\ntell() { said=$(scontrol")
            .Append(_clusterOption)
            .Append(' ')
            .Append(word)
            .Append(
                """ "$1" 2>&1) || { rest=$(printf '%s\n' "$said" | grep -vE 'already finished|Invalid job id|no longer pending'); [ "$rest" = "$said" ] || rest=$(printf '%s\n' "$rest" | grep -iE 'error|invalid|denied|unable|fail'); [ -z "$rest" ] || { printf '%s\n' "$rest" >&2; bad=1; }; }; }"""
            )
            .Append('\n');
        var jobs = IndexRanges.GroupByArray(ids, '_').ToList();
        foreach (
            var words in jobs.Where(job => job.Ranges.Count == 0)
                .Select(job => job.Job)
                .Chunk(500)
                .Select(some => string.Join(',', some))
                .Concat(jobs.Where(job => job.Ranges.Count > 0).Select(job => $"{job.Job}_[{string.Join(',', job.Ranges)}]"))
        )
        {
            script.Append("tell '").Append(words).Append("'\n");
        }

        return script.Append(ending).ToString();
    }

    // The task's values, otherwise the site's, then the site's further options. If shape is null, only the options that do not depend on
    // the task.
    private IEnumerable<string> FormatOptions(JobResources? shape)
    {
        var time = shape?.TimeLimit is { } limit ? SlurmParser.FormatTime(limit) : options.TimeLimit;
        var asked = new List<(string Option, string? Value)>
        {
            ("--clusters", options.Cluster),
            ("--partition", shape?.Partition ?? options.Partition),
            ("--account", options.Account),
            ("--qos", options.Qos),
            ("--time", time),
            ("--nodes", FormatNumber(shape is { StatesRanks: true } ? shape.Shape.Nodes : options.Nodes)),
            ("--ntasks", FormatNumber(shape is { StatesRanks: true } ? shape.Shape.Ranks : options.Ntasks)),
            ("--cpus-per-task", FormatNumber(shape?.Shape.Cores)),
            // One of both: they exclude each other.
            ("--mem", !options.AsksMemoryPerCore && shape?.MemoryMib is { } memory ? FormatNumber(memory) + "M" : null),
            ("--mem-per-cpu", options.AsksMemoryPerCore && shape?.MemoryMibPerCore is { } portion ? FormatNumber(portion) + "M" : null),
            ("--gpus", shape is null ? null : FormatGpus(shape.Shape)),
            ("--nice", shape is { LoweredBy: > 0 and var nice } ? FormatNumber(nice) : null),
            ("--constraint", options.Constraint),
            // The batch shell gets it, and sends the task's own signal to the command.
            ("--signal", shape?.StopNotice is { } notice ? $"B:{notice.Signal}@{FormatNumber(notice.Seconds)}" : null),
            ("--exclude", shape?.ExcludedNodes is { Length: > 0 } nodes ? nodes : null),
            ("--gres", options.Gres),
        };
        // The signal of the task has precedence over one of the site.
        var more = shape?.StopNotice is null ? options.Options : options.Options.Where(option => !SlurmExtraOptions.IsSignal(option));
        return asked.Where(a => a.Value is not null).Select(a => $"{a.Option}={a.Value}").Concat(more);
    }

    private static string? FormatGpus(TaskShape shape) =>
        shape.Gpus == 0 ? null
        : shape.GpuType is { } type ? type + ":" + FormatNumber(shape.Gpus)
        : FormatNumber(shape.Gpus);

    private static string? FormatNumber(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
