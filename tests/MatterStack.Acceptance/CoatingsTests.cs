using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary><c>workspaces/coatings_active_learning</c> from one command to its front.</summary>
[TestClass]
public sealed class CoatingsTests
{
    /// <summary>What all 153 alloys dominate, by the program's verb <c>grid</c>; meV pm.</summary>
    private const double WholeGrid = 623.83;

    [TestMethod]
    public void A_campaign_that_learns_finds_the_front_of_153_alloys_with_a_fifth_of_them_and_stops_by_itself()
    {
        using var workspace = new Workspace("coatings_active_learning");

        workspace.Build("Loop").Succeeded().Says("COMPLETED", "the campaign is finished");

        var run = workspace.Run();
        Assert.AreEqual("COMPLETED", run.State);
        var front = workspace.Json("front", "front.json");
        var evaluations = front.GetProperty("evaluations").GetInt32();
        Assert.AreEqual(
            evaluations.ToString(System.Globalization.CultureInfo.InvariantCulture),
            run.Text("SELECT count(*) FROM tasks WHERE task_id LIKE 'alloy_%' AND state = 'COMPLETED'")
        );
        Assert.IsLessThan(153 / 4, evaluations);
        Assert.IsGreaterThan(0.98 * WholeGrid, front.GetProperty("hypervolume_mev_pm").GetDouble());

        // Pure metals have nothing to mix with; silver in gold gains energy, copper in silver loses it.
        foreach (var pure in new[] { "16_0_0", "0_16_0", "0_0_16" })
        {
            Assert.AreEqual(0, workspace.Json("alloy_" + pure).GetProperty("mixing_energy_mev_per_atom").GetDouble(), 0.02, pure);
            Assert.AreEqual(0, workspace.Json("alloy_" + pure).GetProperty("distortion_pm").GetDouble(), 0.01, pure);
        }

        Assert.AreEqual(3.615, workspace.Json("alloy_16_0_0").GetProperty("a_angstrom").GetDouble(), 0.001);
        Assert.AreEqual(-23.2, workspace.Json("alloy_0_8_8").GetProperty("mixing_energy_mev_per_atom").GetDouble(), 0.1);
        Assert.AreEqual(70.2, workspace.Json("alloy_8_8_0").GetProperty("mixing_energy_mev_per_atom").GetDouble(), 0.1);
    }
}
