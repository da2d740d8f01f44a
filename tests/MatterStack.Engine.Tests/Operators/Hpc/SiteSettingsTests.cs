using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Transports.Shell;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What a site or a user has set for commands typed by hand, and several clusters behind one log-in node, change neither what is
/// asked nor what is told.</summary>
[TestClass]
public sealed class SiteSettingsTests
{
    [TestMethod]
    public void Settings_that_change_what_is_asked_or_sent_are_left_out_and_those_of_who_pays_stay()
    {
        string[] cleared =
        [
            "SQUEUE_FORMAT",
            "SQUEUE_FORMAT2",
            "SQUEUE_STATES",
            "SQUEUE_SORT",
            "SQUEUE_PARTITION",
            "SQUEUE_ALL",
            "SQUEUE_ACCOUNT",
            "SQUEUE_NAMES",
            "SACCT_FORMAT",
            "SACCT_LOCAL",
            "SLURM_TIME_FORMAT",
            "SLURM_CLUSTERS",
            "SLURM_BITSTR_LEN",
            "SLURM_WORKING_CLUSTER",
            "SBATCH_CLUSTERS",
            "SBATCH_ARRAY_INX",
            "SBATCH_WAIT",
            "SBATCH_REQUEUE",
            "SBATCH_NO_REQUEUE",
            "SBATCH_OUTPUT",
            "SBATCH_OPEN_MODE",
            "SBATCH_MEM_PER_CPU",
            "SBATCH_CONSTRAINT",
            "SBATCH_GRES",
            "SBATCH_EXCLUSIVE",
            "SCANCEL_INTERACTIVE",
            "SCANCEL_NAME",
            "SCANCEL_STATE",
            "SCANCEL_USER",
            "SCANCEL_PARTITION",
            "SCONTROL_ALL",
            "SLURM_JOB_ID",
            "SLURM_JOBID",
            "SLURM_NTASKS",
            "SLURM_MEM_PER_NODE",
            "SLURM_CPUS_PER_TASK",
            "SLURM_ARRAY_TASK_ID",
            "SLURM_EXPORT_ENV",
            "SLURM_EXIT_ERROR",
        ];
        string[] kept =
        [
            "SLURM_CONF",
            "SLURM_JWT",
            "SLURM_ROOT",
            "SBATCH_ACCOUNT",
            "SBATCH_PARTITION",
            "SBATCH_QOS",
            "SBATCH_RESERVATION",
            "SBATCH_WCKEY",
            "SBATCH_TIMELIMIT",
            "SBATCH_EXPORT",
            "HOME",
        ];

        var after = Run(SlurmShell.Header + "env", cleared.Concat(kept).Select(name => KeyValuePair.Create(name, "a 'b\nSQUEUE_X=c")))
            .Split('\n')
            .Select(line => line.Split('=')[0])
            .ToHashSet();

        Assert.IsEmpty(cleared.Where(after.Contains));
        Assert.IsEmpty(kept.Where(name => !after.Contains(name)));
    }

    [TestMethod]
    public void What_the_wiring_names_is_not_taken_from_a_users_defaults()
    {
        using var folder = new TempFolder(inMemory: true);
        folder.Write(
            "submit.sh",
            "#!/bin/sh\n#SBATCH --job-name=ms-x\n#SBATCH --partition=main\n#SBATCH --time=0-01:00:00\n#SBATCH --exclusive\n"
        );
        var after = Run(
            $"cd {ShellText.Quote(folder.In(""))}\n{SlurmShell.UnsetUserDefaults}env",
            [new("SBATCH_PARTITION", "other"), new("SBATCH_TIMELIMIT", "5"), new("SBATCH_ACCOUNT", "mine"), new("SBATCH_QOS", "mine")]
        );
        Assert.DoesNotContain("SBATCH_PARTITION", after);
        Assert.DoesNotContain("SBATCH_TIMELIMIT", after);
        StringAssert.Contains(after, "SBATCH_ACCOUNT=mine");
        StringAssert.Contains(after, "SBATCH_QOS=mine");
    }

    [TestMethod]
    [DataRow("UTC")]
    [DataRow("Pacific/Kiritimati")]
    [DataRow("America/Anchorage")]
    public void The_accounting_is_asked_for_whole_days_of_the_clusters_own_clock(string zone)
    {
        var words = Run($"echo {SlurmShell.FormatTimeWindow(30)}", [new("TZ", zone)]).Trim().Split(' ');
        CollectionAssert.AreEqual((string[])["-S", "-E"], (string[])[words[0], words[2]]);
        var (from, to) = (
            DateTime.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture),
            DateTime.Parse(words[3], System.Globalization.CultureInfo.InvariantCulture)
        );
        // Near midnight a change of the clock within the window moves its first day by one.
        Assert.IsTrue((to - from).TotalDays is 32 or 33 or 34, $"{from} {to}");
        Assert.IsTrue(from < DateTime.UtcNow.AddDays(-30) && to > DateTime.UtcNow.AddHours(12), $"{from} {to}");
    }

    [TestMethod]
    public void A_Slurm_that_is_too_old_is_refused_with_a_message_and_uses_up_no_attempt()
    {
        using var world = new ClusterWorld();
        File.WriteAllText(world.In("twin/version"), "17.02.11\n");
        var request = world.Order();
        world.Submit(request);
        var why = world.Last<Observation.Blocked>(request)!.Problem;
        Assert.AreEqual("MATTER4022", why.Code.ToString());
        StringAssert.Contains(why.Message, "17.02");
        StringAssert.Contains(why.Message, "17.11 or later");
        Assert.IsFalse(File.Exists(Path.Combine(request.Folder, "submit.sh")));
        Assert.AreEqual(0, world.Calls("sbatch"));
    }

    [TestMethod]
    public void A_cluster_of_several_is_named_in_every_question()
    {
        var slurm = new SlurmScheduler(new SlurmOptions { Cluster = "alpha" }, text => text);
        StringAssert.Contains(slurm.QueueScript, "squeue -M 'alpha' -a");
        StringAssert.Contains(slurm.BuildAccountingScript(["1"], ["ms-x"], 3), "sacct -M 'alpha' -X");
        StringAssert.Contains(slurm.BuildCancelScript(["1"]), "scancel -M 'alpha' -Q 1");
        StringAssert.Contains(slurm.BuildHoldScript(["1"]), "scontrol -M 'alpha' hold");
        StringAssert.Contains(
            SubmitScript.BuildScript(slurm, new Submission("ms-x", null, null, SearchFirst: true, [], TimeSpan.FromSeconds(100))),
            "squeue -M 'alpha' -a"
        );
        CollectionAssert.Contains(
            slurm.FormatDirectives("ms-x", new JobResources(new TaskShape(1, 1, 1, null, 0, null), null), single: true).ToList(),
            "#SBATCH --clusters=alpha"
        );
        Assert.AreEqual("alpha", ((IScheduler)slurm).ClusterKey, "each cluster is asked by itself");
        Assert.AreEqual("", ((IScheduler)new SlurmScheduler(new SlurmOptions(), text => text)).ClusterKey);
    }

    [TestMethod]
    [DataRow("--clusters=alpha", "key 'cluster'")]
    [DataRow("--clusters alpha", "key 'cluster'")]
    [DataRow("--cluster=alpha", "key 'cluster'")]
    [DataRow("-M alpha", "key 'cluster'")]
    [DataRow("-Malpha", "key 'cluster'")]
    [DataRow("--parti=main", "key 'partition'")]
    [DataRow("--arr=0-3", "MatterStack sets it itself")]
    [DataRow("--workdir=/tmp", "MatterStack sets it itself")]
    [DataRow("--test-only", "submits nothing")]
    [DataRow("--test", "submits nothing")]
    [DataRow("--version", "submits nothing")]
    [DataRow("-V", "submits nothing")]
    [DataRow("--exclusive", null)]
    [DataRow("--mem-per-cpu=1G", null)]
    [DataRow("--nodelist=n1", null)]
    [DataRow("--cluster-constraint=x", null)]
    [DataRow("--export=NONE", null)]
    [DataRow("-H", null)]
    [DataRow("--requeue", null)]
    public void Further_options_that_would_lead_jobs_astray_are_refused_when_the_campaign_is_built(string option, string? instead)
    {
        var file = OperatorsFile
            .Parse(
                System.Text.Encoding.UTF8.GetBytes(
                    $"operators: {{ hpc.default: {{ kind: hpc, backend: {{ type: slurm, slurm: {{ options: [\"{option}\"] }} }} }} }}"
                ),
                "operators.yaml",
                Schedulers.Schema,
                outside: null
            )
            .GetValueOrThrow();
        var why = new HpcProvider(Schedulers.All, new LocalProvider("hpc")).FindUnavailableReason(file.Operators.Values.Single());
        Assert.AreEqual(instead is null, why is null, why);
        StringAssert.Contains(why ?? "", instead ?? "");
    }

    [TestMethod]
    [DataRow("alpha", true)]
    [DataRow("all", false)]
    [DataRow("alpha,beta", false)]
    [DataRow("-x", false)]
    public void One_cluster_is_named_and_no_more(string name, bool taken) =>
        Assert.AreEqual(
            taken,
            OperatorsFile
                .Parse(
                    System.Text.Encoding.UTF8.GetBytes(
                        $"operators: {{ hpc.default: {{ kind: hpc, backend: {{ type: slurm, slurm: {{ cluster: \"{name}\" }} }} }} }}"
                    ),
                    "operators.yaml",
                    Schedulers.Schema,
                    outside: null
                )
                .TryGet(out _, out _)
        );

    private static string Run(string script, IEnumerable<KeyValuePair<string, string>> environment)
    {
        using var shell = new LocalShell(environment.Append(new("PATH", "/usr/bin:/bin")).ToDictionary(), TimeProvider.System);
        return ((ShellResult.Ended)shell.Run(new ShellCall(script, TimeSpan.FromSeconds(30)), CancellationToken.None)).Output;
    }

    [TestMethod]
    [DataRow("--comment=x y", "--comment=\"x y\"")]
    [DataRow("--comment=\"x y\"", "--comment=\"x y\"")]
    [DataRow("--comment='x y'", "--comment='x y'")]
    [DataRow("--exclude n1", "--exclude n1")]
    [DataRow("-x n1", "-x n1")]
    [DataRow("--exclusive", "--exclusive")]
    [DataRow("--comment=a#b", "--comment=\"a#b\"")]
    public void An_option_whose_value_has_spaces_is_one_option(string option, string line) =>
        CollectionAssert.Contains(
            new SlurmScheduler(new SlurmOptions { Options = [option] }, text => text)
                .FormatDirectives("ms-x", new JobResources(new TaskShape(1, 1, 1, null, 0, null), null), single: true)
                .ToList(),
            "#SBATCH " + line
        );
}
