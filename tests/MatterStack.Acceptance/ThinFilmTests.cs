using System.Diagnostics;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary><c>workspaces/thin_film_lab</c> with its instrument as a process of its own.</summary>
[TestClass]
public sealed class ThinFilmTests
{
    [TestMethod]
    public void A_film_off_target_is_measured_understood_and_followed_by_one_on_target()
    {
        using var workspace = new Workspace("thin_film_lab");
        workspace.Build("Build").Succeeded();
        With(workspace, ["--watch", workspace.Runs], () => workspace.Build("Loop").Succeeded().Says("COMPLETED"));

        Check(workspace);
    }

    // Not beside the other one: both build the same project.
    [TestMethod]
    [DoNotParallelize]
    public void The_same_films_come_from_an_instrument_that_is_reached_over_HTTP()
    {
        using var workspace = new Workspace("thin_film_lab");
        workspace.Build("Build").Succeeded();
        var address = $"http://127.0.0.1:{Port.FindFree()}";
        var wiring = workspace.Write(
            "http.yaml",
            File.ReadAllText(Path.Combine(workspace.Folder, "operators.http.yaml"))
                .Replace("http://127.0.0.1:8095", address, StringComparison.Ordinal)
        );
        var spool = Path.Combine(Path.GetDirectoryName(wiring)!, "spool");

        With(workspace, ["--listen", address, "--spool", spool], () =>
            workspace.Build("Loop", "-p:OperatorsConfig=" + wiring).Succeeded().Says("COMPLETED")
        );

        Check(workspace);
        Assert.HasCount(2, Directory.GetDirectories(spool), "each film was made once");
    }

    private static void With(Workspace workspace, string[] how, Action action)
    {
        using var instrument = Process.Start(
            new ProcessStartInfo(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                [Path.Combine(workspace.Folder, "bin", "Debug", "net10.0", "thin_film_lab.dll"), "instrument", .. how]
            )
            {
                WorkingDirectory = workspace.Folder,
            }
        )!;
        try
        {
            action();
        }
        finally
        {
            instrument.Kill();
            instrument.WaitForExit();
        }
    }

    private static void Check(Workspace workspace)
    {
        var run = workspace.Run();
        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual("6", run.Text("SELECT count(*) FROM tasks WHERE state = 'COMPLETED'"));

        // The simulated source deposits 0.0976 nm/s from the fourth second on.
        var first = workspace.Json("reconcile_1");
        Assert.AreEqual(30, first.GetProperty("predicted_nm").GetDouble(), 1e-9);
        Assert.AreEqual(0.0976 * (300 - 4), first.GetProperty("measured_nm").GetDouble(), 0.02);
        Assert.AreEqual(0.0976 * (300 - 4), first.GetProperty("fringes_nm").GetDouble(), 0.2);
        Assert.IsFalse(first.GetProperty("on_target").GetBoolean());

        var second = workspace.Json("reconcile_2");
        Assert.AreEqual(0.0976 * (second.GetProperty("deposition_s").GetDouble() - 4), second.GetProperty("measured_nm").GetDouble(), 0.02);
        Assert.AreEqual(30, second.GetProperty("measured_nm").GetDouble(), 0.15);
        Assert.IsTrue(second.GetProperty("on_target").GetBoolean());
    }
}
