using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Steps that come and go while work goes on.</summary>
[TestClass]
public sealed class StepTests
{
    [TestMethod]
    public void A_Step_returns_at_once_and_a_later_one_collects_what_it_started()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}; echo done" />
                <CampaignTask Include="b" DependsOn="a" Command="{Campaign.LogStart}" />
              </ItemGroup>
            """
        );

        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Assert.AreEqual("RUNNING", run.Attempt("a"));
        Assert.IsTrue(Shell.IsAlive(run.ProcessOf("a")), "outlives the Step that started it");
        campaign.Build("Step").Succeeded();
        Assert.AreEqual("RUNNING", run.Attempt("a"));
        Assert.AreEqual("PENDING", run.Task("b"));

        campaign.Give("go");
        Wait.ForFile(run.PathOf("a", "exit_code"));
        campaign.Build("Step").Succeeded();
        Assert.AreEqual("COMPLETED", run.Task("a"));
        Assert.AreNotEqual("PENDING", run.Task("b"), "the same tick has started what follows");
        Wait.ForFile(run.PathOf("b", "exit_code"));
        campaign.Build("Step").Succeeded().Says("COMPLETED");

        Assert.AreEqual("COMPLETED", run.State);
        CollectionAssert.AreEqual((string[])["a", "b"], campaign.Started());
        Assert.AreEqual("done\n", run.File("a", "stdout.log"));
    }

    [TestMethod]
    public void A_Loop_is_woken_by_the_end_of_what_a_Step_has_started()
    {
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" /></ItemGroup>"""
        );
        campaign.Build("Step").Succeeded();

        using var loop = campaign.Start("Loop");
        Wait.Until(() => campaign.Run().Rows("SELECT 1 FROM events").Count > 0, "the run to have events");
        campaign.Give("go");

        loop.Wait().Succeeded().Says("COMPLETED");
        CollectionAssert.AreEqual((string[])["a"], campaign.Started());
    }

    [TestMethod]
    public void A_process_that_is_killed_between_two_steps_ends_its_attempt_with_a_reason_and_what_it_has_started()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a" MaxAttempts="2" Command="sh -c 'echo $$ > &quot;$OUT/child&quot;; {Campaign.WaitFor(
                "go"
            )}' &amp; wait" />
              </ItemGroup>
            """
        );
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        var process = run.ProcessOf("a");
        var child = ProcessIn(campaign.Sign("child"));
        File.Delete(campaign.Sign("child"));

        Shell.Signal("KILL", process);
        Wait.Until(() => !Shell.IsAlive(process), "the process to be gone");
        campaign.Build("Step").Succeeded();

        Assert.AreEqual("FAILED", run.Attempt("a"));
        StringAssert.Contains(run.Attempt("a", "reason"), "its process is gone and left no exit code");
        Wait.Until(() => !Shell.IsAlive(child), "what it has started to be gone");
        // On a busy machine the end of what it has started may outlast the step; then a later one begins the second attempt.
        Wait.Until(SecondHasBegun, "the second attempt");
        Assert.AreEqual("RUNNING", run.Attempt("a", index: 2));
        Assert.IsTrue(Shell.IsAlive(ProcessIn(campaign.Sign("child"))), "the second attempt is another's");
        campaign.Give("go");
        campaign.Build("Loop").Succeeded();
        Assert.AreEqual("COMPLETED", run.State);

        bool SecondHasBegun()
        {
            if (run.Attempt("a", index: 2).Length > 0)
            {
                return true;
            }

            campaign.Build("Step").Succeeded();
            return false;
        }
    }

    [TestMethod]
    public void A_process_that_has_got_the_number_of_a_vanished_one_is_not_taken_for_it()
    {
        using var campaign = new Campaign($"""<ItemGroup><CampaignTask Include="a" Command="{Campaign.WaitFor("go")}" /></ItemGroup>""");
        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        var process = run.ProcessOf("a");
        // As if the machine had given the number to this process meanwhile.
        Shell.Signal("KILL", process);
        run.Rows($"UPDATE attempts SET external_id = replace(external_id, '{process}@', '{Environment.ProcessId}@')");

        campaign.Build("Loop", "-p:MatterStackInfrastructureRetries=0").Failed("MATTER3008", "its process is gone");
    }

    [TestMethod]
    public void Many_Steps_at_once_on_a_run_start_each_task_once()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup><N Include="0;1;2;3;4;5;6;7;8;9" /></ItemGroup>
              <Target Name="Declare" BeforeTargets="CollectCampaignTasks">
                <ItemGroup><CampaignTask Include="t%(N.Identity)" Command="{Campaign.LogStart}" /></ItemGroup>
              </Target>
            """
        );
        campaign.Build("Init").Succeeded();

        var steps = Enumerable.Range(0, 20).Select(_ => campaign.Start("Step")).ToList();
        foreach (var step in steps)
        {
            var outcome = step.Wait();
            if (outcome.ExitCode != 0)
            {
                outcome.Failed("MATTER3003");
            }

            step.Dispose();
        }

        campaign.Build("Loop").Succeeded();
        Assert.AreEqual("COMPLETED", campaign.Run().State);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 10).Select(n => $"t{n}").ToArray(), campaign.Started());
        Assert.HasCount(1, Directory.GetDirectories(campaign.Runs));
    }

    [TestMethod]
    public void Two_Loops_at_once_in_a_workspace_without_runs_make_one()
    {
        using var campaign = new Campaign(
            $"""<ItemGroup><CampaignTask Include="a" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" /></ItemGroup>"""
        );
        using var one = campaign.Start("Loop");
        using var other = campaign.Start("Loop");

        Wait.Until(() => one.HasEnded || other.HasEnded, "one of the two to be refused");
        campaign.Give("go");

        var (refused, looped) = one.HasEnded ? (one, other) : (other, one);
        refused.Wait().Failed("MATTER3003", $"process {looped.Id}");
        looped.Wait().Succeeded().Says("COMPLETED");
        Assert.HasCount(1, Directory.GetDirectories(campaign.Runs));
        CollectionAssert.AreEqual((string[])["a"], campaign.Started());
    }

    [TestMethod]
    public void Cores_of_tasks_that_run_together_stay_within_those_of_the_operator()
    {
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
                <CampaignTask Include="a;b;c;d" Cores="2" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" />
              </ItemGroup>
            """
        );
        campaign.Write("operators.yaml", "operators:\n  local.default: { kind: local, backend: { type: local, cores: 5 } }\n");

        campaign.Build("Step").Succeeded();
        var run = campaign.Run();
        Assert.AreEqual("2", run.Text("SELECT count(*) FROM tasks WHERE state = 'RUNNING'"));
        campaign.Build("Step").Succeeded();
        Assert.AreEqual("2", run.Text("SELECT count(*) FROM tasks WHERE state = 'RUNNING'"), "counted across steps");
        campaign.Give("go");
        campaign.Build("Loop").Succeeded();
        Assert.AreEqual("COMPLETED", run.State);
    }

    [TestMethod]
    public void A_run_that_was_moved_while_its_work_continued_is_resumed_where_it_is()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" Command="cat in.txt > out.txt" Files="in.txt" Outputs="out.txt" />
                <CampaignTask Include="b" DependsOn="a" Command="cat deps/a/out.txt" />
              </ItemGroup>
            """
        );
        campaign.Write("in.txt", "moved\n");
        campaign.Build("Step").Succeeded();
        Wait.ForFile(campaign.Run().PathOf("a", "exit_code"));

        Directory.Move(campaign.Runs, Path.Combine(campaign.Folder, "archive"));
        campaign.Build("Loop", "-p:MatterStackRunsDirectory=archive").Succeeded();

        var run = new Run(Directory.GetDirectories(Path.Combine(campaign.Folder, "archive")).Single());
        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual("moved\n", run.File("b", "stdout.log"));
        Assert.AreEqual("2", run.Text("SELECT count(*) FROM attempts"));
    }

    private static int ProcessIn(string file)
    {
        Wait.Until(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), file);
        return int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }
}
