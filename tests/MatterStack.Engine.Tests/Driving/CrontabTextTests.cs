using MatterStack.Engine.Driving;

namespace MatterStack.Engine.Tests.Driving;

[TestClass]
public sealed class CrontabTextTests
{
    private const string Entry =
        "# matterstack-"
        + Plans.Id
        + ": drives a run of metals; dotnet build -t:Drive -p:Stop=true removes it\n* * * * * /bin/sh '/home/ann/.matterstack/drivers/"
        + "matterstack-"
        + Plans.Id
        + ".cron.login1.sh'\n";
    private static readonly DriverPlan Plan = Plans.Create(DriverKind.Cron);

    [TestMethod]
    public void An_entry_is_a_comment_and_a_short_line() => Assert.AreEqual(Entry, CrontabText.FormatEntry(Plan));

    [TestMethod]
    [DataRow("", "", DisplayName = "no table")]
    [DataRow("MAILTO=ann\n0 3 * * * backup\n", "MAILTO=ann\n0 3 * * * backup\n")]
    [DataRow("0 3 * * * backup", "0 3 * * * backup\n", DisplayName = "no line break at the end")]
    [DataRow("\n\t# tabs \t\n\r\n\u00e9\u00ff\n", "\n\t# tabs \t\n\r\n\u00e9\u00ff\n", DisplayName = "blank lines, odd bytes")]
    public void All_other_lines_stay_and_a_second_time_adds_nothing(string before, string kept)
    {
        var once = Add(before);

        Assert.AreEqual(kept + Entry, once);
        Assert.AreEqual(once, Add(once));
        Assert.AreEqual(kept, CrontabText.RemoveEntry(once, Plan.Name));
    }

    [TestMethod]
    public void The_entry_of_another_run_stays()
    {
        var other = Entry.Replace(Plans.Id, "20261130_234850_01240770", StringComparison.Ordinal);

        Assert.AreEqual(other + Entry, Add(other));
        Assert.AreEqual(other, CrontabText.RemoveEntry(Entry + other, Plan.Name));
    }

    [TestMethod]
    [DataRow("/home/an n", "'/home/an n/")]
    [DataRow("/home/o'neil", "'/home/o'\\''neil/")]
    [DataRow("/home/100%", "'/home/100\\%/")]
    [DataRow("/home/$HOME", "'/home/$HOME/")]
    [DataRow("/home/bj\u00f6rn", "'/home/bj\u00f6rn/")]
    public void A_path_is_quoted_for_cron_and_for_its_shell(string home, string quoted) =>
        StringAssert.Contains(CrontabText.FormatEntry(Plans.Create(DriverKind.Cron, home)), quoted + ".matterstack/");

    [TestMethod]
    [DataRow("00:01:00", "*")]
    [DataRow("00:05:00", "*/5")]
    [DataRow("00:07:00", "*")]
    [DataRow("00:02:30", "*")]
    [DataRow("01:00:00", "0")]
    [DataRow("03:00:00", "0")]
    public void Cron_calls_at_least_as_often_as_the_interval_asks(string interval, string minutes) =>
        Assert.AreEqual(minutes, CrontabText.FormatMinutes(TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture)));

    [TestMethod]
    public void A_table_of_Slurm_has_the_options_of_the_job()
    {
        var plan = Plans.Create(DriverKind.Scrontab) with { Follower = new FollowerOptions(null, ["--partition=short"]) };

        StringAssert.Contains(
            CrontabText.FormatEntry(plan),
            $"\n#SCRON --job-name={plan.Name} --nodes=1 --ntasks=1 --cpus-per-task=1 --partition=short\n* * * * * /bin/sh "
        );
        Assert.AreEqual("", CrontabText.RemoveEntry(CrontabText.FormatEntry(plan), plan.Name));
    }

    private static string Add(string text) => CrontabText.AddEntry(text, Plan.Name, CrontabText.FormatEntry(Plan));
}
