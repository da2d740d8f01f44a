using System.Runtime.InteropServices;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.GridEngine;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Usage;

/// <summary>What systems, shells and schedulers print about used resources is read as they mean it. What they do not say is not
/// known.</summary>
[TestClass]
public sealed class MeasuredUsageTests
{
    [TestMethod]
    [DataRow("0\n0m0.120000s 0m0.000000s\n0m1.500000s 0m0.020000s\n", 1.64, DisplayName = "dash")]
    [DataRow("0\n0m0.315s 0m0.001s\n1m2.000s 0m0.000s\n", 62.316, DisplayName = "bash, busybox")]
    [DataRow("3\n0m0,120s 0m0,00s\n0m1,50s 0m0,02s\n", 1.64, DisplayName = "bash, in a language with decimal commas")]
    [DataRow("0\n0m00.12s 0m00.00s\n1h0m1.50s 0m0.02s\n", 3601.64, DisplayName = "hours")]
    [DataRow("0\n0.12s 0.00s\n1.50s 0.02s\n", 1.64, DisplayName = "zsh")]
    [DataRow("0\n0.12 0.00\n1.50 0.02\n", 1.64, DisplayName = "without units")]
    [DataRow("0\nuser\t0m0.12s\nsys\t0m0.00s\n0m1.50s 0m0.02s\n", 1.64, DisplayName = "ksh, with words")]
    [DataRow("0\n", null, DisplayName = "an earlier version")]
    [DataRow("", null)]
    [DataRow("0", null)]
    [DataRow("0\n0m0.12s 0m0.00s\n", null, DisplayName = "half")]
    [DataRow("0\n0m0.12s 0m0.00s\n0m1.50s 0m0.0", null, DisplayName = "a last line that was cut off")]
    [DataRow("0\nsh: times: I/O error\n", null)]
    public void The_times_of_a_shell_follow_the_exit_code(string file, double? seconds)
    {
        Assert.AreEqual(seconds, ExitCodeFile.ParseCpuTime(file)?.TotalSeconds);
    }

    [TestMethod]
    public void The_structure_of_linux_has_64_bits_and_KiB_and_the_one_of_macos_32_bits_and_bytes()
    {
        var words = new long[64];
        (words[0], words[1], words[2], words[3], words[4]) = (3, 250_000, 1, 500_000, 2048);
        var bytes = MemoryMarshal.AsBytes(words.AsSpan());

        Assert.AreEqual(new ResourceUsage(TimeSpan.FromSeconds(4.75), 2048 * 1024), ResourceUsage.Parse(bytes, isMacOS: false));

        // The bytes behind 32 bits are not defined.
        (words[1], words[3]) = (250_000 | (7L << 32), 500_000 | (9L << 32));
        Assert.AreEqual(new ResourceUsage(TimeSpan.FromSeconds(4.75), 2048), ResourceUsage.Parse(bytes, isMacOS: true));
    }

    [TestMethod]
    public void Memory_that_a_child_has_inherited_from_its_parent_is_not_its_own()
    {
        var usage = new ResourceUsage(TimeSpan.FromSeconds(1), 200 << 20);

        Assert.IsNull(usage.ToProcessUsage(ofParent: 200 << 20).PeakMemoryBytes);
        StringAssert.Contains(usage.ToProcessUsage(ofParent: 200 << 20).MemoryNote, "below 256 MiB");
        Assert.AreEqual(200 << 20, usage.ToProcessUsage(ofParent: 199 << 20).PeakMemoryBytes);
        Assert.IsNull(usage.ToProcessUsage(ofParent: 199 << 20).MemoryNote);
    }

    [TestMethod]
    [DataRow("00:01.823", 1.823)]
    [DataRow("01:02:03", 3723.0)]
    [DataRow("2-01:02:03", 176_523.0)]
    [DataRow("0:04", 4.0)]
    [DataRow("00:00:00", 0.0)]
    [DataRow("", null)]
    [DataRow("INVALID", null)]
    [DataRow("N/A", null)]
    [DataRow("12", null)]
    public void Times_of_slurm_have_days_hours_minutes_and_seconds(string text, double? seconds)
    {
        Assert.AreEqual(seconds, SlurmUsage.ParseCpu(text)?.TotalSeconds);
    }

    [TestMethod]
    [DataRow("5188K", 5_312_512L)]
    [DataRow("5312512", 5_312_512L)]
    [DataRow("1.50G", 1_610_612_736L)]
    [DataRow("2048.00M", 2_147_483_648L)]
    [DataRow("1T", 1_099_511_627_776L)]
    [DataRow("0", null)]
    [DataRow("0K", null)]
    [DataRow("", null)]
    [DataRow("n/a", null)]
    public void Sizes_of_slurm_have_units_or_are_bytes(string text, long? bytes) => Assert.AreEqual(bytes, SlurmUsage.ParseSize(text));

    [TestMethod]
    // 22.05.8 with jobacct_gather/linux, as it prints.
    [DataRow(
        "1|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:21|4|00:01.823||n1\n"
            + "1.batch|COMPLETED|2026-12-01T03:31:21|2026-12-01T03:31:21|4|00:01.823|5312512|n1\n",
        "Sacct 10 4 1.823 5312512",
        DisplayName = "a batch script"
    )]
    [DataRow(
        "1|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|60|01:30.000||n[1-2]\n"
            + "1.batch|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|60|00:00.100|4000K|n1\n"
            + "1.extern|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|60|00:00.001|0|n[1-2]\n"
            + "1.0|COMPLETED|2026-12-01T03:31:12|2026-12-01T03:31:12|58|01:29.899|2.5G|n[1-2]\n",
        "Sacct 0 60 90 2684354560",
        DisplayName = "the largest process is in a step"
    )]
    [DataRow(
        "1|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|60|00:00:00||n1\n"
            + "1.batch|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|60|00:10.000|4000K|n1\n"
            + "1.0|COMPLETED|2026-12-01T03:31:12|2026-12-01T03:31:12|58|00:20.000|3000K|n1\n",
        "Sacct 0 60 30 4096000",
        DisplayName = "the times of the steps are added if the job has none"
    )]
    [DataRow(
        "1|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|60|00:00:00||n1\n"
            + "1.batch|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|60|00:00:00||n1\n",
        "Sacct 0 60 - -",
        DisplayName = "jobacct_gather/none gathers nothing, which is not 0"
    )]
    [DataRow(
        "1|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|4|00:01.823||n1\n"
            + "1.batch|RUNNING|2026-12-01T03:31:11|2026-12-01T03:31:11|4|00:00:00||n1\n",
        "Pending 0 4 1.823 -",
        DisplayName = "the row of the batch script is late"
    )]
    [DataRow(
        "1|CANCELLED by 0|2026-12-01T03:31:11|2026-12-01T03:31:15|0|00:00:00||None assigned\n",
        "Sacct - - - -",
        DisplayName = "cancelled in the queue"
    )]
    [DataRow(
        "1|NODE_FAIL|2026-12-01T03:31:11|2026-12-01T03:31:11|9|00:09.000||n1\n"
            + "1.batch|CANCELLED|2026-12-01T03:31:11|2026-12-01T03:31:11|9|00:09.000|100M|n1\n"
            + "1|COMPLETED|2026-12-01T03:40:00|2026-12-01T03:41:00|5|00:05.000||n2\n"
            + "1.batch|COMPLETED|2026-12-01T03:41:00|2026-12-01T03:41:00|5|00:05.000|200M|n2\n",
        "Sacct 60 5 5 209715200",
        DisplayName = "requeued: the last time that it ran"
    )]
    [DataRow("1|RUNNING|2026-12-01T03:31:11|2026-12-01T03:31:11|4|00:00:00||n1\n", "", DisplayName = "not ended there yet")]
    [DataRow("1_[3-7]|PENDING|2026-12-01T03:31:11|Unknown|0|00:00:00||None assigned\n", "", DisplayName = "members that wait")]
    public void The_rows_of_sacct_make_one_usage(string rows, string expected)
    {
        var read = SlurmParser.ParseUsage(SlurmUsage.Header + "\n" + rows)!;

        Assert.AreEqual(expected, string.Join(';', read.Select(row => Text(row.Usage!))));
    }

    [TestMethod]
    public void Members_of_an_array_have_a_usage_each()
    {
        var read = SlurmParser.ParseUsage(
            SlurmUsage.Header
                + "\n5_0|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|4|00:01.000||n1\n"
                + "5_0.batch|COMPLETED|2026-12-01T03:31:11|2026-12-01T03:31:11|4|00:01.000|10M|n1\n"
                + "5_1|FAILED|2026-12-01T03:31:11|2026-12-01T03:31:12|4|00:02.000||n2\n"
                + "5_1.batch|FAILED|2026-12-01T03:31:12|2026-12-01T03:31:12|4|00:02.000|20M|n2\n"
        )!;

        Assert.AreEqual(
            "5_0 Sacct 0 4 1 10485760;5_1 Sacct 1 4 2 20971520",
            string.Join(';', read.Select(r => $"{r.Id} {Text(r.Usage!)}"))
        );
    }

    [TestMethod]
    [DataRow("", DisplayName = "nothing at all")]
    [DataRow("JobID|JobName|State\n1|a|COMPLETED\n", DisplayName = "another header")]
    [DataRow(SlurmUsage.Header + "\n1|COMPLETED|2026-12-01T03:31\n", DisplayName = "a row that was cut off")]
    public void What_is_no_answer_says_nothing(string output) => Assert.IsNull(SlurmParser.ParseUsage(output));

    [TestMethod]
    [DataRow("@n1|@2026-12-01T03:31:21|@1-00:00:04|ms-a", "None 10 86404 - -")]
    [DataRow("@n1|@2026-12-01T03:31:21|@INVALID|ms-a", "None 10 - - -")]
    [DataRow("@|@2026-12-01T03:31:21|@0:00|ms-a", "", DisplayName = "the start of a waiting job is an estimate")]
    [DataRow("@n1|ms-a", "", DisplayName = "a wrapper that prints the old columns")]
    public void A_row_of_the_queue_has_times_once_the_job_has_a_node(string end, string expected)
    {
        var row = SlurmParser
            .ParseQueue("JOBID|STATE|SUBMIT_TIME|REASON|@NODELIST|@START_TIME|@TIME|NAME\n1|COMPLETED|2026-12-01T03:31:11|None|" + end)!
            .Single();

        Assert.AreEqual("ms-a", row.Name);
        Assert.AreEqual(expected, row.Usage is { } usage ? Text(usage) : "");
    }

    [TestMethod]
    // Son of Grid Engine 8.1.9, as it prints.
    [DataRow(
        "qsub_time    Tue Dec  1 03:31:11 2026\nstart_time   Tue Dec  1 03:31:21 2026\nru_wallclock 3s\nru_utime     1.555s\n"
            + "ru_stime     0.166s\nru_maxrss    301.684KB\ncpu          1.721s\nmaxvmem      5.336MB\n",
        "Qacct 10 3 1.721 316338601"
    )]
    [DataRow(
        "qsub_time    12/01/2026 03:31:11.500\nstart_time   12/01/2026 03:31:21.500\nru_wallclock 3.2\nru_utime     1.5\nru_stime     0.5\n"
            + "ru_maxrss    308924\ncpu          1.9\nmaxvmem      5.336M\nmaxrss       100.5M\n",
        "Qacct 10 3.2 2 105381888",
        DisplayName = "Univa: maxrss counts"
    )]
    [DataRow(
        "qsub_time    Tue Dec  1 03:31:11 2026\nstart_time   Tue Dec  1 03:31:21 2026\nru_wallclock 9s\nru_utime     0.000s\n"
            + "ru_stime     0.000s\nru_maxrss    0.000B\ncpu          0.000s\nmaxvmem      0.000B\n",
        "Qacct 10 9 - -",
        DisplayName = "nothing gathered is not 0"
    )]
    [DataRow(
        "qsub_time    Tue Dec  1 03:31:11 2026\nstart_time   -/-\nru_wallclock 0s\ncpu          0.000s\nmaxvmem      0.000B\n",
        "Qacct - - - -",
        DisplayName = "deleted in the queue"
    )]
    [DataRow(
        "qsub_time    Tue Dec  1 03:31:11 2026\nstart_time   Thu Jan  1 00:00:00 1970\nru_wallclock 0s\ncpu          0.000s\n"
            + "maxvmem      0.000B\n",
        "Qacct - - - -",
        DisplayName = "deleted in the queue, as a time of 0"
    )]
    public void A_record_of_grid_engine_says_what_its_job_used(string lines, string expected)
    {
        var answer = new GridEngineScheduler(new GridEngineOptions(), text => text).ParseAccounting(
            new ShellResult.Ended(0, $"===\njobname      ms-a\njobnumber    7\nfailed       0\nexit_status  0\n{lines}", "")
        );

        Assert.AreEqual(expected, Text(((AccountingResult.Rows)answer).Jobs.Single().Usage!));
    }

    [TestMethod]
    public void The_last_word_says_why_a_figure_is_not_known_and_names_the_source_of_the_others()
    {
        var known = new AttemptUsage { CpuTime = TimeSpan.FromSeconds(2), Source = UsageSource.Pending };
        var started = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

        var nothing = UsageMerge.Join(
            known,
            new AttemptUsage { StartedAt = started, Source = UsageSource.Sacct },
            UsageNotes.NothingGathered
        );
        Assert.AreEqual(UsageSource.Times, nothing.Source);
        Assert.AreEqual(2, nothing.CpuTime?.TotalSeconds);
        Assert.AreEqual(UsageNotes.Join(UsageNotes.BatchScriptOnly, UsageNotes.NothingGathered), nothing.Note);

        var never = UsageMerge.Join(new AttemptUsage(), new AttemptUsage { Source = UsageSource.Sacct }, UsageNotes.NothingGathered);
        Assert.AreEqual((UsageSource.None, UsageNotes.NeverBegan), (never.Source, never.Note));

        var whole = new AttemptUsage
        {
            StartedAt = started,
            CpuTime = TimeSpan.FromSeconds(9),
            PeakMemoryBytes = 5,
            Source = UsageSource.Sacct,
        };
        Assert.AreEqual(whole, UsageMerge.Join(known, whole, UsageNotes.NothingGathered));
    }

    [TestMethod]
    public void A_line_for_people_carries_units_and_says_what_is_unknown()
    {
        var usage = new AttemptUsage
        {
            WallTime = TimeSpan.FromSeconds(725),
            CpuTime = TimeSpan.FromMinutes(91),
            PeakMemoryBytes = 2_576_980_378,
            QueueTime = TimeSpan.FromMinutes(3),
        };

        Assert.AreEqual(
            "ran 12 min 5 s on n3, 1 h 31 min of CPU, at most 2.4 GiB (largest process); waited 3 min 0 s in the queue",
            UsageText.Describe(usage, "n3")
        );
        Assert.AreEqual("usage unknown (why)", UsageText.Describe(new AttemptUsage { Note = "why" }, null));
        Assert.AreEqual(
            "ran 0.25 s (unknown: why)",
            UsageText.Describe(new AttemptUsage { WallTime = TimeSpan.FromSeconds(0.25), Note = "why" }, null)
        );
        Assert.AreEqual("1 min 0 s", UsageText.FormatDuration(TimeSpan.FromSeconds(59.7)));
        Assert.AreEqual(0.000012m, UsageText.ToSeconds(TimeSpan.FromTicks(120)));
    }

    private static string Text(AttemptUsage usage) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{usage.Source} {Text(usage.QueueTime)} {Text(usage.WallTime)} {Text(usage.CpuTime)} "
                + $"{usage.PeakMemoryBytes?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}"
        );

    private static string Text(TimeSpan? time) =>
        time?.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
