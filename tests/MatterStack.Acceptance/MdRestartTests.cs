using System.Globalization;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary><c>workspaces/md_restart</c> from one command to its last check.</summary>
[TestClass]
public sealed class MdRestartTests
{
    [TestMethod]
    public void Trajectories_that_are_cut_torn_and_killed_end_with_the_bits_of_the_one_in_one_piece()
    {
        using var workspace = new Workspace("md_restart");

        workspace.Build("Loop").Succeeded().Says("COMPLETED");

        var run = workspace.Run();
        Assert.AreEqual("COMPLETED", run.State);
        CheckCut(run);
        CheckTorn(workspace, run);
        CheckKilled(run);
        foreach (var task in new[] { "whole", "cooler", "check" })
        {
            Assert.AreEqual(1, Attempts(run, task), task);
        }

        Assert.AreEqual(run.File("whole", "work/trajectory.csv"), run.File("cut", "work/trajectory.csv", Attempts(run, "cut")));
        var check = workspace.Json("check");
        Assert.IsTrue(check.GetProperty("ok").GetBoolean());
        Assert.IsTrue(check.GetProperty("identical").GetBoolean());
        Assert.AreEqual(0, check.GetProperty("drift_ev_per_atom_and_step").GetDouble(), 5e-11);
        Assert.AreEqual(3, check.GetProperty("heat_capacity_kb_per_atom").GetDouble(), 0.06);
        Assert.AreEqual(100, check.GetProperty("temperature_k").GetDouble(), 1);
        Assert.AreEqual(50, check.GetProperty("cooler_temperature_k").GetDouble(), 1);
    }

    private static void CheckCut(Run run)
    {
        var attempts = Attempts(run, "cut");
        Assert.IsGreaterThan(3, attempts);
        for (var i = 1; i < attempts; i++)
        {
            Assert.AreEqual("TIMEOUT", run.Attempt("cut", "end_cause", i));
            // On a machine that is very busy the program may not get to its checkpoint; an earlier one is there then.
            var stopped = run.File("cut", "stdout.log", i).Split("stopped at step ") is [_, var rest] ? rest.Split(' ')[0] : "";
            Assert.Contains($"continues from step {stopped}", run.File("cut", "stdout.log", i + 1), "the next one goes on there");
        }
    }

    private static void CheckTorn(Workspace workspace, Run run)
    {
        Assert.AreEqual(2, Attempts(run, "torn"));
        Assert.AreEqual("EXIT", run.Attempt("torn", "end_cause"));
        Assert.AreEqual("74", run.Attempt("torn", "exit_code"));
        Assert.AreNotEqual("", run.Attempt("torn", "not_carried", 2), "the file was refused");
        Assert.DoesNotContain("continues", run.File("torn", "stdout.log", 2));
        workspace.Build("Explain", "-p:TaskId=torn").Succeeded().Says("ATTEMPT_NOT_CARRIED: CarryIf ended with exit code 2");
    }

    private static void CheckKilled(Run run)
    {
        Assert.AreEqual(2, Attempts(run, "killed"));
        Assert.AreEqual("SIGNAL", run.Attempt("killed", "end_cause"));
        Assert.Contains("continues from step 3000 of 6000", run.File("killed", "stdout.log", 2));
        Assert.AreEqual(
            "checkpoint.bin",
            run.Text($"SELECT path FROM carried_files WHERE attempt_id = '{run.Attempt("killed", "attempt_id", 2)}'")
        );
    }

    private static int Attempts(Run run, string task) =>
        int.Parse(run.Text($"SELECT max(attempt_index) FROM attempts WHERE task_id = '{task}'"), CultureInfo.InvariantCulture);
}
