using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary><c>workspaces/battery_screening</c> from one command to its model card.</summary>
[TestClass]
public sealed class BatteryScreeningTests
{
    [TestMethod]
    public void A_screening_of_112_candidates_ends_although_27_are_no_crystals_and_its_card_names_them_beside_the_published_constants()
    {
        using var workspace = new Workspace("battery_screening");

        workspace.Build("Loop").Succeeded().Says("COMPLETED");

        var run = workspace.Run();
        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual("27", run.Text("SELECT count(*) FROM tasks WHERE state = 'FAILED'"));
        Assert.AreEqual("92", run.Text("SELECT count(*) FROM tasks WHERE state = 'COMPLETED'"));

        var card = workspace.Json("card", "model_card.json");
        Assert.IsTrue(card.GetProperty("ok").GetBoolean());
        Assert.AreEqual(85, card.GetProperty("hosts").GetArrayLength());
        Assert.AreEqual(14, card.GetProperty("refused_unbalanced").GetInt32());
        Assert.AreEqual(13, card.GetProperty("refused_overlapping").GetInt32());
        foreach (var refused in card.GetProperty("refused").EnumerateArray())
        {
            // What the card says is what the failed task itself said.
            var task = "host_" + refused.GetProperty("candidate").GetString();
            Assert.AreEqual("FAILED", run.Task(task));
            Assert.AreEqual(
                refused.GetProperty("exit_code").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture),
                run.Attempt(task, "exit_code")
            );
            Assert.AreEqual($"battery_screening: {refused.GetProperty("why").GetString()}\n", run.File(task, "stderr.log"));
        }

        CheckNumbers(workspace);
    }

    private static void CheckNumbers(Workspace workspace)
    {
        foreach (
            var (structure, published) in new[]
            {
                ("rocksalt", 1.747565),
                ("caesium_chloride", 1.762675),
                ("zincblende", 1.638055),
                ("wurtzite", 1.641322),
                ("fluorite", 5.038785),
                ("cuprite", 4.442475),
            }
        )
        {
            Assert.AreEqual(published, workspace.Json("reference_" + structure).GetProperty("madelung").GetDouble(), 1e-6, structure);
        }

        var card = workspace.Json("card", "model_card.json");
        Assert.IsLessThan(1e-6, card.GetProperty("largest_difference_v").GetDouble());
        Assert.AreEqual("K-In-S", card.GetProperty("lowest_hop").GetString());
        var cobaltate = card.GetProperty("hosts").EnumerateArray().Single(h => h.GetProperty("candidate").GetString() == "Li-Co-O");
        Assert.AreEqual(0.842, cobaltate.GetProperty("hop_ev").GetDouble(), 0.001);
        Assert.AreEqual(16.520, cobaltate.GetProperty("removal_ev").GetDouble(), 0.001);
        Assert.IsLessThan(
            card.GetProperty("hop_spread_ev").GetDouble() / 5,
            card.GetProperty("hop_model_leave_one_out_rms_ev").GetDouble()
        );
    }
}
