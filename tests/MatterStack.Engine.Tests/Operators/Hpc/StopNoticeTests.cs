namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A job asks its scheduler for a signal before the time limit, or counts the time itself.</summary>
[TestClass]
public sealed class StopNoticeTests
{
    [TestMethod]
    [DataRow("StopSignal=TERM@120 TimeLimitMinutes=90", "", "--signal=B:USR1@120")]
    [DataRow("StopSignal=TERM@120", "", "--signal=B:USR1@120", DisplayName = "the partition's own limit")]
    [DataRow("StopSignal=TERM@120", "time: '00:02:00'", "--signal=B:USR1@60", DisplayName = "the site's limit is shorter")]
    [DataRow("StopSignal=USR2@7 TimeLimitMinutes=1", "options: ['--signal=B:INT@9', --exclusive]", "--signal=B:USR1@7 --exclusive")]
    [DataRow("TimeLimitMinutes=1", "options: ['--signal=B:INT@9']", "--signal=B:INT@9")]
    public void Slurm_is_asked_for_it(string asked, string site, string expected)
    {
        var options = ShapeRows.SlurmOptions(ShapeRows.Task(asked), site).Where(option => option.Contains("sig", StringComparison.Ordinal));
        var signals = ShapeRows.SlurmOptions(ShapeRows.Task(asked), site).Where(option => option is "--exclusive");
        Assert.AreEqual(expected, string.Join(' ', options.Concat(signals)));
    }

    [TestMethod]
    public void A_script_of_Slurm_has_no_watcher_and_spares_srun_and_one_of_Grid_Engine_counts_the_time()
    {
        using var world = new ClusterWorld();
        var request = world.Order(with: task => task with { StopSignal = "TERM@20", TimeLimitMinutes = 1 });
        var (slurm, grid) = (ShapeRows.Site("slurm", ""), ShapeRows.Site("sge", ""));
        var script = Engine.Operators.Hpc.JobScript.BuildScript(request, slurm, slurm.GetResources(request), "ms-x", null);
        Assert.Contains("scancel -Q --signal=TERM \"$SLURM_JOB_ID\"", script);
        Assert.DoesNotContain("matterstack_watcher=$!", script);

        script = Engine.Operators.Hpc.JobScript.BuildScript(request, grid, grid.GetResources(request), "ms-x", null);
        Assert.Contains("sleep 40 &", script);
        Assert.DoesNotContain("scancel", script);

        var plain = world.Order("plain");
        Assert.DoesNotContain(
            "matterstack_send",
            Engine.Operators.Hpc.JobScript.BuildScript(plain, slurm, slurm.GetResources(plain), "ms-x", null)
        );
    }
}
