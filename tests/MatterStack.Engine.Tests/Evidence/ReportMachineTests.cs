using MatterStack.Engine.Commands;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>The head of the report says where a run was computed and with what.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ReportMachineTests
{
    [TestMethod]
    public void The_report_names_machine_system_and_software()
    {
        using var world = new CommandWorld();
        world.Task("a", "true").Task("b", "true");
        Assert.IsTrue(world.Loop());

        Assert.IsTrue(ReportCommand.Execute(world.Context()).Success);

        var page = File.ReadAllText(Directory.GetFiles(world.In("campaign/runs"), "report.html", SearchOption.AllDirectories).Single());
        Assert.Contains($"<dt>Processes on</dt><dd>{Environment.MachineName}</dd>", page);
        Assert.Contains($".NET {Environment.Version}", page);
        Assert.Contains("<dt>MatterStack</dt>", page);
    }
}
