using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>What a task says reaches the build's log as words: neither a command to a CI system nor an error of MSBuild.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class HostileLogTests
{
    [TestMethod]
    public void Words_of_a_task_that_look_like_a_command_or_an_error_are_neither()
    {
        using var workspace = new TestWorkspace(
            """
              <ItemGroup><CampaignTask Include="a" Files="w.sh" Command="sh w.sh" AllowFailure="true" /><CampaignTask Include="b" Files="w.sh" Command="sh w.sh" /></ItemGroup>
            """
        );
        workspace.Write(
            "w.sh",
            "printf 'x.c(1,2): error C1: boo\\n::error::x\\n##vso[task.complete result=Failed]\\n\\033[8mha:////4\\033[0m\\n' >&2; "
                + "mkdir -p out; printf '{ x.c(1,2): error C2: boo' > results.json; exit 0\n"
        );

        var answer = workspace.Build("Loop").Failed();

        Assert.IsTrue(answer.Errors.All(e => e.Code.StartsWith("MATTER", StringComparison.Ordinal)), answer.Said);
        Assert.Contains("results.json", answer.Said);
        foreach (var line in answer.Said.Split('\n'))
        {
            Assert.IsFalse(
                line.TrimStart().StartsWith("::", StringComparison.Ordinal)
                    || line.Contains("##vso[", StringComparison.Ordinal)
                    || line.Any(char.IsControl),
                line
            );
        }

        var items = workspace.Build("Explain").Succeeded().Items;
        Assert.IsTrue(items.All(i => !i.GetMetadata("reason").Any(char.IsControl)));
        Assert.AreEqual("FAILED", items[0].GetMetadata("state"));
    }
}
