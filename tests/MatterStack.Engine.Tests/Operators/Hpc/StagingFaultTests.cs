using System.Security.Cryptography;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Tests.Transports;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>What holds when a line breaks, or the other machine does, while files are sent.</summary>
[TestClass]
[Slow]
public sealed class StagingFaultTests : IDisposable
{
    private readonly TempFolder _folder = new(inMemory: true);
    private readonly FaultyShell _shell = new(new LocalShell(CommandEnvironment.GetVariables().ToDictionary(), TimeProvider.System));

    public void Dispose()
    {
        _shell.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void A_stream_continues_from_any_of_its_bytes()
    {
        var world = new StagingWorld(_shell, _folder.Path);
        var archive = StagingPlan
            .Create(
                ["tasks/t@1"],
                [
                    .. Files(world)
                        .Select(i => new StagedFile(
                            new UploadFile(i.Content, world.InputFile(i.Content), new FileInfo(world.InputFile(i.Content)).Length, ""),
                            "tasks/t@1/work/" + i.Path,
                            i.Executable
                        )),
                ],
                new HashSet<string>(),
                new HashSet<Sha256>()
            )
            .Archives[0];
        using var whole = new MemoryStream();
        archive.Write(whole, 0);
        Assert.AreEqual(archive.TotalLength, whole.Length);
        for (var from = 0; from <= archive.TotalLength; from++)
        {
            using var rest = new MemoryStream();
            archive.Write(rest, from);
            Assert.IsTrue(
                whole
                    .GetBuffer()
                    .AsSpan(from, (int)(archive.TotalLength - from))
                    .SequenceEqual(rest.GetBuffer().AsSpan(0, (int)rest.Length)),
                $"from {from}"
            );
        }
    }

    // Around every header, content and end, empty files among them, and some in between.
    [TestMethod]
    public void A_line_that_breaks_anywhere_is_continued_and_what_came_is_not_sent_again()
    {
        long sent = 0;
        using var counting = new CountingShell(_shell, n => sent += n);
        var world = new StagingWorld(counting, _folder.Path);
        var files = Files(world);
        var order = world.Order("whole", files);
        Assert.IsNull(world.Send(order).Obstacle);
        var total = sent;
        foreach (
            var cut in Enumerable
                .Range(0, (int)(total / 512) + 1)
                .SelectMany(block => (int[])[(block * 512) - 1, block * 512, (block * 512) + 1, (block * 512) + 200])
                .Where(cut => cut >= 0 && cut < total)
        )
        {
            order = world.Order("whole", files);
            _shell.Next = call => call.Input is null ? null : new Fault.CutAfter(cut);
            var broken = world.Send(order);
            Assert.AreEqual(StagingFailureKind.ConnectionBroken, broken.Obstacle?.Kind, $"cut after {cut}: {broken.Obstacle?.Reason}");
            _shell.Next = _ => null;
            sent = 0;
            Assert.IsNull(world.Send(order).Obstacle, $"cut after {cut}");
            Assert.AreEqual(total - cut, sent, $"cut after {cut}: what had come is not sent again");
            world.IsThere(order);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(8_999_999)]
    [DataRow(9_000_000)]
    [DataRow(12_000_000)]
    public void A_large_file_that_breaks_off_is_continued_too_and_by_another_process(int cut)
    {
        var world = new StagingWorld(_shell, _folder.Path);
        var order = world.Order(
            "t",
            [
                world.Input("large", RandomNumberGenerator.GetBytes(9_000_000)),
                world.Input("other", RandomNumberGenerator.GetBytes(8_500_000)),
                world.Input("x", [1]),
            ]
        );
        var left = cut;
        _shell.Next = call =>
        {
            if (call.Input is null)
            {
                return null;
            }

            var most = left;
            left -= 9_000_000;
            return most < 9_000_000 ? new Fault.CutAfter(Math.Max(0, most)) : null;
        };
        Assert.IsNotNull(world.Send(order).Obstacle);
        Assert.IsFalse(Directory.Exists(Path.Combine(world.Far, "tasks/t@1")));
        foreach (var kept in Directory.GetFiles(Path.Combine(world.Far, "inputs")))
        {
            Assert.AreEqual(Path.GetFileName(kept), Sha256.ComputeHash(File.ReadAllBytes(kept)).Hex);
        }

        _shell.Next = _ => null;
        world.Open();
        Assert.IsNull(world.Send(order).Obstacle);
        world.IsThere(order);
    }

    [TestMethod]
    public void More_attempts_that_come_while_some_are_on_their_way_do_not_begin_them_again()
    {
        long sent = 0;
        using var counting = new CountingShell(_shell, n => sent += n);
        var world = new StagingWorld(counting, _folder.Path);
        var first = world.Order("first", [world.Input("a", RandomNumberGenerator.GetBytes(500_000))]);
        _shell.Next = call => call.Input is null ? null : new Fault.CutAfter(400_000);
        Assert.IsNotNull(world.Send(first).Obstacle);
        _shell.Next = _ => null;
        sent = 0;
        var second = world.Order("second", [world.Input("b", [1])]);
        Assert.HasCount(2, world.Send(first, second).Ready);
        Assert.IsLessThan(110_000, sent);
        world.IsThere(first);
        world.IsThere(second);
    }

    [TestMethod]
    public void A_part_with_a_wrong_byte_is_thrown_away_and_comes_again()
    {
        var world = new StagingWorld(_shell, _folder.Path);
        var order = world.Order("t", [world.Input("a", RandomNumberGenerator.GetBytes(5000))]);
        _shell.Next = call => call.Input is null ? null : new Fault.CutAfter(3000);
        Assert.IsNotNull(world.Send(order).Obstacle);
        _shell.Next = _ => null;
        var part = Directory.GetFiles(Path.Combine(world.Far, "incoming"), "*.part").Single();
        var bytes = File.ReadAllBytes(part);
        bytes[2000] ^= 1;
        File.WriteAllBytes(part, bytes);

        Assert.AreEqual("the sent files arrived with different content", world.Send(order).Obstacle?.Reason);
        Assert.IsFalse(Directory.Exists(Path.Combine(world.Far, "tasks/t@1")));
        Assert.IsNull(world.Send(order).Obstacle);
        world.IsThere(order);
    }

    // The n-th process of the other machine's script is killed, as it is when the machine goes down.
    [TestMethod]
    public void Whatever_command_over_there_dies_nothing_stands_under_a_final_name_that_is_not_whole()
    {
        var bin = _folder.In("bin");
        Directory.CreateDirectory(bin);
        var environment = CommandEnvironment.GetVariables().ToDictionary();
        environment["PATH"] = bin + ":" + environment["PATH"];
        foreach (var name in (string[])["sha256sum", "head", "tail", "wc", "tar", "ls", "xargs", "mv", "cp", "tee", "mkdir", "rm"])
        {
            using var shell = new LocalShell(environment, TimeProvider.System);
            var world = new StagingWorld(shell, _folder.In(name));
            var shared = world.Input("shared", RandomNumberGenerator.GetBytes(50_000));
            var orders = Enumerable
                .Range(0, 4)
                .Select(i => world.Order($"t{i}", [shared, world.Input("own", [(byte)i]), world.Input("large", new byte[1_200_000])]))
                .ToArray();
            var real = environment["PATH"].Split(':').Skip(1).Select(folder => Path.Combine(folder, name)).First(File.Exists);
            // It does half of its work, if any, and its parent goes with it.
            _folder.Write("bin/" + name, $"#!/bin/sh\ntimeout 0.05 {real} \"$@\" ; kill -9 $PPID; exit 137\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_folder.In("bin/" + name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var broken = world.Send(orders);
            Assert.IsNotNull(broken.Obstacle, name);
            foreach (var order in orders.Where(o => Directory.Exists(Path.Combine(world.Far, o.RelativeFolder))))
            {
                Assert.HasCount(3, Directory.GetFiles(world.There(order, "")), name);
            }

            File.Delete(_folder.In("bin/" + name));
            Assert.IsNull(world.Send(orders).Obstacle, name);
            foreach (var order in orders)
            {
                world.IsThere(order);
            }
        }
    }

    private static List<StagedInput> Files(StagingWorld world) =>
        [
            world.Input("empty", []),
            world.Input("a", RandomNumberGenerator.GetBytes(700)),
            world.Input(new string('l', 130), [1]),
            world.Input("block", RandomNumberGenerator.GetBytes(512)),
            world.Input("last", [], executable: true),
        ];
}
