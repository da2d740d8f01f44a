using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>A folder of the cluster that has no room, or cannot be used.</summary>
[TestClass]
[Slow]
public sealed class FullPlaceTests
{
    private const string Full = "@k tmpfs 20480 20480 0 100% /far\n@i tmpfs 5000 12 4988 1% /far\n";

    [TestMethod]
    [DataRow(
        74,
        "tar: work/a: Cannot write: No space left on device\ntar: Exiting with failure status due to previous errors",
        Full,
        StagingFailureKind.Temporary,
        "the disk of login:~/far is full: 0 bytes free of 20 MB, and 3 MB are needed"
    )]
    [DataRow(74, "cat: write error: No space left on device", "", StagingFailureKind.Temporary, "the disk of login:~/far is full")]
    [DataRow(
        73,
        "mkdir: cannot create directory 'x': No space left on device",
        "@k /dev/sda1 20480 100 20380 1% /my home\n@i /dev/sda1 50 50 0 100% /my home\n",
        StagingFailureKind.Temporary,
        "the disk of login:~/far can take no more files: 0 of 50 inodes free, 19.9 MB free of 20 MB, and 3 MB are needed"
    )]
    [DataRow(
        74,
        "tar: a: Cannot write: Disk quota exceeded",
        "@k nfs:/home 2048 1024 1024 50% /home\n@i - - - - /home\n",
        StagingFailureKind.Temporary,
        "the disk quota on login:~/far is used up (tar: a: Cannot write: Disk quota exceeded): 1 MB free of 2 MB, and 3 MB are needed"
    )]
    [DataRow(
        73,
        "mkdir: cannot create directory '/x': Read-only file system",
        "",
        StagingFailureKind.Temporary,
        "login:~/far cannot be written (mkdir: cannot create directory '/x': Read-only file system)"
    )]
    [DataRow(
        74,
        "cat: write error: Stale file handle",
        "",
        StagingFailureKind.Temporary,
        "login:~/far cannot be written (cat: write error: Stale file handle)"
    )]
    [DataRow(74, "words that nobody knows", "", StagingFailureKind.Temporary, "login:~/far cannot be written (words that nobody knows)")]
    [DataRow(
        74,
        "",
        "",
        StagingFailureKind.Temporary,
        "login:~/far cannot be written (the command there ended with exit code 74 and no message)"
    )]
    [DataRow(
        74,
        "cp: cannot stat '../../inputs/ab': No such file or directory",
        "",
        StagingFailureKind.Temporary,
        "login:~/far cannot be written (cp: cannot stat '../../inputs/ab': No such file or directory)"
    )]
    [DataRow(
        73,
        "mkdir: cannot create directory '/proc/x': No such file or directory",
        "",
        StagingFailureKind.Permanent,
        "login:~/far cannot be used: mkdir: cannot create directory '/proc/x': No such file or directory"
    )]
    [DataRow(
        73,
        "mkdir: cannot create directory '/far': Not a directory",
        "",
        StagingFailureKind.Permanent,
        "login:~/far cannot be used: mkdir: cannot create directory '/far': Not a directory"
    )]
    [DataRow(
        73,
        "mkdir: cannot create directory '/far': File exists",
        "",
        StagingFailureKind.Permanent,
        "login:~/far cannot be used: mkdir: cannot create directory '/far': File exists"
    )]
    [DataRow(
        73,
        "mkdir: cannot create directory '/far': Permission denied",
        "",
        StagingFailureKind.Permanent,
        "login:~/far cannot be used: mkdir: cannot create directory '/far': Permission denied"
    )]
    [DataRow(
        74,
        "tar: x: Cannot open: File name too long",
        "",
        StagingFailureKind.FileRejected,
        "login:~/far cannot be used: tar: x: Cannot open: File name too long"
    )]
    [DataRow(72, "tar: not found", "", StagingFailureKind.Permanent, "login:~/far cannot be used: tar: not found")]
    public void The_text_of_the_other_machine_decides(int code, string error, string output, object kind, string why)
    {
        var failure = RemoteWriteErrors.Classify(new ShellResult.Ended(code, output, error), "login:~/far", 3 << 20);
        Assert.AreEqual((StagingFailureKind)kind, failure.Kind);
        Assert.AreEqual(why, failure.Reason);
    }

    [TestMethod]
    public void A_root_that_is_a_file_fails_at_once_with_a_code_and_its_name()
    {
        using var world = new ClusterWorld(staged: true);
        File.WriteAllText(world.In("far"), "a file");
        var order = world.Order();
        world.Submit(order);
        StringAssert.StartsWith(
            world.Last<Observation.NotStarted>(order)?.Reason,
            $"{OperatorCodes.ClusterFolderNotUsable}: this machine:{world.In("far")} cannot be used: mkdir: cannot create directory"
        );
    }

    [TestMethod]
    public void A_disk_that_is_full_is_waited_for_with_growing_pauses_and_uses_up_no_attempt()
    {
        using var world = new ClusterWorld(staged: true);
        world.Program(
            "tee",
            "#!/bin/sh\n[ -f \"$TWIN/room\" ] && exec /usr/bin/tee \"$@\"\necho \"$TWIN\" >> \"$TWIN/tries\"; echo 'tee: incoming: "
                + "No space left on device' >&2; exit 1\n"
        );
        world.Program("df", "#!/bin/sh\ncase $1 in -Pk) echo 'tmpfs 20480 20480 0 100% /far' ;; esac\n");
        var orders = Enumerable.Range(0, 3).Select(i => world.Order("t" + i, inputs: [world.Input("in", "x" + i)])).ToArray();
        world.Submit(orders);
        world.NothingEnded();
        foreach (var order in orders)
        {
            StringAssert.StartsWith(
                world.Last<Observation.StatusNote>(order)?.Text,
                $"the disk of this machine:{world.In("far")} is full: 0 bytes free of 20 MB"
            );
        }

        world.Pass(180);
        var tries = File.ReadLines(world.In("twin/tries")).Count();
        Assert.IsTrue(tries is >= 4 and <= 8, $"{tries} tries in three minutes");
        world.NothingEnded();

        File.WriteAllText(world.In("twin/room"), "");
        world.Pass(300);
        Assert.HasCount(3, world.Jobs);
        world.NothingEnded();
    }

    [TestMethod]
    public void A_job_that_fails_on_a_full_disk_has_that_in_its_reason()
    {
        using var world = new ClusterWorld(staged: true);
        world.Program(
            "df",
            "#!/bin/sh\ncase $1 in -Pk) echo 'tmpfs 20480 20480 0 100% /far' ;; -Pi) echo 'tmpfs 500 5 495 1% /far' ;; esac\n"
        );
        var (failed, silent, missing) = (
            world.Order("failed", command: "exit 3"),
            world.Order("silent", command: "true"),
            world.Order("missing", command: "true", with: t => t with { Outputs = ["out"] })
        );
        world.Submit(failed, silent, missing);
        foreach (var job in world.Jobs)
        {
            world.Run(job);
        }

        // Its exit code could not be written.
        File.WriteAllText(Path.Combine(Directory.GetDirectories(world.In("far"))[0], silent.RelativeFolder, "exit_code"), "");
        world.Pass(20);
        var full = $"the disk of this machine:{world.In("far")} is full: 0 bytes free of 20 MB";
        Assert.AreEqual($"exit code 3 ({full})", AttemptOutcomes.Classify(world.Ended(failed)).Reason);
        Assert.AreEqual($"its exit code could not be written; {full}", AttemptOutcomes.Classify(world.Ended(silent)).Reason);
        Assert.AreEqual($"declared outputs were not produced: out ({full})", AttemptOutcomes.Classify(world.Ended(missing)).Reason);
    }

    [TestMethod]
    public void A_log_that_tells_of_a_full_disk_is_quoted_where_the_disk_has_space_again()
    {
        using var world = new ClusterWorld(staged: true);
        world.Program("df", "#!/bin/sh\nexit 1\n");
        // Members of an array: their logs are redirected by their script.
        var orders = Enumerable
            .Range(0, 2)
            .Select(i => world.Order("t" + i, command: "echo 'dd: error writing x: No space left on device' >&2; exit 1"))
            .ToArray();
        world.Submit(orders);
        foreach (var job in world.Jobs)
        {
            world.Run(job);
        }

        world.Pass(20);
        StringAssert.StartsWith(
            AttemptOutcomes.Classify(world.Ended(orders[0])).Reason,
            "exit code 1 (its stderr.log contains \"No space left on device\")"
        );
    }

    [TestMethod]
    public void The_space_of_this_machine_is_what_df_says()
    {
        var space = DiskSpace.FindFor("/");
        Assert.IsNotNull(space);
        Assert.IsTrue(space.TotalBytes >= space.FreeBytes && space.TotalBytes > 0);
        Assert.IsNull(DiskSpace.FindFor("/no/such/folder"));
        Assert.AreEqual("512 bytes", DiskSpace.FormatBytes(512));
        Assert.AreEqual("1.5 MB", DiskSpace.FormatBytes(3 << 19));
    }
}
