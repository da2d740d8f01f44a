using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary><c>workspaces/catalyst_human_in_loop</c> with a person's answer in the middle.</summary>
[TestClass]
public sealed class CatalystTests
{
    [TestMethod]
    public void Only_the_surfaces_that_a_person_named_are_computed_and_ranked()
    {
        using var workspace = new Workspace("catalyst_human_in_loop");

        workspace.Build("Loop").Succeeded().Says("-t:Respond -p:TaskId=approve -p:Decision=approve");
        var run = workspace.Run();
        Assert.AreEqual("WAITING_EXTERNAL", run.Task("approve"));
        Assert.AreEqual("20", run.Text("SELECT count(*) FROM tasks"), "nothing is planned that nobody has approved");

        workspace
            .Build(
                "Respond",
                "-p:TaskId=approve",
                "-p:Decision=approve",
                "-p:DataFile=" + workspace.Write("iron.json", """{"approved": ["Fe-110"]}""")
            )
            .Failed("approved[0]");
        workspace
            .Build(
                "Respond",
                "-p:TaskId=approve",
                "-p:Decision=approve",
                "-p:DataFile=" + workspace.Write("approved.json", """{"approved": ["Cu-111", "Ir-111", "Cu-100"]}""")
            )
            .Succeeded();
        workspace.Build("Loop").Succeeded().Says("COMPLETED");

        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual(
            "adatom_Cu-100 adatom_Cu-111 adatom_Ir-111 rank surface_Cu-100 surface_Cu-111 surface_Ir-111 vacancy_Cu-100 vacancy_Cu-111 "
                + "vacancy_Ir-111",
            string.Join(' ', run.Rows("SELECT task_id FROM tasks WHERE iteration = 1 ORDER BY task_id").Select(r => r[0]))
        );
        var ranking = workspace.Json("rank", "ranking.json").GetProperty("ranking").EnumerateArray().ToList();
        Assert.AreEqual("Ir-111 Cu-111 Cu-100", string.Join(' ', ranking.Select(r => r.GetProperty("candidate").GetString())));
        var copper = ranking[1];
        Assert.AreEqual(1.265, copper.GetProperty("surface_energy_j_per_m2").GetDouble(), 0.001);
        Assert.AreEqual(-0.82, copper.GetProperty("first_spacing_percent").GetDouble(), 0.01);
        Assert.AreEqual(0.668, copper.GetProperty("vacancy_formation_ev").GetDouble(), 0.001);
        Assert.AreEqual(0.859, copper.GetProperty("adatom_formation_ev").GetDouble(), 0.001);

        // Before anything relaxes, a surface costs more.
        Assert.IsGreaterThan(
            copper.GetProperty("surface_energy_j_per_m2").GetDouble(),
            workspace.Json("survey_Cu-111").GetProperty("surface_energy_j_per_m2").GetDouble()
        );
    }

    [TestMethod]
    public void Surfaces_that_a_person_rejects_cost_nothing()
    {
        using var workspace = new Workspace("catalyst_human_in_loop");
        workspace.Build("Loop").Succeeded();

        workspace.Build("Respond", "-p:TaskId=approve", "-p:Decision=reject", "-p:Comment=no money").Succeeded();
        workspace.Build("Loop").Failed("no money");

        Assert.AreEqual("FAILED", workspace.Run().State);
        Assert.AreEqual("20", workspace.Run().Text("SELECT count(*) FROM tasks"));
    }
}
