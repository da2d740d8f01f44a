using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.GridEngine;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What a record of Grid Engine's accounting means, as Son of Grid Engine 8.1.9 prints it; what is no whole record means
/// nothing.</summary>
[TestClass]
public sealed class GridEngineAccountingTests
{
    private const string Over = """
        <?xml version='1.0'?>
        <job_info><queue_info></queue_info><job_info><job_list state="zombie"><JB_job_number>7</JB_job_number><JB_name>ms-a</JB_name><state>z</state></job_list></job_info></job_info>

        """;

    [TestMethod]
    [DataRow("0", "0", "0.000B", "NONE", "Completed")]
    [DataRow("0", "3", "10.0MB", "-l h_vmem=100M", "Failed FAILED 3")]
    [DataRow("0", "137", "99.0MB", "-l h_vmem=100M", "Failed OUT_OF_MEMORY 137")]
    [DataRow("0", "137", "10.0MB", "-l h_vmem=100M", "Failed FAILED 137")]
    [DataRow("0", "1", "99.0MB", "-l h_vmem=100M", "Failed FAILED 1")]
    [DataRow(
        "37  : qmaster enforced h_rt, h_cpu, or h_vmem limit",
        "137                  (Killed)",
        "10.0MB",
        "-l h_rt=5",
        "Failed TIMEOUT 137"
    )]
    [DataRow(
        "100 : assumedly after job",
        "137                  (Killed)",
        "120.5MB",
        "-l h_rt=500,h_vmem=100M",
        "Failed OUT_OF_MEMORY 137"
    )]
    [DataRow("100 : assumedly after job", "137                  (Killed)", "195MB", "-l h_vmem=100M -pe smp 2", "Failed OUT_OF_MEMORY 137")]
    [DataRow("100 : assumedly after job", "137                  (Killed)", "10.0MB", "-l h_vmem=100M", "Cancelled")]
    [DataRow("100 : assumedly after job", "139", "10.0MB", null, "Failed FAILED 139")]
    [DataRow(
        "37  : qmaster enforced h_rt, h_cpu, or h_vmem limit",
        "137",
        "10.0MB",
        null,
        "Failed TIMEOUT 137",
        DisplayName = "the limit of a queue"
    )]
    [DataRow(
        "100 : assumedly after job",
        "138                  (User defined signal 1)",
        "3.477MB",
        "-l h_rt=30,s_rt=3",
        "Failed TIMEOUT 138",
        DisplayName = "the signal of the soft limit"
    )]
    [DataRow("100 : assumedly after job", "138", "3.477MB", "-l h_rt=30,s_rt=300", "Failed FAILED 138")]
    [DataRow("19  : before writing exit_status", "0", "0.000B", "NONE", "Failed NODE_FAIL ")]
    [DataRow("21  : in recognizing job", "0", "0.000B", "NONE", "Failed NODE_FAIL ")]
    [DataRow("18  : shepherd returned error", "0", "0.000B", "NONE", "Failed FAILED ")]
    [DataRow("25  : rescheduling", "0", "0.000B", "NONE", "Unrecognized")]
    [DataRow("26  : opening input/output file", "0", "0.000B", "NONE", "Vanished")]
    public void A_record_says_how_its_job_ended(string failed, string exit, string memory, string? category, string meaning)
    {
        var slots = category?.Contains("smp 2", StringComparison.Ordinal) ?? false ? 2 : 1;
        var read = Read(
            $"===\njobname      ms-a\njobnumber    7\ntaskid       undefined\nslots        {slots}\nfailed       {failed}\n"
                + $"exit_status  {exit}\nru_wallclock 5s\nmaxvmem      {memory}\n{(category is null ? "" : $"category     {category}\n")}"
        );
        Assert.AreEqual(meaning, Text(((AccountingResult.Rows)read).Jobs[^1].State));
    }

    [TestMethod]
    [DataRow("===\njobname ms-a\njobnumber 7\n")]
    [DataRow("===\njobname ms-a\njobnumber 7\nfailed 100\nexit_status 137\n")]
    [DataRow("===\njobname ms-a\njobnumber 7\nfailed 0\nexit_status 0\nru_wallclock 5s\n")]
    [DataRow("===\njobname ms-a\njobnumber 7\nfailed\nexit_status 0\nmaxvmem 0.0B\n")]
    public void A_record_without_its_end_is_no_answer(string record) =>
        Assert.IsInstanceOfType<AccountingResult.NoAnswer>(Read(Over + record));

    [TestMethod]
    public void A_job_that_is_over_and_has_no_record_yet_is_gone_and_a_record_behind_it_counts()
    {
        Assert.AreEqual("Vanished", Text(((AccountingResult.Rows)Read(Over)).Jobs.Single().State));
        var both = (
            (AccountingResult.Rows)Read(
                Over + "===\njobname ms-a\njobnumber 7\ntaskid undefined\nslots 1\nfailed 0\nexit_status 0\nru_wallclock 5s\nmaxvmem 0.0B\n"
            )
        ).Jobs;
        Assert.AreEqual("Completed", Text(both[^1].State));
    }

    [TestMethod]
    public void A_log_in_node_without_qacct_has_no_accounting_and_one_that_fails_is_silent()
    {
        Assert.IsInstanceOfType<AccountingResult.NotAvailable>(Read("", 127));
        Assert.IsInstanceOfType<AccountingResult.NoAnswer>(Read("", 3));
        Assert.IsEmpty(((AccountingResult.Rows)Read("")).Jobs, "a file that is gone or was rotated knows nobody");
    }

    [TestMethod]
    [DataRow("hostname     node7", "node7")]
    [DataRow("hostname     unknown", null)]
    [DataRow("owner        me", null)]
    public void A_record_names_the_node(string line, string? node)
    {
        var read = Read($"===\njobname ms-a\njobnumber 7\n{line}\nfailed 0\nexit_status 0\nru_wallclock 5s\nmaxvmem 0.0B\n");
        Assert.AreEqual(node, ((AccountingResult.Rows)read).Jobs.Single().Node);
    }

    [TestMethod]
    [DataRow("all.q@node7.site", "node7.site")]
    [DataRow("", null)]
    public void A_row_of_the_queue_names_the_node(string instance, string? node)
    {
        var rows = GridEngineQueue.ParseRows(
            "<?xml version='1.0'?>\n<job_info><queue_info><job_list state=\"running\">"
                + "<JB_job_number>7</JB_job_number><JB_name>ms-a</JB_name>"
                + $"<state>r</state><queue_name>{instance}</queue_name></job_list></queue_info></job_info>\n"
        );
        Assert.AreEqual(node, rows!.Single().Node);
    }

    private static AccountingResult Read(string output, int code = 0) =>
        new GridEngineScheduler(new GridEngineOptions(), text => text).ParseAccounting(new ShellResult.Ended(code, output, ""));

    private static string Text(JobState state) =>
        state switch
        {
            JobState.Failed failed => $"Failed {failed.StateName} {failed.ExitCode}",
            _ => state.GetType().Name,
        };
}
