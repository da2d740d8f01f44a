using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.SharedFolders;

/// <content>What people on one node can ask of a run that a loop on another node moves, and of the same run after that loop: each works, or
/// says what to do.</content>
public sealed partial class SharedFolderTests
{
    [TestMethod]
    public void Each_request_of_the_second_node_works_or_says_what_to_do_during_a_loop_and_after_it()
    {
        using var campaign = Gluster.Campaign(
            $"""
            <ItemGroup>
              <CampaignTask Include="done" Command="{Campaign.LogStart}" Cache="false" />
              <CampaignTask Include="a;b" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" Cache="false" />
              <CampaignTask Include="later" DependsOn="a" Command="{Campaign.LogStart}" Cache="false" />
            </ItemGroup>
            """
        );
        using var loop = campaign.Start("Loop");
        Wait.Until(
            () => loop.HasEnded || (campaign.Started().Length == 3 && campaign.Run().Task("done") == "COMPLETED"),
            "three tasks to be started"
        );
        var run = campaign.Run();
        var (a, done) = (run.Attempt("a", "attempt_id"), run.Attempt("done", "attempt_id"));

        Ask(
            campaign,
            elsewhere: false,
            [
                new("Revive", true, "-t:Revive is not needed"),
                new("CleanupOrphans", true, "there is no orphan; live attempts: ", $"a ({a})", "-t:CancelAttempt"),
                new("Reset", false, "MATTER3003", "is locked by process", "since") { Arguments = ["-p:Confirm=true"] },
                new("CancelAttempt", false, "is not live; ended attempts never change") { Arguments = ["-p:AttemptId=" + done] },
                new("CancelAttempt", false, "MATTER3010") { Arguments = ["-p:AttemptId=nonsense"] },
                new("Rerun", false, "has a live attempt", "-t:CancelAttempt") { Arguments = ["-p:TaskId=a"] },
                new("Rerun", false, "has no task") { Arguments = ["-p:TaskId=nobody"] },
                new("Rerun", true, "runs again") { Arguments = ["-p:TaskId=done"] },
                new("CancelAttempt", true, "is being ended") { Arguments = ["-p:AttemptId=" + a] },
            ]
        );
        Wait.Until(() => loop.HasEnded || campaign.Started().Length == 4, "the task to be run again");
        Assert.AreEqual("CANCELLED", run.Attempt("a"));
        Assert.IsFalse(loop.HasEnded, loop.Said);

        Ask(
            campaign,
            elsewhere: false,
            [new("Cancel", true, "is being cancelled", "it is cancelled") { Arguments = ["-p:Reason=wrong metal"] }]
        );
        loop.Wait().Failed("MATTER3013", "wrong metal");
        Assert.AreEqual("CANCELLED CANCELLED", $"{run.State} {run.Attempt("b")}");

        Ask(
            campaign,
            elsewhere: false,
            [
                new("Cancel", true, "is already cancelled"),
                new("CancelAttempt", false, "is not live; ended attempts never change") { Arguments = ["-p:AttemptId=" + a] },
                new("CleanupOrphans", true, "there is no orphan"),
                new("Pause", false, "has ended (CANCELLED)", "-t:Revive"),
                new("Rerun", true, "task a and 1 dependent task run again") { Arguments = ["-p:TaskId=a", "-p:Downstream=true"] },
                new("Cancel", true, "the run had no live attempt"),
                new("Revive", true, "the run was CANCELLED and continues"),
            ]
        );
        campaign.Give("go");
        campaign.Build("Loop").Succeeded();
        Assert.AreEqual("COMPLETED", run.State);
        Ask(
            campaign,
            elsewhere: false,
            [
                new("Revive", false, "the run is completed", "-t:Rerun"),
                new("CheckRun", true, "is sound"),
                new("Reset", true, "nothing was deleted", "-p:Confirm=true"),
                new("Reset", true, "deleted run") { Arguments = ["-p:Confirm=true"] },
            ]
        );
        Assert.IsEmpty(Directory.GetDirectories(campaign.Runs));
        campaign.Build("Status").Failed("MATTER3001");
    }

    [TestMethod]
    public void What_runs_on_the_first_node_is_not_reached_from_the_second_which_says_so_and_what_to_do()
    {
        Require.Component("unshare");
        using var campaign = Gluster.Campaign(
            $"""<ItemGroup><CampaignTask Include="a;b" Command="{Campaign.LogStart}; {Campaign.WaitFor("go")}" Cache="false" /></ItemGroup>"""
        );
        campaign.Build("Step").Succeeded();
        Wait.Until(() => campaign.Started().Length == 2, "two tasks to be started");
        var run = campaign.Run();
        var a = run.Attempt("a", "attempt_id");

        Ask(
            campaign,
            elsewhere: true,
            [
                new("CancelAttempt", false, "MATTER3018", $"a ({a}", "NOT REACHED", "-t:Step", "-t:CleanupOrphans")
                {
                    Arguments = ["-p:AttemptId=" + a],
                },
                new("Status", true, "a RUNNING", "it is asked to end since", "NOT REACHED"),
                new("Rerun", false, "of task a is being ended", "has not ended", "-t:Step requests the end again")
                {
                    Arguments = ["-p:TaskId=a"],
                },
                new("Reset", false, "MATTER3015", "NOT REACHED", "-t:CleanupOrphans") { Arguments = ["-p:Confirm=true"] },
            ]
        );
        campaign.Build("Step").Succeeded();
        Assert.AreEqual(
            "CANCELLED RUNNING",
            $"{run.Attempt("a")} {run.Attempt("b")}",
            "the node where it runs has ended the one, and only that"
        );

        Ask(
            campaign,
            elsewhere: true,
            [
                new("Cancel", false, "MATTER3018", "NOT REACHED"),
                new("Revive", false, "the run is being cancelled", "-t:CleanupOrphans"),
                new("CleanupOrphans", true, "1 ended: b", "NOT REACHED from here, may continue"),
                new("Status", true, "is CANCELLED"),
                new("CheckRun", true, "is sound"),
                new("Reset", true, "deleted run") { Arguments = ["-p:Confirm=true"] },
            ]
        );
        campaign.Give("go");
    }

    private static void Ask(Campaign campaign, bool elsewhere, IEnumerable<Request> requests)
    {
        // Of another name, and without a view of this one's processes, as another machine is.
        string[] through = elsewhere
            ? ["unshare", "--uts", "--pid", "--fork", "--mount-proc", "sh", "-c", "hostname node-b && exec \"$@\"", "sh"]
            : [];
        foreach (var request in requests)
        {
            using var build = DotnetBuild.Start(
                Gluster.There(campaign.Folder),
                ["-t:" + request.Target, .. request.Arguments],
                campaign.Environment,
                through
            );
            var said = build.Wait();
            Assert.AreEqual(request.Works, said.ExitCode == 0, $"{request.Target}: {said.Said}");
            said.Says(request.Words).SaysNot("damaged").SaysNot("input/output").SaysNot("   at ");
        }
    }

    private sealed record Request(string Target, bool Works, params string[] Words)
    {
        public string[] Arguments { get; init; } = [];
    }
}
