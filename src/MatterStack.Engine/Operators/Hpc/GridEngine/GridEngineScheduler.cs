using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>Commands of Grid Engine: <c>qsub</c>, <c>qstat</c>, <c>qacct</c>, <c>qdel</c>.</summary>
/// <param name="options">Options of the site.</param>
/// <param name="reveal">Resolves the secret references in a text.</param>
internal sealed class GridEngineScheduler(GridEngineOptions options, Func<string, string> reveal) : IScheduler
{
    // Prints the number of the first job with a given name. A name follows its number.
    private const string FirstJobScript = """
        awk -v name="$name" '/<JB_job_number>/ { gsub(/[^0-9]/, ""); id = $0 } /<JB_name>/ { gsub(/.*<JB_name>|<\/JB_name>.*/, ""); if ($0 == name) { print id; exit } }'
        """;

    // One more query: error messages of jobs in error, and the reasons of some waiting jobs.
    private const string ReasonsScript = """
        ids=$(printf '%s\n' "$all" | awk '/<JB_job_number>/ { gsub(/[^0-9]/, ""); id = $0 } /<state>/ { gsub(/.*<state>|<\/state>.*/, ""); if ($0 ~ /E/ && e++ < 50 && !seen[id]++) print id; else if ($0 ~ /w/ && w++ < 20 && !seen[id]++) print id }' | paste -s -d, -)
        [ -z "$ids" ] || qstat -j "$ids" 2>/dev/null | awk '/^(job_number|error reason|scheduling info|jid_predecessor_list)/ || /^  / { print }'

        """;

    // The fields of an accounting record that are parsed. Each record starts with a line of '=', which may follow an unfinished line of a
    // wrapper.
    private const string RecordsScript = """
        records() {
          said=$(LC_ALL=C TZ=UTC0 qacct -o "$(id -un)" -j "$1" 2>&1) || case $said in
            *"not found"*|*"no jobs running since startup"*) return 0 ;;
            *) printf '%s\n' "$said" >&2; exit 3 ;;
          esac
          printf '%s\n' "$said" | awk -v want="$2" 'function told() { if (wanted) printf "%s", block; block = ""; wanted = 0 }
            /=====/ { told(); block = "===\n"; next }
            /^(jobname |jobnumber |taskid |hostname |qsub_time |start_time |failed |exit_status |ru_wallclock |ru_utime |ru_stime |ru_maxrss |cpu |slots |maxrss |maxvmem |category )/ { block = block $0 "\n" }
            $1 == "jobname" || $1 == "jobnumber" { if (want == "" || index(want, " " $2 " ")) wanted = 1 }
            END { told() }'
        }

        """;

    private const int MaxSingleQueries = 8;

    // The lowest priority is -1023. Users may not raise theirs above 0.
    private const int MaxLowering = 1023;

    private readonly string _environmentScript = BuildEnvironmentScript(options.Settings is null ? null : reveal(options.Settings));

    public string Type => "sge";

    public string ClusterKey => options.Settings ?? "";

    public string NameVariable => "JOB_NAME";

    public string IndexVariable => "SGE_TASK_ID";

    public string SubmitFolderVariable => "SGE_O_WORKDIR";

    public int FirstIndex => 1;

    public TimeSpan? DefaultTimeLimit { get; } = options.TimeLimit is { } time ? TimeLimitText.Parse(time) : null;

    public int MaxArraySize => 1000;

    public int GetLowering(int priorityGap) => (int)Math.Min(MaxLowering, (long)priorityGap * options.LowerPerPriority);

    // 99 reruns the job, 100 sets the error state.
    public IReadOnlyList<int> ReservedExitCodes => [99, 100];

    public string QueueScript =>
        _environmentScript + "all=$(qstat -xml -g d -s prs -u \"$(id -un)\") || exit $?\nprintf '%s\\n' \"$all\"\n" + ReasonsScript;

    public IEnumerable<string> FormatDirectives(string name, JobResources shape, bool single) =>
        (
            (string[])
                [
                    "-N " + name,
                    "-cwd",
                    "-S /bin/sh",
                    "-j n",
                    .. single
                        ? (string[])["-o " + AttemptLayout.StdoutFile, "-e " + AttemptLayout.StderrFile]
                        : ["-o /dev/null", "-e /dev/null"],
                ]
        )
            .Concat(FormatOptions(shape).Where(option => !SecretReference.IsIn(option)))
            .Select(option => "#$ " + option);

    public string ScriptHeader => _environmentScript;

    public string FindByName(string name) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
              name={{name}}
              all=$($ask qstat -xml -s prsz -u "$(id -un)") || exit {{ExitCodes.Retry}}
              found=$(printf '%s\n' "$all" | {{FirstJobScript}})
              [ -n "$found" ] || found=$($ask qacct -o "$(id -un)" -j "$name" 2>/dev/null | awk '$1 == "jobnumber" { print $2; exit }')

            """
        );

    public SubmitCommand BuildSubmitCommand(Submission submission)
    {
        // These options override a user's own defaults.
        var command = new StringBuilder("qsub -terse -sync n -now n");
        foreach (var word in FormatOptions(null).Where(SecretReference.IsIn).SelectMany(option => option.Split(' ', 2)))
        {
            command.Append(' ').Append(ShellText.Quote(reveal(word)));
        }

        // Grid Engine accepts only one range; members in between that are not wanted end at once.
        command.Append(
            submission.Indices is { } indices
                ? string.Create(CultureInfo.InvariantCulture, $" -t {indices.Min()}-{indices.Max()}")
                : " submit.sh"
        );
        // '12' or '12.1-5:1'; from a wrapper that drops -terse: 'Your job 12 ("NAME") has been submitted'.
        return new SubmitCommand(
            command.ToString(),
            @"s/^([0-9]+)([.][0-9]+-[0-9]+:[0-9]+)?[[:space:]]*$/\1/p; s/^Your job(-array)? ([0-9]+)[ .].* has been submitted.*$/\2/p"
        );
    }

    public SubmitResult ParseRefusal(ShellResult.Ended ended) => GridEngineRefusals.ParseAnswer(ended);

    public IReadOnlyList<JobRow>? ParseQueue(ShellResult.Ended ended) =>
        ended.ExitCode == 0 ? GridEngineQueue.ParseRows(ended.Output) : null;

    public string BuildAccountingScript(IReadOnlyCollection<string> ids, IReadOnlyCollection<string> names, int days)
    {
        // The list of ended jobs includes jobs that were deleted before they started, which have no accounting record.
        var script = new StringBuilder(_environmentScript)
            .Append(string.Create(CultureInfo.InvariantCulture, $"command -v qacct >/dev/null 2>&1 || exit {ExitCodes.NotFound}\n"))
            .Append(RecordsScript)
            .Append("qstat -xml -s z -u \"$(id -un)\" 2>/dev/null\n");
        var keys = ids.Select(GetJobNumber).Concat(names).Distinct(StringComparer.Ordinal).ToList();
        if (keys.Count > MaxSingleQueries)
        {
            // Each query reads a whole file, which may be large.
            script.Append($"records '{SubmissionName.Prefix}*' ' ").AppendJoin(' ', keys).Append(" '\n");
        }
        else
        {
            foreach (var key in keys)
            {
                script.Append("records ").Append(key).Append(" ''\n");
            }
        }

        return script.ToString();
    }

    public AccountingResult ParseAccounting(ShellResult.Ended ended) =>
        ended.ExitCode == ExitCodes.NotFound ? new AccountingResult.NotAvailable()
        : ended.ExitCode != 0 ? new AccountingResult.NoAnswer(ended.Error.Trim())
        : GridEngineAccounting.ParseRows(ended.Output) is { } rows ? new AccountingResult.Rows(rows)
        : new AccountingResult.NoAnswer("the answer of qacct cannot be parsed");

    public string BuildCancelScript(IReadOnlyCollection<string> ids) =>
        new StringBuilder(_environmentScript)
            .Append("said=$(LC_ALL=C qdel ")
            .AppendJoin(' ', ids)
            .Append(" 2>&1) && exit 0\n")
            // One ended job makes the whole command fail. Next to such messages only lines with an error count; a wrapper's text does not.
            .Append(
                "rest=$(printf '%s\\n' \"$said\" | grep -vE 'has (registered|deleted)|does not exist|do not exist|already in deletion')\n"
                    + "[ \"$rest\" = \"$said\" ] || rest=$(printf '%s\\n' \"$rest\" | grep -iE 'error|invalid|denied|unable|fail')\n"
            )
            .Append("[ -z \"$rest\" ] || { printf '%s\\n' \"$rest\" >&2; exit 1; }\nexit 0\n")
            .ToString();

    // A held job is not dispatched, so that its state is true after the hold. A job that runs by then is released, and not deleted.
    public string BuildWithdrawScript(IReadOnlyCollection<string> ids)
    {
        const string Question = """
            qstat -xml -g d -s prs -u "$(id -un)" | awk -v ids="$ids" '
              /<job_list/ { id = ""; task = ""; state = "" }
              /<JB_job_number>/ { gsub(/[^0-9]/, ""); id = $0 }
              /<state>/ { gsub(/.*<state>|<\/state>.*/, ""); state = $0 }
              /<tasks>/ { gsub(/.*<tasks>|<\/tasks>.*/, ""); task = $0 }
              /<\/job_list>/ { name = task == "" ? id : id "." task; if (index(ids, " " name " ")) print name, state }'
            """;
        return new StringBuilder(BuildControlScript("qhold", ids, ending: ""))
            .Append("ids=' ")
            .AppendJoin(' ', ids)
            .Append(" '\n")
            .Append("states=$(")
            .Append(Question)
            .Append(") || exit $?\n")
            .Append("waiting=$(printf '%s\\n' \"$states\" | awk '$2 ~ /w/ { print $1 }')\n")
            .Append("[ -z \"$waiting\" ] || printf '%s\\n' $waiting | xargs -n 500 qdel >/dev/null\n")
            .Append("after=$(")
            .Append(Question)
            .Append(") || exit $?\n")
            .Append("for id in $ids; do\n")
            .Append("  state=$(printf '%s\\n' \"$after\" | awk -v id=\"$id\" '$1 == id { print $2 }' | tail -n 1)\n")
            .Append("  before=$(printf '%s\\n' \"$states\" | awk -v id=\"$id\" '$1 == id { print $2 }' | tail -n 1)\n")
            .Append("  case $before/$state in\n")
            .Append($"    *w*/|*w*/*d*) echo {WithdrawalOutcomes.Gone} $id ;;\n")
            .Append("    /|*/*w*) ;;\n")
            .Append($"    *) qrls $id >/dev/null 2>&1; echo {WithdrawalOutcomes.Begun} $id ;;\n")
            .Append("  esac\ndone\nexit 0\n")
            .ToString();
    }

    public string BuildHoldScript(IReadOnlyCollection<string> ids) => BuildControlScript("qhold", ids);

    public string BuildReleaseScript(IReadOnlyCollection<string> ids) => BuildControlScript("qrls", ids);

    public string FormatMemberId(string job, int index) => string.Create(CultureInfo.InvariantCulture, $"{job}.{index}");

    // Not every site puts the commands on the path of a non-login shell; Debian's commands need the cell in their environment.
    private static string BuildEnvironmentScript(string? settings) =>
        (settings is null ? "" : string.Create(CultureInfo.InvariantCulture, $". {ShellText.Quote(settings)} || exit {ExitCodes.Retry}\n"))
        + "command -v qstat >/dev/null 2>&1 || { [ -r /etc/profile ] && . /etc/profile; } >/dev/null 2>&1\n"
        + "[ -n \"${SGE_ROOT-}\" ] || [ ! -r /etc/default/gridengine ] || { . /etc/default/gridengine; export SGE_ROOT SGE_CELL; "
        + "} >/dev/null 2>&1\n";

    // One ended job makes the whole command fail.
    private string BuildControlScript(string command, IReadOnlyCollection<string> ids, string ending = "exit $bad\n") =>
        new StringBuilder(_environmentScript)
            .Append("bad=0\n")
            .AppendJoin(
                "",
                IndexRanges
                    .GroupByArray(ids, '.')
                    .SelectMany(job => job.Ranges.Count == 0 ? (string[])[job.Job] : job.Ranges.Select(range => $"{job.Job}.{range}"))
                    .Chunk(500)
                    .Select(some =>
                        $"said=$(LC_ALL=C {command} {string.Join(',', some)} 2>&1) || {{ rest=$(printf '%s\\n' \"$said\" | grep -vE "
                        + $"'modified hold|does not exist|do not exist'); [ \"$rest\" = \"$said\" ] || rest=$(printf '%s\\n' \"$rest\" | "
                        + $"grep -iE 'error|invalid|denied|unable|fail'); [ -z \"$rest\" ] || {{ printf '%s\\n' \"$rest\" >&2; "
                        + $"bad=1; }}; }}\n"
                    )
            )
            .Append(ending)
            .ToString();

    private static string GetJobNumber(string id) => id.Split('.')[0];

    // The task's values, otherwise the site's, then the site's further options. If shape is null, only the options that do not depend on
    // the task.
    private IEnumerable<string> FormatOptions(JobResources? shape)
    {
        var time =
            shape?.TimeLimit is { } limit ? FormatNumber((long)Math.Max(1, Math.Ceiling(limit.TotalSeconds)))
            : options.TimeLimit is null || SecretReference.IsIn(options.TimeLimit) ? options.TimeLimit
            : GridEngineOptions.FormatSeconds(options.TimeLimit);
        var asked = new List<(string Option, string? Value)>
        {
            ("-q ", options.Queue),
            ("-P ", options.Project),
            ("-l h_rt=", time),
            ("-pe ", shape?.Shape.TotalCores > 1 ? $"{options.ParallelEnvironment} {FormatNumber(shape.Shape.TotalCores)}" : null),
            // The resource is requested per slot.
            ($"-l {options.MemoryResource}=", shape?.MemoryMibPerCore is { } memory ? FormatNumber(memory) + "M" : null),
            ($"-l {options.GpuResource}=", shape?.Shape.Gpus > 0 ? FormatNumber(shape.Shape.Gpus) : null),
            ($"-l {options.GpuTypeResource}=", shape?.Shape.GpuType),
            ("-p ", shape is { LoweredBy: > 0 and var lowering } ? FormatNumber(-lowering) : null),
        };
        return asked
            .Where(a => a.Value is not null)
            .Select(a => a.Option + a.Value)
            .Concat(options.Options)
            // -w e: a request that no queue can ever meet is refused, instead of waiting for ever.
            .Concat(shape?.ExcludedNodes is { Length: > 0 } nodes ? [$"-l h=!({nodes.Replace(',', '|')})", "-w e"] : []);
    }

    private static string FormatNumber(long number) => number.ToString(CultureInfo.InvariantCulture);
}
