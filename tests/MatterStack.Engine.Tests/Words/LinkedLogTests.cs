using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Words;

/// <summary>A task that puts something else in the place of its log brings nothing out that its user, or a colleague, may read.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class LinkedLogTests
{
    private const string Secret = "root-secret-5a5a";

    [TestMethod]
    [DataRow("ln -sf SECRET ../stderr.log; ln -sf SECRET ../stdout.log", DisplayName = "a link")]
    [DataRow("ln -sf ../../../../other.txt ../stderr.log", DisplayName = "a link that is relative")]
    [DataRow("ln -s /proc/self/environ l; ln -sf work/l ../stderr.log", DisplayName = "a link to a link")]
    [DataRow("ln -f SECRET ../stderr.log", DisplayName = "a second name of a file")]
    [DataRow("rm -f ../stderr.log; mkfifo ../stderr.log", DisplayName = "a pipe")]
    [DataRow("rm -f ../stderr.log; mkdir ../stderr.log", DisplayName = "a folder")]
    [DataRow("ln -sf /dev/zero ../stderr.log", DisplayName = "a device")]
    [DataRow(
        "cp ../exit_code . 2>/dev/null; cd /; d=\"$OLDPWD/..\"; mv \"$d\" \"$d.away\" 2>/dev/null; mkdir -p FOLDER; "
            + "cp SECRET FOLDER/stderr.log; p=$(dirname \"$OLDPWD\"); mv \"$p\" \"$p.away\"; ln -s FOLDER \"$p\"",
        DisplayName = "a folder on the way"
    )]
    public void What_stands_in_the_place_of_a_log_is_not_shown(string command)
    {
        using var world = new CommandWorld();
        world.Host = world.Host with { };
        var secret = world.Write("secret/file", Secret + "\n" + string.Concat(Enumerable.Repeat(Secret + "\n", 20)));
        world.Task(
            "bad",
            command
                .Replace("SECRET", $"'{secret}'", StringComparison.Ordinal)
                .Replace("FOLDER", $"'{world.In("elsewhere")}'", StringComparison.Ordinal) + "; exit 3",
            ("MaxAttempts", "1")
        );
        world.Cache = new CacheSettings(world.In("cache"), CacheMode.ReadWrite);

        Assert.IsFalse(world.Loop());

        var ci = CiReportCommand.Execute(world.Context());
        Assert.IsTrue(ci.Success);
        Assert.IsTrue(ReportCommand.Execute(world.Context()).Success);
        Assert.IsTrue(ExplainCommand.Execute(world.Context(new RunArguments { TaskId = "bad" })).Success);
        Assert.IsTrue(ExportEvidenceCommand.Execute(world.Context()).Success, string.Join("; ", world.Reported));
        var told = string.Join('\n', world.Said.Concat(world.Reported.Select(p => p.ToString())));
        Assert.DoesNotContain(Secret, told);
        foreach (
            var file in new[] { ci.Items[0].Identity, ci.Items[0].Metadata["summary"], world.Run.ReportFile }.Concat(
                Directory.EnumerateFiles(world.Run.EvidenceFolder, "*", SearchOption.AllDirectories)
            )
        )
        {
            Assert.DoesNotContain(Secret, File.ReadAllText(file), file);
        }
    }

    [TestMethod]
    public void The_failure_says_why_a_log_is_not_read()
    {
        using var world = new CommandWorld().Task("bad", "ln -sf /etc/passwd ../stderr.log; exit 3");
        Assert.IsFalse(world.Loop());
        Assert.Contains("; stderr.log is not read: it is a link", world.Reported[0].Message);
        var ci = CiReportCommand.Execute(world.Context());
        Assert.Contains("stderr.log is not read: it is a link", File.ReadAllText(ci.Items[0].Identity));
        Assert.Contains("stderr.log is not read: it is a link", File.ReadAllText(ci.Items[0].Metadata["summary"]));
    }

    [TestMethod]
    public void A_cached_result_takes_no_log_along_that_is_a_link()
    {
        using var world = new CommandWorld();
        var secret = world.Write("secret/file", Secret);
        world.Cache = new CacheSettings(world.In("cache"), CacheMode.ReadWrite);
        world.Task(
            "a",
            $"ln -sf '{secret}' ../stdout.log; ln -sf '{secret}' ../stderr.log; echo 1 > out",
            ("Outputs", "out"),
            ("Cache", "true")
        );
        Assert.IsTrue(world.Loop());
        Assert.IsNotEmpty(Directory.EnumerateFiles(world.In("cache"), "*", SearchOption.AllDirectories));
        foreach (var file in Directory.EnumerateFiles(world.In("cache"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Secret, File.ReadAllText(file), file);
        }
    }

    [TestMethod]
    public void An_exit_code_that_is_a_link_or_without_end_is_none()
    {
        using var folder = new TempFolder();
        folder.Write("run/tasks/a@1/exit_code", "0\n");
        Assert.AreEqual(2, Length("tasks/a@1/exit_code"));
        File.CreateSymbolicLink(folder.In("run/tasks/a@1/linked"), folder.In("run/tasks/a@1/exit_code"));
        Assert.ThrowsExactly<RefusedFileException>(() => Length("tasks/a@1/linked"));
        Directory.CreateSymbolicLink(folder.In("run/tasks/b@1"), folder.In("run/tasks/a@1"));
        Assert.ThrowsExactly<RefusedFileException>(() => Length("tasks/b@1/exit_code"));
        folder.Write("run/tasks/c@1/withdrawn.txt", new string('x', 5000) + "\n");
        Assert.AreEqual(1000, WithdrawalFile.Read(folder.In("run"), "tasks/c@1/withdrawn.txt").Reason.Length);
        Assert.AreEqual(
            "linked is not read: it is a link, or a folder of its path is a link",
            WithdrawalFile.Read(folder.In("run"), "tasks/a@1/linked").Reason
        );
        using (var backup = System.Diagnostics.Process.Start("cp", ["-al", folder.In("run"), folder.In("backup")]))
        {
            backup.WaitForExit();
        }

        Assert.AreEqual(2, Length("tasks/a@1/exit_code"), "a run that was copied with links goes on");
        Assert.ThrowsExactly<RefusedFileException>(() => Length("tasks/../tasks/a@1/exit_code"));
        Assert.ThrowsExactly<RefusedFileException>(() => Length("/etc/passwd"));
        Assert.ThrowsExactly<RefusedFileException>(() => Length("tasks/a@1"));
        Assert.ThrowsExactly<FileNotFoundException>(() => Length("tasks/d@1/exit_code"));

        long Length(string path)
        {
            using var file = TaskFile.OpenRead(folder.In("run"), path);
            return file.Length;
        }
    }
}
