using System.Globalization;
using MatterStack.Engine.Campaigns;
using Search;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>The worked example of <c>docs/campaigns-csharp.md</c> and its unit test, word for word.</summary>
[TestClass]
public sealed class DocumentedCampaignTests
{
    [TestMethod]
    public void The_documented_unit_test_passes()
    {
        using var harness = new CampaignHarness(task =>
        {
            var x = double.Parse(task.Command.Split("x = ")[1].Split(';')[0], CultureInfo.InvariantCulture);
            return HarnessResult.Completed(new { x, y = (x - 1.3) * (x - 1.3) });
        });

        var history = harness.Run(new GoldenSection());

        Assert.IsTrue(history.Finished);
        Assert.AreEqual(1.3, (history.State!.Low + history.State.High) / 2, 0.25);
    }

    [TestMethod]
    public void The_page_shows_what_is_compiled_here()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "campaigns-csharp.md")).ReplaceLineEndings("\n");
        var folder = Path.Combine(Repository.Folder, "tests", "MatterStack.Engine.Tests", "Campaigns");
        StringAssert.Contains(page, File.ReadAllText(Path.Combine(folder, "GoldenSection.cs")).ReplaceLineEndings("\n"));
        var test = File.ReadAllText(Path.Combine(folder, "DocumentedCampaignTests.cs"))
            .ReplaceLineEndings("\n")
            .Split("\n    {\n")[1]
            .Split("\n    }\n")[0];
        StringAssert.Contains(page, string.Join('\n', test.Split('\n').Select(line => line.Length > 8 ? line[8..] : line)));
    }
}
