using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.SharedFolders;

/// <summary>A run's folder through sshfs, whose locks the machine that has it mounted keeps to itself.</summary>
[TestClass]
public sealed class SshfsTests
{
    [TestMethod]
    public void A_run_is_not_moved_through_sshfs_and_can_be_looked_at_while_it_is_moved_over_there()
    {
        Require.Component("sshfs");
        var folder = Directory.CreateTempSubdirectory("matterstack-sshfs-").FullName;
        try
        {
            var (code, said) = Shell.Run(
                $"timeout 30 sh '{Path.Combine(Repository.Folder, "tests", "gluster", "start-sshfs.sh")}' '{folder}'"
            );
            if (code != 0)
            {
                Require.Absent("sshfs", said);
            }

            LookAndTry(folder);
        }
        finally
        {
            Shell.Run($"umount '{folder}/near' || umount -l '{folder}/near'; rm -rf --one-file-system '{folder}'");
        }
    }

    private static void LookAndTry(string folder)
    {
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a;b" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" Cache="false" /></ItemGroup>""",
            below: Path.Combine(folder, "far")
        );
        var near = Path.Combine(folder, "near") + campaign.Folder[Path.Combine(folder, "far").Length..];

        Near("Loop").Failed("MATTER3021", "fuse.sshfs", "MatterStackRunsDirectory", "MatterStackTrustLocks");
        Assert.IsEmpty(campaign.Started());
        using (var loop = campaign.Start("Loop"))
        {
            Wait.Until(() => campaign.Started().Length >= 1, "a task to run");
            Near("Status;Explain;Attempts;ListRuns;WiringDiff").Succeeded().Says("RUNNING").SaysNot("damaged");
            foreach (var target in new[] { "Step", "Pause" })
            {
                Near(target).Failed("MATTER3021");
            }

            campaign.Give("go");
            loop.Wait().Succeeded();
        }

        Near("Status").Succeeded().Says("COMPLETED");
        // Nobody else works there.
        Near("Rerun", "-p:TaskId=a", "-p:MatterStackTrustLocks=true").Succeeded();
        Near("Loop", "-p:MatterStackTrustLocks=true").Succeeded();
        campaign.Build("CheckRun").Succeeded().Says("is sound");

        // A file that is deleted while it is open stays there under another name, as on NFS: the run's own lock is one, and what somebody
        // looks at.
        using (File.OpenRead(Path.Combine(near, "runs", Path.GetFileName(campaign.Run().Folder), "tasks", "a@2", "run.sh")))
        {
            Near("Reset", "-p:Confirm=true", "-p:MatterStackTrustLocks=true")
                .Succeeded()
                .Says("MATTER3004", "is deleted, but not all of its files could be removed", "deleted run");
            Assert.HasCount(1, Directory.GetDirectories(campaign.Runs));
        }

        Near("Init", "-p:MatterStackTrustLocks=true").Succeeded();
        Near("Reset", "-p:Confirm=true", "-p:MatterStackTrustLocks=true").Succeeded().SaysNot("MATTER3004");
        Assert.IsEmpty(Directory.GetDirectories(campaign.Runs));

        BuildOutcome Near(string target, params string[] arguments)
        {
            using var build = DotnetBuild.Start(near, ["-t:" + target, .. arguments], campaign.Environment);
            return build.Wait();
        }
    }
}
