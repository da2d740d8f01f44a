using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Attempts;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>Files that an attempt leaves for the next one: which are found, how they come into the next attempt, and when they count as a
/// product of it.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class LeftFileTests : IDisposable
{
    private readonly TempFolder _folder = new(inMemory: true);

    private string Work => _folder.In("tasks/t@1/work");

    private string Next => _folder.In("tasks/t@2/work");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Regular_files_with_content_are_found_by_name_and_pattern_and_nothing_else_is()
    {
        Write("restart.1", "one");
        Write("restart.2", "");
        Write("deps/up/restart.3", "of a dependency");
        Write("out/CONTCAR", "relaxed");
        Write("other", "not named");
        Directory.CreateDirectory(Path.Combine(Work, "restart.folder"));

        var (files, warnings) = Find(["**/restart.*", "out/CONTCAR=>POSCAR", "absent"]);

        Assert.AreEqual(
            "POSCAR<-out/CONTCAR 7, restart.1<-restart.1 3",
            string.Join(", ", files.Select(f => $"{f.Path}<-{f.Source} {f.Size}"))
        );
        Assert.AreEqual(Sha256.ComputeTextHash("relaxed"), files[0].Hash);
        Assert.AreEqual(("a1", "", "tasks/t@1"), (files[0].Origin.Value, files[0].Place, files[0].OriginFolder));
        Assert.IsEmpty(warnings);
    }

    [TestMethod]
    public void A_link_inside_stands_for_its_file_and_a_link_out_is_said()
    {
        Write("state.200", "here");
        File.CreateSymbolicLink(Path.Combine(Work, "latest"), "state.200");
        File.CreateSymbolicLink(Path.Combine(Work, "out"), _folder.Write("secret", "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(Work, "nothing"), "gone");
        Directory.CreateSymbolicLink(Path.Combine(Work, "away"), Path.GetDirectoryName(_folder.Write("far/file", "x"))!);

        var (files, warnings) = Find(["latest", "out", "nothing", "away/*", "away/file"]);

        Assert.AreEqual("latest<-state.200", string.Join(", ", files.Select(f => $"{f.Path}<-{f.Source}")));
        CollectionAssert.AreEquivalent(
            (string[])
                [
                    "out is not carried: it is a link that leads out of the work folder, or to nothing",
                    "nothing is not carried: it is a link that leads out of the work folder, or to nothing",
                    "away/file is not carried: it is a link that leads out of the work folder, or to nothing",
                ],
            warnings.ToArray()
        );
    }

    [TestMethod]
    public void What_cannot_be_read_is_said_and_is_no_error()
    {
        Write("a", "1");
        Write("b\nc", "2");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(Work, "a"), UnixFileMode.None);
        }

        Unprivileged.Run(() =>
        {
            var (files, warnings) = Find(["*"]);
            Assert.IsEmpty(files);
            Assert.HasCount(2, warnings);
        });
    }

    [TestMethod]
    public void An_input_that_is_as_it_was_is_not_left_and_a_changed_one_is()
    {
        Write("POSCAR", "declared");
        Write("model", "trained");
        StagedInput[] inputs =
        [
            new("POSCAR", "POSCAR", Sha256.ComputeTextHash("declared"), false),
            new("model", "model", Sha256.ComputeTextHash("seed"), false),
        ];

        Assert.AreEqual("model", string.Join(", ", Find(["*"], inputs: inputs).Files.Select(f => f.Path)));
    }

    [TestMethod]
    public void An_attempt_that_has_written_nothing_leaves_what_it_began_with_as_a_whole()
    {
        Write("WAVECAR", "waves");
        Write("POSCAR", "relaxed");
        var carried = Find(["WAVECAR", "POSCAR"]).Files;

        Assert.IsEmpty(Find(["WAVECAR", "CONTCAR=>POSCAR"], carried: carried).Files);
        Write("WAVECAR", "new waves");
        Assert.AreEqual("WAVECAR", Find(["WAVECAR", "CONTCAR=>POSCAR"], carried: carried).Files.Single().Path);
    }

    [TestMethod]
    public void Carried_files_keep_their_time_and_replaced_inputs_are_kept()
    {
        Write("state", "1");
        Write("CONTCAR", "relaxed");
        File.SetLastWriteTimeUtc(Path.Combine(Work, "state"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(Work, "state"), UnixFileMode.UserRead);
        }

        _folder.Write("tasks/t@2/work/POSCAR", "declared");

        Assert.IsNull(Stage(Find(["state", "CONTCAR=>POSCAR"]).Files));

        Assert.AreEqual("relaxed", File.ReadAllText(Path.Combine(Next, "POSCAR")));
        Assert.AreEqual("declared", File.ReadAllText(_folder.In("tasks/t@2/replaced/POSCAR")));
        Assert.AreEqual(new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc), File.GetLastWriteTimeUtc(Path.Combine(Next, "state")));
        File.AppendAllText(Path.Combine(Next, "state"), "2");
    }

    [TestMethod]
    [DataRow("gone", "state is gone from")]
    [DataRow("changed", "state has changed since it was recorded")]
    [DataRow("same size", "state has changed since it was recorded")]
    [DataRow("link", "state has become a link")]
    [DataRow("elsewhere", "state is on hpc, and the attempt runs elsewhere")]
    [DataRow("folder", "state could not be copied")]
    public void If_one_file_is_not_as_recorded_none_is_carried(string fault, string reason)
    {
        Write("CONTCAR", "relaxed");
        Write("state", "1");
        _folder.Write("tasks/t@2/work/POSCAR", "declared");
        IReadOnlyList<LeftFile> files = Find(["CONTCAR=>POSCAR", "state"]).Files;
        var state = Path.Combine(Work, "state");
        switch (fault)
        {
            case "gone":
                File.Delete(state);
                break;
            case "changed":
                File.WriteAllText(state, "");
                break;
            case "same size":
                File.WriteAllText(state, "2");
                break;
            case "link":
                File.Delete(state);
                File.CreateSymbolicLink(state, _folder.Write("x", "1"));
                break;
            case "folder":
                _folder.Write("tasks/t@2/work/state/of/inputs", "");
                break;
            default:
                files = [.. files.Select(f => f.Path == "state" ? f with { Place = "hpc" } : f)];
                break;
        }

        StringAssert.StartsWith(Stage(files), reason);

        Assert.AreEqual("declared", File.ReadAllText(Path.Combine(Next, "POSCAR")));
        Assert.IsFalse(File.Exists(Path.Combine(Next, "state")));
    }

    [TestMethod]
    public void A_carried_file_is_a_product_only_if_it_was_written()
    {
        Write("results.json", """{"old":1}""");
        Write("energy", "1");
        Write("out/1", "first");
        Write("log/1", "l");
        Stage(Find(["results.json", "energy", "out/*", "log/*"]).Files);
        var carried = Find(["results.json", "energy", "out/*", "log/*"]).Files;
        var begun = DateTime.UtcNow;
        var task = CreateTask([]) with { Outputs = ["energy", "out/*", "log"] };

        var early = Collect();
        CollectionAssert.AreEqual((string[])["energy", "out/*", "log"], early.MissingOutputs.ToArray());
        Assert.IsEmpty(early.Outputs);
        Assert.IsNull(early.ResultsJson);

        // The same content, written anew; a second part beside the first.
        WriteNext("energy", "1", begun.AddSeconds(1));
        WriteNext("out/2", "second", begun.AddSeconds(1));
        WriteNext("log/1", "ll", begun.AddSeconds(-100));
        WriteNext("results.json", """{"new":1}""", begun.AddSeconds(1));
        var late = Collect();
        Assert.IsEmpty(late.MissingOutputs);
        Assert.AreEqual("energy, log/1, out/1, out/2", string.Join(", ", late.Outputs.Select(o => o.Path).Order(StringComparer.Ordinal)));
        Assert.AreEqual("""{"new":1}""", late.ResultsJson);

        AttemptEnd Collect() =>
            OutputCollector.Collect(task, Next, new AttemptEnd { ExitCode = 0 }, carried: new CarriedFiles(carried, Next, begun));
    }

    [TestMethod]
    public void The_digest_is_of_names_and_contents_whatever_their_order_and_origin()
    {
        Write("a", "1");
        Write("b", "2");
        var files = Find(["a", "b"]).Files;

        Assert.AreEqual(
            Sha256.ComputeTextHash($"a\0{Sha256.ComputeTextHash("1").Hex}\nb\0{Sha256.ComputeTextHash("2").Hex}\n"),
            LeftFile.ComputeDigest([files[1] with { Origin = AttemptId.FromTrusted("x"), Place = "hpc" }, files[0]])
        );
        Assert.IsNull(LeftFile.ComputeDigest([]));
    }

    private void Write(string path, string content) => _folder.Write("tasks/t@1/work/" + path, content);

    private void WriteNext(string path, string content, DateTime time)
    {
        _folder.Write("tasks/t@2/work/" + path, content);
        File.SetLastWriteTimeUtc(Path.Combine(Next, path), time);
    }

    private string? Stage(IReadOnlyList<LeftFile> files)
    {
        Directory.CreateDirectory(Next);
        return new CarriedFileStager(new RealDisk()).StageFiles(_folder.Path, files, _folder.In("tasks/t@2"), Next);
    }

    private (IReadOnlyList<LeftFile> Files, IReadOnlyList<string> Warnings) Find(
        IReadOnlyList<CarryRequest> carry,
        IReadOnlyList<StagedInput>? inputs = null,
        IReadOnlyList<LeftFile>? carried = null
    ) =>
        new LeftFileFinder(Work, AttemptId.FromTrusted("a1"), "tasks/t@1").FindFiles(
            new PlannedTask(CreateTask(carry), inputs ?? []),
            carried ?? []
        );

    private static CampaignTask CreateTask(IReadOnlyList<CarryRequest> carry) =>
        new()
        {
            Id = TaskId.FromTrusted("t"),
            OperatorKey = OperatorKey.FromTrusted("local.default"),
            Command = "c",
            Carry = carry,
        };
}
