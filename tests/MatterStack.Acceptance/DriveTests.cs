using MatterStack.Acceptance.Slurm;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Runs that cron and Slurm keep moving, with nobody logged in.</summary>
[TestClass]
public sealed class DriveTests
{
    private const string Waves = """
          <ItemGroup>
            <CampaignTask Include="first" OperatorKey="KEY" Outputs="env" Command="env > env" />
            <CampaignTask Include="second" OperatorKey="KEY" DependsOn="first" Command="true" />
            <CampaignTask Include="third" OperatorKey="KEY" DependsOn="second" Command="true" />
          </ItemGroup>
        """;

    [TestMethod]
    public void Cron_drives_a_run_to_its_end_and_leaves_no_line_and_no_process()
    {
        Require.Component("cron");
        using var home = new Home();
        using var campaign = new Campaign(Local(Waves), "o'neil's 100% camp\u00e4ign");
        home.Use(campaign);
        campaign.Environment["SLURM_JOB_ID"] = "17";
        campaign.Environment["OF_THE_SESSION"] = "1";
        campaign.Build("Init").Succeeded();
        var mine = Shell.Run("crontab -l").Said;

        campaign.Build("Drive", "-p:With=cron").Succeeded().Says("nothing was installed", "* * * * * /bin/sh");
        Assert.AreEqual(mine, Shell.Run("crontab -l").Said);
        campaign.Build("Drive", "-p:With=cron", "-p:Confirm=true").Succeeded().Says("is driven by cron");
        campaign.Build("Drive", "-p:With=cron", "-p:Confirm=true").Succeeded();

        var run = campaign.Run();
        Assert.HasCount(3, Shell.Run("crontab -l").Said.Split("matterstack-" + run.Id), "a comment and one line");
        campaign.Build("Status").Succeeded().Says("driven by cron on", "no tick yet");
        using (var cron = Cron.Start())
        {
            Wait.Until(() => run.State == "COMPLETED", "cron to drive the run: " + campaign.Runs);
            Wait.Until(() => !Shell.Run("crontab -l").Said.Contains(run.Id, StringComparison.Ordinal), "the line to be gone");
        }

        var environment = run.File("first", "work/env");
        Assert.DoesNotContain("SLURM_JOB_ID", environment);
        Assert.DoesNotContain("OF_THE_SESSION", environment);
        Assert.AreEqual("", Shell.Run($"ls '{home.Scripts}'").Said, "scripts");
        Assert.AreEqual("", Shell.Run($"pgrep -f '[R]unId={run.Id}'").Said, "processes");
        Assert.AreEqual("cron 1", run.Text("SELECT kind || ' ' || (removed_at_utc IS NOT NULL) FROM drivers ORDER BY seq DESC"));
        campaign.Build("Drive", "-p:With=cron", "-p:Confirm=true").Failed("has ended");
    }

    [TestMethod]
    public void A_driver_that_is_left_over_removes_itself_at_its_next_call()
    {
        Require.Component("cron");
        using var home = new Home();
        using var campaign = new Campaign(Local(Waves));
        home.Use(campaign);
        foreach (var end in new[] { "stopped", "run deleted", "workspace deleted" })
        {
            campaign.Build("Init").Succeeded();
            campaign.Build("Drive", "-p:With=cron", "-p:Confirm=true").Succeeded();
            var run = campaign.Run();
            var call = $"HOME='{home.Folder}' /bin/sh '{Directory.GetFiles(home.Scripts).Single()}'";
            switch (end)
            {
                case "stopped":
                    // As from another machine, which cannot change this one's table.
                    File.Delete(Path.Combine(run.Folder, "driver", "current"));
                    break;
                case "run deleted":
                    campaign.Build("Reset", "-p:Confirm=true").Succeeded();
                    break;
                default:
                    Directory.Delete(campaign.Folder, recursive: true);
                    break;
            }

            Assert.Contains(run.Id, Shell.Run("crontab -l").Said);
            Assert.AreEqual((0, ""), Shell.Run(call), end);

            Assert.DoesNotContain(run.Id, Shell.Run("crontab -l").Said, end);
            Assert.IsEmpty(Directory.GetFiles(home.Scripts), end);
        }
    }

    [TestMethod]
    public void Systemd_accepts_the_units()
    {
        Require.Component("systemd-analyze");
        using var folder = new Home();
        foreach (var name in new[] { "service", "timer" })
        {
            File.Copy(
                Path.Combine(Repository.Folder, "tests/fixtures/driving/matterstack-run." + name),
                Path.Combine(folder.Folder, "matterstack-run." + name)
            );
        }

        var (code, said) = Shell.Run(
            "XDG_RUNTIME_DIR=$PWD systemd-analyze verify --user ./matterstack-run.timer ./matterstack-run.service",
            folder.Folder
        );
        Assert.AreEqual((0, ""), (code, said));
    }

    [TestMethod]
    public void Jobs_that_follow_one_another_drive_a_run_on_Slurm_and_none_is_left()
    {
        using var cluster = PlainSlurm.Start();
        using var home = new Home();
        using var campaign = cluster.Campaign(Waves.Replace("KEY", "hpc.default", StringComparison.Ordinal));
        home.Use(campaign);
        campaign.Build("Init").Succeeded();

        campaign.Build("Drive", "-p:With=slurm", "-p:Confirm=true").Succeeded().Says("is driven by slurm");
        campaign.Build("Drive", "-p:With=slurm", "-p:Confirm=true").Succeeded();

        var run = campaign.Run();
        Assert.HasCount(1, cluster.Command($"squeue -h --name=matterstack-{run.Id} -o %A").Split('\n'), "a second follower");
        Wait.Until(() => run.State == "COMPLETED", "the jobs to drive the run");
        Wait.Until(() => cluster.Command("squeue -h -o %A").Length == 0, "the last job to end");
        Assert.AreEqual("slurm 1", run.Text("SELECT kind || ' ' || (removed_at_utc IS NOT NULL) FROM drivers ORDER BY seq DESC"));
        Assert.IsEmpty(Directory.GetFiles(home.Scripts));

        // A run that waits: the follower goes with the driver.
        campaign.Build("Init").Succeeded();
        campaign.Build("Pause").Succeeded();
        campaign.Build("Drive", "-p:With=slurm", "-p:Confirm=true").Succeeded();
        var paused = campaign.Run();
        Wait.Until(
            () =>
                cluster
                    .Command($"squeue -h --name=matterstack-{paused.Id} -t PENDING -o %r")
                    .Contains("BeginTime", StringComparison.Ordinal),
            "the follower of the paused run"
        );
        campaign.Build("Drive", "-p:Stop=true").Succeeded().Says("removed slurm");
        Wait.Until(() => cluster.Command("squeue -h -o %A").Length == 0, "the follower to be gone");
    }

    [TestMethod]
    public void A_tick_of_a_run_that_another_command_drives_does_nothing_and_succeeds()
    {
        Require.Component("cron");
        using var home = new Home();
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="slow" OperatorKey="local.default" Command="{Campaign.WaitFor("go")}" />
              </ItemGroup>
            """
        );
        home.Use(campaign);
        campaign.Build("Init").Succeeded();
        campaign.Build("Drive", "-p:With=cron", "-p:Confirm=true").Succeeded();
        using var loop = campaign.Start("Loop");
        var run = campaign.Run();
        Wait.Until(() => run.Attempt("slow") == "RUNNING", "the loop");

        var script = Directory.GetFiles(home.Scripts).Single();
        Assert.AreEqual((0, ""), Shell.Run($"HOME='{home.Folder}' /bin/sh '{script}'"));

        Assert.Contains("nothing to do", File.ReadAllText(Path.Combine(run.Folder, "driver", "driver.log")));
        campaign.Give("go");
        loop.Wait().Succeeded();
        // The loop has ended the run; the driver has outlived it.
        File.Delete(Path.Combine(run.Folder, "driver", "next"));
        Assert.AreEqual((0, ""), Shell.Run($"HOME='{home.Folder}' /bin/sh '{script}'"));
        Assert.DoesNotContain(run.Id, Shell.Run("crontab -l").Said);
        Assert.AreEqual("1", run.Text("SELECT count(*) FROM drivers WHERE removed_at_utc IS NOT NULL"));
    }

    private static string Local(string body) => body.Replace("KEY", "local.default", StringComparison.Ordinal);

    /// <summary>A home folder of one test's own; the SDK's files stay where they are.</summary>
    private sealed class Home : IDisposable
    {
        // Tests share the table of the user.
        private static readonly object Gate = new();

        public Home() => Monitor.Enter(Gate);

        public string Folder { get; } = Directory.CreateTempSubdirectory("matterstack-home-").FullName;

        public string Scripts => Path.Combine(Folder, ".matterstack", "drivers");

        public void Use(Campaign campaign)
        {
            var real = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            campaign.Environment["HOME"] = Folder;
            campaign.Environment["DOTNET_CLI_HOME"] = Environment.GetEnvironmentVariable("DOTNET_CLI_HOME") ?? real;
            campaign.Environment["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(real, ".nuget", "packages");
        }

        public void Dispose()
        {
            if (Directory.Exists(Scripts))
            {
                foreach (var script in Directory.GetFiles(Scripts))
                {
                    Shell.Run($"HOME='{Folder}' /bin/sh '{script}' remove");
                }
            }

            Directory.Delete(Folder, recursive: true);
            Monitor.Exit(Gate);
        }
    }

    /// <summary>Debian's cron, unless one runs on this machine.</summary>
    private sealed class Cron : IDisposable
    {
        private readonly System.Diagnostics.Process? _daemon;

        private Cron(System.Diagnostics.Process? daemon) => _daemon = daemon;

        public static Cron Start() =>
            new(
                Shell.Run("pgrep -x cron").Code == 0
                    ? null
                    : System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cron", ["-f"]))
            );

        public void Dispose()
        {
            _daemon?.Kill();
            _daemon?.WaitForExit();
            _daemon?.Dispose();
        }
    }
}
