using System.Security.Cryptography;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Tests.Operators.Hpc;

namespace MatterStack.Engine.Tests.Transports;

/// <content>How files get to the other machine.</content>
public abstract partial class ShellSuite
{
    [TestMethod]
    public void Files_get_to_their_places_whatever_their_size_and_name()
    {
        using var shell = Open();
        var world = new StagingWorld(shell, Folder.Path);
        int[] sizes = [0, 1, 511, 512, 513, 70_000, 1_500_000, 9_000_000];
        string[] names =
        [
            "a b",
            "it's \"quoted\" $HOME `id` \\",
            "-n",
            "--",
            "new\nline\n",
            "ü/€",
            "tab\t/ .hidden",
            "a/" + new string('d', 90) + "/" + new string('e', 120),
            new string('n', 100),
            new string('m', 101),
            "*?[x]",
            "@LongLink",
            "#",
            "~",
        ];
        var inputs = sizes
            .Select((size, i) => world.Input($"sizes/{i}", RandomNumberGenerator.GetBytes(size)))
            .Concat(names.Select((name, i) => world.Input(name, [1, 2, (byte)i])))
            .Append(world.Input("run.sh", [7], executable: true))
            .Append(world.Input("large.sh", new byte[1_100_000], executable: true))
            .ToList();
        var dependency = world.Output("first", [("out/a\nb", [8]), ("-x", new byte[100_000]), ("empty", [])]);
        var request = world.Order("t", inputs, dependency);
        var bare = world.Order("bare");

        var sending = world.Send(request, bare);
        Assert.IsNull(sending.Obstacle, sending.Obstacle?.Reason);
        Assert.HasCount(2, sending.Ready);

        world.IsThere(request);
        world.IsThere(bare);
        foreach (var input in inputs.Where(_ => !OperatingSystem.IsWindows()))
        {
            Assert.AreEqual(
                input.Executable,
                !OperatingSystem.IsWindows() && File.GetUnixFileMode(world.There(request, input.Path)).HasFlag(UnixFileMode.UserExecute),
                input.Path
            );
        }
    }

    [TestMethod]
    public void A_file_that_many_want_travels_once_and_is_a_file_of_its_own_for_each()
    {
        long count = 0;
        using var shell = new CountingShell(Open(), n => count += n);
        var world = new StagingWorld(shell, Folder.Path);
        var (shared, program) = (
            world.Input("shared", RandomNumberGenerator.GetBytes(50_000)),
            world.Input("go", RandomNumberGenerator.GetBytes(60_000), executable: true)
        );
        var requests = Enumerable
            .Range(0, 30)
            .Select(i => world.Order($"t{i}", [shared, program, world.Input("own", [(byte)i])]))
            .ToArray();
        Assert.HasCount(30, world.Send(requests).Ready);
        Assert.IsLessThan(200_000, count);
        foreach (var request in requests)
        {
            world.IsThere(request);
            Assert.IsTrue(
                OperatingSystem.IsWindows() || File.GetUnixFileMode(world.There(request, "go")).HasFlag(UnixFileMode.UserExecute)
            );
        }

        // One that writes into what it was given changes nothing for the others, nor for those that come later.
        File.WriteAllText(world.There(requests[0], "shared"), "changed");
        count = 0;
        var later = Enumerable.Range(0, 5).Select(i => world.Order($"later{i}", [shared])).ToArray();
        Assert.HasCount(5, world.Send(later).Ready);
        Assert.IsLessThan(20_000, count);
        world.IsThere(requests[1]);
        foreach (var request in later)
        {
            world.IsThere(request);
        }
    }

    [TestMethod]
    public void A_file_that_is_no_longer_what_was_recorded_fails_those_that_want_it_and_nobody_else()
    {
        using var shell = Open();
        var world = new StagingWorld(shell, Folder.Path);
        var (changed, gone, large) = (
            world.Input("changed", [1, 2, 3]),
            world.Input("gone", [4]),
            world.Input("large", new byte[9_000_000])
        );
        var (one, two, three, good) = (
            world.Order("one", [changed]),
            world.Order("two", [gone]),
            world.Order("three", [large]),
            world.Order("good", [world.Input("fine", [5])])
        );
        foreach (var request in new[] { one, two, three, good })
        {
            world.Place.PrepareAttempt(request);
        }

        File.WriteAllBytes(world.InputFile(changed.Content), [1, 2, 4]);
        File.Delete(world.InputFile(gone.Content));
        using (var file = File.OpenWrite(world.InputFile(large.Content)))
        {
            file.WriteByte(1);
        }

        var sending = world.Place.SendAttempts([one, two, three, good], CancellationToken.None);
        Assert.IsNull(sending.Obstacle, sending.Obstacle?.Reason);
        CollectionAssert.AreEqual((AttemptRequest[])[good], sending.Ready.ToArray());
        world.IsThere(good);
        StringAssert.Contains(Why(one), "input 'changed' has changed since it was recorded");
        StringAssert.Contains(Why(two), "input 'gone' is gone from");
        StringAssert.Contains(Why(three), "input 'large' has changed since it was recorded");
        Assert.IsFalse(Directory.Exists(Path.Combine(world.Far, one.RelativeFolder)));
        Assert.IsEmpty(Directory.GetFiles(Path.Combine(world.Far, "inputs")));

        string Why(AttemptRequest request) => sending.Failed.Single(f => ReferenceEquals(f.Request, request)).Reason;
    }

    [TestMethod]
    public void Whoever_sends_again_since_the_answer_was_lost_leaves_the_same_folders()
    {
        using var shell = Open();
        var world = new StagingWorld(shell, Folder.Path);
        var request = world.Order("t", [world.Input("a", [1]), world.Input("b", new byte[1_200_000])]);
        Assert.HasCount(1, world.Send(request).Ready);
        File.WriteAllText(world.There(request, "left"), "by somebody else");
        world.Open();
        Assert.HasCount(1, world.Send(request).Ready);
        world.IsThere(request);
        Assert.HasCount(1, Directory.GetFileSystemEntries(Path.Combine(world.Far, "tasks")));
    }
}
