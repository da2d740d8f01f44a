using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Slurm;

/// <summary>A folder on the cluster with no room left: a file system of 20 MB, over a real Slurm and sshd.</summary>
[TestClass]
public sealed class FullDiskTests
{
    [TestMethod]
    public void A_full_disk_over_there_is_named_waited_for_and_reported_with_the_job_that_filled_it()
    {
        RealSlurm.Need();
        if (Environment.UserName != "root")
        {
            Require.Absent("slurm", "only root can make a file system of 20 MB");
        }

        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="waits" OperatorKey="hpc.default" Files="in.bin" Outputs="out" Command="wc -c &lt; in.bin > out" />
                <CampaignTask Include="fills" OperatorKey="hpc.other" DependsOn="waits" AllowFailure="true" Command="cat /dev/zero > big" />
              </ItemGroup>
            """
        );
        var far = Directory.CreateTempSubdirectory("matterstack-full-").FullName;
        RealSlurm.Command($"mount -t tmpfs -o size=20m tmpfs '{far}'");
        try
        {
            campaign.Write("operators.yaml", RealSlurm.Wiring(ssh: true).Replace("~/far", far, StringComparison.Ordinal));
            campaign.Write("in.bin", new string('x', 3_000_000));
            RealSlurm.Command($"head -c 19M /dev/zero > '{far}/others'");

            using var loop = campaign.Start("Loop");
            Wait.Until(() => loop.HasEnded || loop.Said.Contains("is full: ", StringComparison.Ordinal), "the full disk to be told");
            Assert.IsFalse(loop.HasEnded, loop.Said);
            StringAssert.Contains(loop.Said, $"waits is put off: the disk of cluster:{far} is full: ");
            StringAssert.Contains(loop.Said, "free of 20 MB");
            campaign.Build("Explain").Succeeded().Says($"waits READY: is put off: the disk of cluster:{far} is full: ");

            File.Delete(Path.Combine(far, "others"));
            loop.Wait().Succeeded();
        }
        finally
        {
            RealSlurm.Command($"umount -l '{far}'; rmdir '{far}'");
        }

        var run = campaign.Run();
        Assert.AreEqual("3000000\n", run.File("waits", "work/out"));
        Assert.AreEqual("1", run.Text("SELECT count(*) FROM attempts WHERE task_id = 'waits'"));
        Assert.AreEqual("FAILED", run.Attempt("fills"));
        // The job itself failed: the next one would wait for the disk that this one has filled.
        Assert.AreEqual("EXIT", run.Attempt("fills", "end_cause"));
        StringAssert.Contains(run.Attempt("fills", "reason"), $"the disk of cluster:{far} is full: 0 bytes free of 20 MB");
    }
}
