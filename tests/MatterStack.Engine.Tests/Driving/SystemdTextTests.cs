using MatterStack.Engine.Driving;

namespace MatterStack.Engine.Tests.Driving;

[TestClass]
public sealed class SystemdTextTests
{
    // The acceptance tests give the same files to systemd-analyze. The path has all that systemd reads in a special way.
    [TestMethod]
    [DataRow("service")]
    [DataRow("timer")]
    public void The_units_are_those_that_systemd_has_accepted(string kind)
    {
        var plan = Plans.Create(DriverKind.Systemd, "/home/o'neil $HOME 100% \"bj\u00f6rn\"") with { Interval = TimeSpan.FromMinutes(5) };
        var file = Path.Combine(Repository.Folder, "tests/fixtures/driving/matterstack-run." + kind);

        Assert.AreEqual(
            File.ReadAllText(file).ReplaceLineEndings("\n"),
            (kind == "timer" ? SystemdText.FormatTimer(plan) : SystemdText.FormatService(plan)).ReplaceLineEndings("\n")
        );
    }

    [TestMethod]
    [DataRow("a b", "\"a b\"")]
    [DataRow("100%", "\"100%%\"")]
    [DataRow("$HOME", "\"$$HOME\"")]
    [DataRow("o'neil", "\"o'neil\"")]
    [DataRow("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [DataRow("back\\slash", "\"back\\\\slash\"")]
    [DataRow("bj\u00f6rn", "\"bj\u00f6rn\"")]
    public void An_argument_is_quoted(string text, string quoted) => Assert.AreEqual(quoted, SystemdText.QuoteArgument(text));
}
