using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A family of schedulers gives its commands; that a job is submitted once is the same for all.</summary>
[TestClass]
public class SubmitScriptTests
{
    [TestMethod]
    public void A_family_that_gives_a_search_and_a_command_submits_once()
    {
        using var folder = new TempFolder(inMemory: true);
        folder.Write("submit.sh", "");
        folder.Write("queue", "");

        Assert.AreEqual("job 1", Run(folder, searchFirst: true));
        // The answer was lost: the queue has the job.
        Assert.AreEqual("job 1", Run(folder, searchFirst: true));
        Assert.AreEqual("ms-x\n", File.ReadAllText(folder.In("queue")));
        Assert.AreEqual("job 2", Run(folder, searchFirst: false));
    }

    [TestMethod]
    public void The_search_runs_under_the_lock_and_before_the_command()
    {
        using var folder = new TempFolder(inMemory: true);
        folder.Write("submit.sh", "");
        folder.Write("queue", "");
        var script = SubmitScript.BuildScript(
            new FileScheduler(),
            new Submission("ms-x", null, null, SearchFirst: true, [], TimeSpan.FromSeconds(10))
        );
        var (locked, looked, ran) = (
            script.IndexOf("flock -w", StringComparison.Ordinal),
            script.IndexOf("\nlook\n", StringComparison.Ordinal),
            script.IndexOf("sh ./append", StringComparison.Ordinal)
        );
        Assert.IsTrue(locked >= 0 && locked < looked && looked < ran, script);
    }

    private static string Run(TempFolder folder, bool searchFirst)
    {
        folder.Write("append", "echo \"$1\" >> queue; echo number $(grep -c . queue)\n");
        var scheduler = new FileScheduler();
        var script =
            $"cd {ShellText.Quote(folder.In(""))}\n"
            + SubmitScript.BuildScript(scheduler, new Submission("ms-x", null, null, searchFirst, [], TimeSpan.FromSeconds(10)));
        using var shell = new LocalShell(
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            TimeProvider.System
        );
        var ended = (ShellResult.Ended)shell.Run(new ShellCall(script, TimeSpan.FromSeconds(60)), CancellationToken.None);
        return SubmitScript.ParseResult(scheduler, ended) is SubmitResult.Accepted accepted ? "job " + accepted.JobId : ended.Error;
    }

    // A scheduler whose queue is a file: the number of a job is its line.
    private sealed class FileScheduler : IScheduler
    {
        public string Type => "file";

        public string NameVariable => "NAME";

        public string IndexVariable => "INDEX";

        public string SubmitFolderVariable => "FOLDER";

        public int FirstIndex => 0;

        public int MaxArraySize => 1;

        public string ScriptHeader => "";

        public string QueueScript => "cat queue";

        public IEnumerable<string> FormatDirectives(string name, JobResources shape, bool single) => [];

        public string FindByName(string name) => $"found=$(grep -n '^{name}$' queue | head -n 1 | cut -d : -f 1)\n";

        public SubmitCommand BuildSubmitCommand(Submission submission) =>
            new($"sh ./append {submission.Name}", @"s/^number ([0-9]+)$/\1/p");

        public SubmitResult ParseRefusal(ShellResult.Ended ended) => new SubmitResult.Refused(ended.Error, RefusalKind.Final);

        public IReadOnlyList<JobRow>? ParseQueue(ShellResult.Ended ended) => null;

        public string BuildAccountingScript(IReadOnlyCollection<string> ids, IReadOnlyCollection<string> names, int days) => "";

        public AccountingResult ParseAccounting(ShellResult.Ended ended) => new AccountingResult.NotAvailable();

        public string BuildCancelScript(IReadOnlyCollection<string> ids) => "";

        public string BuildWithdrawScript(IReadOnlyCollection<string> ids) => "";

        public string BuildHoldScript(IReadOnlyCollection<string> ids) => "";

        public string BuildReleaseScript(IReadOnlyCollection<string> ids) => "";

        public string FormatMemberId(string job, int index) => job;
    }
}
