using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Disks that are full and folders that cannot be written: one clear error, nothing lost.</summary>
[TestClass]
public sealed class DiskTests
{
    private const string TwoTasks = """
          <ItemGroup>
            <CampaignTask Include="a" Command="echo &quot;$MATTERSTACK_TASK_ID&quot; >> &quot;$OUT/log&quot;; echo result > out.txt" Outputs="out.txt" />
            <CampaignTask Include="b" DependsOn="a" Command="echo &quot;$MATTERSTACK_TASK_ID&quot; >> &quot;$OUT/log&quot;; cat deps/a/out.txt" />
          </ItemGroup>
        """;

    [TestMethod]
    public void An_attempt_for_which_there_is_no_space_is_postponed_and_continues_when_there_is()
    {
        Require.Component("linux");
        using var campaign = new Campaign(TwoTasks);
        campaign.Build("Init").Succeeded();
        var run = campaign.Run();
        using (var disk = SmallDisk(Path.Combine(run.Folder, "tasks"), "size=16k"))
        {
            Shell.Run($"cat /dev/zero > '{Path.Combine(disk.Folder, "filler")}'");

            campaign.Build("Loop").Failed("MATTER4010", "'a'", "No space left");

            Assert.AreEqual("CREATED", run.Attempt("a"));
            Assert.HasCount(0, campaign.Started());
        }

        campaign.Build("Loop").Succeeded();
        CollectionAssert.AreEqual((string[])["a", "b"], campaign.Started());
    }

    [TestMethod]
    public void A_run_on_a_full_disk_says_so_and_continues_when_there_is_space_again()
    {
        using var campaign = new Campaign(TwoTasks);
        using var disk = SmallDisk(campaign, "size=3m");
        campaign.Build("Init", "-p:MatterStackRunsDirectory=small").Succeeded();
        var run = new Run(Directory.GetDirectories(disk.Folder).Single(d => Path.GetFileName(d)[0] != '.'));
        var filler = Path.Combine(disk.Folder, "filler");
        Shell.Run($"cat /dev/zero > '{filler}'");

        var full = campaign.Build("Loop", "-p:MatterStackRunsDirectory=small");

        Assert.AreEqual(1, full.ExitCode, full.Said);
        Assert.DoesNotContain("   at ", full.Said, "a stack trace");
        Assert.Contains("error MATTER", full.Said);
        Assert.IsTrue(
            full.Said.Contains("disk is full", StringComparison.Ordinal) || full.Said.Contains("No space left", StringComparison.Ordinal),
            full.Said
        );
        File.Delete(filler);
        if (run.State == "FAILED")
        {
            // The attempt could be recorded as not started; nothing of it ran.
            Assert.AreEqual("FAILED_INIT", run.Attempt("a"));
            Assert.HasCount(0, campaign.Started());
        }
        else
        {
            campaign.Build("Loop", "-p:MatterStackRunsDirectory=small").Succeeded();
            CollectionAssert.AreEqual((string[])["a", "b"], campaign.Started());
        }
    }

    [TestMethod]
    public void A_task_that_fills_a_disk_has_that_in_its_reason()
    {
        Require.Component("linux");
        using var campaign = new Campaign("");
        using var disk = SmallDisk(campaign, "size=1m");
        campaign.Write(
            "operators.yaml",
            $$"""
            operators:
              local.default: { kind: local, backend: { type: local } }
              local.small: { kind: local, backend: { type: local, workspace_root: {{disk.Folder}} } }
            """
        );
        campaign.Declare(
            $"""
              <ItemGroup>
                <CampaignTask Include="fills" OperatorKey="local.small" AllowFailure="true" Command="cat /dev/zero > big" />
                <CampaignTask Include="lacks" OperatorKey="local.small" DependsOn="fills" AllowDependencyFailure="true" AllowFailure="true" Outputs="out" Command="echo 1 > part &amp;&amp; mv part out; true" />
                <CampaignTask Include="tells" DependsOn="lacks" AllowDependencyFailure="true" AllowFailure="true" Command="cat /dev/zero > '{disk.Folder}/more'" />
                <CampaignTask Include="other" DependsOn="tells" AllowDependencyFailure="true" Command="true" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual($"exit code 1 (the disk of {disk.Folder} is full: 0 bytes free of 1 MB)", run.Attempt("fills", "reason"));
        Assert.AreEqual(
            $"declared outputs were not produced: out (the disk of {disk.Folder} is full: 0 bytes free of 1 MB)",
            run.Attempt("lacks", "reason")
        );
        Assert.AreEqual("exit code 1 (its stderr.log contains \"No space left on device\")", run.Attempt("tells", "reason"));
    }

    [TestMethod]
    public void An_exit_code_for_which_there_was_no_space_is_missed_with_that_as_its_cause()
    {
        Require.Component("linux");
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a" Command="{Campaign.WaitFor("go")}; cat /dev/zero > big; exit 0" /></ItemGroup>"""
        );
        campaign.Build("Init").Succeeded();
        var run = campaign.Run();
        using var disk = SmallDisk(Path.Combine(run.Folder, "tasks"), "size=1m");
        campaign.Build("Step").Succeeded();
        // Who comes later knows of the exit code what was written.
        campaign.Give("go");

        campaign.Build("Loop", "-p:MatterStackInfrastructureRetries=0").Failed("MATTER3007");

        Assert.AreEqual("FAILED", run.Attempt("a"));
        StringAssert.Contains(run.Attempt("a", "reason"), "left no exit code");
        StringAssert.Contains(run.Attempt("a", "reason"), "is full: 0 bytes free of 1 MB");
    }

    [TestMethod]
    public void A_run_that_does_not_fit_on_the_disk_is_not_made()
    {
        using var campaign = new Campaign(TwoTasks);
        using var disk = SmallDisk(campaign, "size=3m");
        Shell.Run($"cat /dev/zero > '{Path.Combine(disk.Folder, "filler")}'");

        campaign.Build("Init", "-p:MatterStackRunsDirectory=small").Failed("error MATTER");

        Assert.HasCount(1, Directory.GetFileSystemEntries(disk.Folder), "nothing but the filler");
    }

    [TestMethod]
    public void A_folder_for_runs_that_is_read_only_is_one_clear_error_and_can_still_be_read()
    {
        using var campaign = new Campaign(TwoTasks);
        campaign.Build("Loop", "-p:MatterStackRunsDirectory=small").Succeeded();
        var finished = Path.GetFileName(Directory.GetDirectories(Path.Combine(campaign.Folder, "small")).Single());
        campaign.Build("Init", "-p:MatterStackRunsDirectory=small").Succeeded();
        using var disk = ReadOnly(campaign);

        campaign.Build("Init", "-p:MatterStackRunsDirectory=small").Failed("error MATTER3004");
        campaign.Build("Step", "-p:MatterStackRunsDirectory=small").Failed("error MATTER3004");
        campaign.Build("Loop", "-p:MatterStackRunsDirectory=small").Failed("error MATTER3004");
        campaign.Build("Status", "-p:MatterStackRunsDirectory=small").Succeeded().Says("PENDING");
        campaign.Build("Status", "-p:MatterStackRunsDirectory=small", "-p:RunId=" + finished).Succeeded().Says("COMPLETED");
        campaign.Build("ListRuns", "-p:MatterStackRunsDirectory=small").Succeeded().Says("2 runs");
        campaign.Build("ExportEvidence", "-p:MatterStackRunsDirectory=small").Failed("error MATTER3004");
        CollectionAssert.AreEqual((string[])["a", "b"], campaign.Started());
    }

    [TestMethod]
    public void A_file_where_the_folder_for_runs_should_be_is_one_clear_error()
    {
        using var campaign = new Campaign(TwoTasks);
        campaign.Write("runs", "I am a file");

        campaign.Build("Loop").Failed("error MATTER3004", campaign.Runs);

        Assert.AreEqual("I am a file", File.ReadAllText(campaign.Runs));
    }

    private static Mounted SmallDisk(Campaign campaign, string options) =>
        SmallDisk(Directory.CreateDirectory(Path.Combine(campaign.Folder, "small")).FullName, options);

    private static Mounted SmallDisk(string folder, string options) => new(folder, $"mount -t tmpfs -o {options} tmpfs '{folder}'");

    private static Mounted ReadOnly(Campaign campaign)
    {
        var folder = Path.Combine(campaign.Folder, "small");
        return new Mounted(folder, $"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}'");
    }

    private sealed class Mounted : IDisposable
    {
        public Mounted(string folder, string command)
        {
            Folder = folder;
            var (code, said) = Shell.Run(command);
            if (code != 0)
            {
                Dispose();
                Require.Absent("mount", said.Trim());
            }
        }

        public string Folder { get; }

        public void Dispose() => Shell.Run($"umount -l '{Folder}'");
    }
}
