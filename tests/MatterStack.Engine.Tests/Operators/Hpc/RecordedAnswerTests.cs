using System.Globalization;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What Slurm's commands print, of several versions and in trouble, is read as it is meant: <c>tests/fixtures/slurm</c>.</summary>
[TestClass]
public sealed class RecordedAnswerTests
{
    public static IEnumerable<string[]> Files =>
        Directory
            .GetFiles(Path.Combine(Repository.Folder, "tests/fixtures/slurm"))
            .Order(StringComparer.Ordinal)
            .Select(file => (string[])[Path.GetFileName(file)]);

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void A_recorded_answer_is_read_as_its_file_says(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Folder, "tests/fixtures/slurm", file));
        var parts = text.Split(["--- output\n", "--- error\n", "--- read as\n"], StringSplitOptions.None);
        Assert.HasCount(4, parts, "head, output, error, meaning");
        var head = parts[0].Split('\n');
        Assert.StartsWith("# ", head[0], "where it comes from");
        var answer = new ShellResult.Ended(int.Parse(head[2]["code ".Length..], CultureInfo.InvariantCulture), parts[1], parts[2]);
        var slurm = new SlurmScheduler(new SlurmOptions(), text => text);

        var read = head[1] switch
        {
            "command squeue" => slurm.ParseQueue(answer) is { } rows ? Text(rows) : "nothing\n",
            "command sacct" => slurm.ParseAccounting(answer) is AccountingResult.Rows rows
                ? Text(rows.Jobs)
                : slurm.ParseAccounting(answer).GetType().Name + "\n",
            var other => throw new InvalidOperationException(other),
        };

        Assert.AreEqual(parts[3], read);
    }

    [TestMethod]
    [DataRow("slurm 2.6.5", false)]
    [DataRow("slurm 14.11.8", false)]
    [DataRow("slurm 17.02.11", false)]
    [DataRow("slurm 17.11.0-0rc1", true)]
    [DataRow("slurm 17.11.13-2", true)]
    [DataRow("slurm-wlm 22.05.8", true)]
    [DataRow("slurm 25.05.3", true)]
    [DataRow("module loaded: slurm/16.05\nslurm 23.11.4", true)]
    [DataRow("", true)]
    [DataRow("squeue: fatal: Could not establish a configuration source", true)]
    public void Versions_before_17_11_are_refused_and_what_does_not_say_is_not(string said, bool taken)
    {
        Assert.AreEqual(taken, SlurmVersion.FindProblem(said + "\n") is null, SlurmVersion.FindProblem(said));
    }

    private static string Text(IReadOnlyList<JobRow> rows) =>
        string.Concat(
            rows.Select(row =>
                $"{row.Id} {row.Index?.ToString(CultureInfo.InvariantCulture) ?? "-"} {row.Name}: {Text(row.State)}"
                + $"{(row.Node is null ? "" : " on " + row.Node)}\n"
            )
        );

    private static string Text(JobState state) =>
        state switch
        {
            JobState.Waiting waiting => $"Waiting {waiting.Reason}{(waiting.IsHeld ? " held" : "")}",
            JobState.Running running => "Running" + (running.Note is null ? "" : " " + running.Note),
            JobState.Failed failed => $"Failed {failed.StateName}{(failed.Reason is null ? "" : $" ({failed.Reason})")}"
                + $"{(failed.ExitCode is null ? "" : $" exit {failed.ExitCode}")}",
            JobState.Cancelled cancelled => "Cancelled " + cancelled.StateName,
            JobState.Unrecognized strange => "Unrecognized " + strange.StateName,
            _ => state.GetType().Name,
        };
}
