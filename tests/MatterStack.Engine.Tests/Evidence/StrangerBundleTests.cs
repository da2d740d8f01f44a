using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Tests.Words;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>A bundle that a stranger made to harm whoever verifies it ends in a problem with a code, soon, and says nothing to a
/// terminal.</summary>
[TestClass]
[Slow]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class StrangerBundleTests : IDisposable
{
    private readonly EvidenceWorld _evidence = new EvidenceWorld().Run();

    private CommandWorld World => _evidence.World;

    public void Dispose() => _evidence.Dispose();

    [TestMethod]
    public void Names_of_files_speak_to_nobody()
    {
        _evidence.Export(new RunArguments { EvidenceFormat = "bag" });
        const string name = "a\n::error::x ##[error]y ##vso[task.complete]\u001b[31m##teamcity[x]\u202e";
        File.WriteAllText(Path.Combine(_evidence.Evidence, name), "");
        Directory.CreateDirectory(Path.Combine(_evidence.Evidence, "b" + name));
        File.CreateSymbolicLink(Path.Combine(_evidence.Evidence, "b" + name, "link"), "/etc/passwd");
        File.AppendAllText(
            Path.Combine(_evidence.Evidence, "manifest-sha256.txt"),
            $"\\{new string('0', 64)}  gone{name.Replace("\n", "\\n", StringComparison.Ordinal)}\nno line {name}\n"
        );
        Command(_evidence.Evidence);

        using (var zip = ZipFile.Open(_evidence.Archive, ZipArchiveMode.Update))
        {
            zip.CreateEntry($"evidence-{World.Run.Id}/{name}");
            zip.CreateEntry($"evidence-{World.Run.Id}/../../{name}");
        }

        Command(_evidence.Archive);

        void Command(string path)
        {
            World.Reported.Clear();
            World.Said.Clear();
            Assert.IsFalse(VerifyEvidenceCommand.Execute(World.Context(new RunArguments { EvidencePath = path })).Success);
            Assert.IsGreaterThan(1, World.Reported.Count);
            foreach (var line in World.Said.Concat(World.Reported.Select(p => p.ToString())))
            {
                Assert.IsFalse(CiCommands.AreIn(line), line);
                Assert.IsFalse(line.Any(char.IsControl), line);
            }
        }
    }

    [TestMethod]
    [DataRow("no hash and no path")]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000000  x{0}")]
    public void A_manifest_of_many_lines_ends_soon(string line)
    {
        _evidence.Export();
        using (var manifest = new StreamWriter(Path.Combine(_evidence.Evidence, "manifest-sha256.txt")))
        {
            for (var i = 0; i < 200_000; i++)
            {
                manifest.Write(
                    line.Replace("{0}", i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal) + "\n"
                );
            }
        }

        Assert.IsLessThan(3 * UntrustedBundleLimits.MaxProblems, Coded(_evidence.Evidence));
    }

    [TestMethod]
    [DataRow("manifest-sha256.txt", 20 << 20)]
    [DataRow("events.jsonl", 20 << 20)]
    public void A_line_without_end_is_damage(string file, int length)
    {
        _evidence.Export();
        using (var stream = new FileStream(Path.Combine(_evidence.Evidence, file), FileMode.Append))
        {
            stream.Write(Encoding.ASCII.GetBytes(new string('x', length)));
        }

        if (file != "manifest-sha256.txt")
        {
            _evidence.Reseal();
        }

        Assert.IsLessThan(5, Coded(_evidence.Evidence));
    }

    [TestMethod]
    [DataRow("bundle.json")]
    [DataRow("workflow.json")]
    [DataRow("ro-crate-metadata.json")]
    public void A_file_of_five_gigabytes_is_not_read(string file)
    {
        _evidence.Export();
        using (var stream = new FileStream(Path.Combine(_evidence.Evidence, file), FileMode.Open))
        {
            // Sparse: it takes up no room.
            stream.SetLength(5L << 30);
        }

        Assert.Contains($"'{file}' has more than 512 MiB", string.Join("; ", EvidenceWorld.Verify(_evidence.Evidence)));
    }

    [TestMethod]
    public void Brackets_without_end_are_damage()
    {
        _evidence.Export();
        File.WriteAllText(Path.Combine(_evidence.Evidence, "bundle.json"), new string('[', 1_000_000));
        _evidence.Reseal();
        Assert.IsGreaterThan(0, Coded(_evidence.Evidence));
    }

    [TestMethod]
    [Slow]
    [DataRow("mkfifo pipe")]
    [DataRow("mkfifo bundle.json.new; mv bundle.json.new bundle.json")]
    [DataRow("ln -sf /dev/zero bundle.json")]
    [DataRow("ln -s . loop")]
    [DataRow("touch \"$(printf 'caf\\351')\"")]
    [DataRow("mkdir -p \"$(printf 'd\\377/e')\"; touch \"$(printf 'd\\377/e/f\\377')\"")]
    [DataRow("d=.; for i in $(seq 60); do d=$d/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done; mkdir -p $d; touch $d/x")]
    [DataRow("rm bundle.json; mkdir bundle.json; touch bundle.json/x")]
    [DataRow("rm -r operators_snapshot; touch operators_snapshot")]
    public void What_is_no_file_in_a_folder_ends_in_a_problem(string command)
    {
        _evidence.Export();
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = _evidence.Evidence })!;
        shell.WaitForExit();
        Assert.AreEqual(0, shell.ExitCode);

        Assert.IsGreaterThan(0, Coded(_evidence.Evidence));
        // Names that are not UTF-8 cannot be named here.
        using var clean = Process.Start("rm", ["-rf", _evidence.Evidence]);
        clean.WaitForExit();
    }

    [TestMethod]
    public void An_archive_that_unpacks_to_more_than_it_may_is_not_unpacked()
    {
        _evidence.Export(new RunArguments { EvidenceFormat = "bag" });
        Patch(24, 0xfffffff0);
        Assert.Contains("would unpack to", string.Join("; ", EvidenceWorld.Verify(_evidence.Archive)));
    }

    [TestMethod]
    public void An_archive_whose_files_lie_over_each_other_is_not_unpacked()
    {
        _evidence.Export(new RunArguments { EvidenceFormat = "bag" });
        Patch(20, 0x00ffffff);
        Assert.Contains("MATTER5017", string.Join("; ", EvidenceWorld.Verify(_evidence.Archive)));
    }

    [TestMethod]
    [DataRow("/dev/zero")]
    [DataRow("/etc/passwd")]
    [DataRow("/")]
    public void What_is_no_bundle_at_all_is_said(string path) =>
        Assert.AreEqual(1, Coded(path == "/" ? Directory.CreateDirectory(World.In("empty")).FullName : path));

    // A field of each file in the archive's directory.
    private void Patch(int offset, uint value)
    {
        var bytes = File.ReadAllBytes(_evidence.Archive);
        for (var i = 0; i < bytes.Length - 46; i++)
        {
            if (bytes.AsSpan(i, 4).SequenceEqual("PK\u0001\u0002"u8))
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i + offset), value);
            }
        }

        File.WriteAllBytes(_evidence.Archive, bytes);
    }

    private static int Coded(string path)
    {
        var problems = EvidenceWorld.Verify(path);
        Assert.IsTrue(problems.TrueForAll(p => p.Contains("MATTER50", StringComparison.Ordinal)), string.Join("; ", problems));
        return problems.Count;
    }
}
