using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Tests.Commands;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>Nobody gets out of the folder, or in through a name.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class InsideTests : IDisposable
{
    private const string Nasty = "a'b\"c $(touch PWNED) `touch PWNED` ;touch PWNED; #&|<>*?[x] \\ \u00e4";
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow("Files", "../secret")]
    [DataRow("Files", "/etc/passwd")]
    [DataRow("Files", "x/../../secret")]
    [DataRow("Files", "~/secret")]
    [DataRow("Files", "in.txt=>../out")]
    [DataRow("Files", "in.txt=>/tmp/out")]
    [DataRow("Files", "link.txt")]
    [DataRow("Files", "linked/secret")]
    [DataRow("Outputs", "../out")]
    [DataRow("Outputs", "/etc/passwd")]
    [DataRow("Outputs", "a\nb")]
    public void A_path_that_leads_out_is_refused_before_a_run_exists(string metadata, string path)
    {
        _world.Write("campaign/in.txt", "in");
        _world.Write("secret", "secret");
        File.CreateSymbolicLink(_world.In("campaign/link.txt"), _world.In("secret"));
        File.CreateSymbolicLink(_world.In("campaign/linked"), _world.Folder);
        _world.Task("a", "true", (metadata, path));

        Assert.IsFalse(_world.Loop());

        Assert.IsTrue(_world.Reported.All(p => p.Code == CampaignCodes.PathOutside), string.Join("; ", _world.Reported));
        Assert.IsFalse(
            Directory.Exists(_world.Workspace.RunsDirectory) && new RunsFolder(_world.Workspace.RunsDirectory).ListRuns().Count > 0
        );
    }

    [TestMethod]
    [DataRow("../a")]
    [DataRow("a/b")]
    [DataRow("..")]
    [DataRow(".hidden")]
    [DataRow("a b")]
    [DataRow("a;b")]
    [DataRow("a'b")]
    [DataRow("$(id)")]
    public void A_task_id_that_is_no_name_of_a_folder_is_refused(string id)
    {
        _world.Task(id, "true");

        Assert.IsFalse(_world.Loop());

        Assert.AreEqual(CampaignCodes.IllegalTaskId, _world.Reported.Single().Code);
    }

    [TestMethod]
    [DataRow("../other")]
    [DataRow("/etc")]
    [DataRow("' OR 1=1 --")]
    [DataRow(".new-x")]
    public void An_argument_that_is_no_id_finds_nothing(string argument)
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());

        Assert.IsFalse(StatusCommand.Execute(_world.Context(new RunArguments { RunId = argument })).Success);
        Assert.IsFalse(AttemptsCommand.Execute(_world.Context(new RunArguments { TaskId = argument })).Success);
        Assert.IsFalse(ExplainCommand.Execute(_world.Context(new RunArguments { TaskId = argument })).Success);
        Assert.IsFalse(_world.Step(new RunArguments { RunId = argument }));

        Assert.IsTrue(
            _world.Reported.All(p => p.Code == RunCodes.NoSuchRun || p.Code == RunCodes.NoSuchTask),
            string.Join("; ", _world.Reported)
        );
    }

    [TestMethod]
    [DataRow("ln -s /etc/passwd out.txt", "out.txt", "output 'out.txt' is a link that leads out of the work folder")]
    [DataRow("ln -s /etc out", "out", "output 'out' is a link that leads out of the work folder")]
    [DataRow("ln -s /etc out", "out/*", "output 'out' is a link that leads out of the work folder")]
    [DataRow("ln -s /etc out", "out/**/*.conf", "output 'out' is a link that leads out of the work folder")]
    [DataRow("ln -s / out; ln -s . loop; ln -s .. up", "**/passwd", "declared outputs were not produced")]
    [DataRow("mkdir d; ln -s /etc/passwd d/out.txt", "d/*.txt", "declared outputs were not produced")]
    public void An_output_that_is_a_link_out_of_the_folder_is_not_an_output(string command, string output, string why)
    {
        _world.Task("a", command, ("Outputs", output));

        Assert.IsFalse(_world.Loop());

        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single(), why);
        Assert.IsEmpty(_world.Query("SELECT path FROM outputs"));
    }

    [TestMethod]
    public void A_work_folder_that_has_become_a_link_is_not_looked_into()
    {
        _world.Task("a", "cd ..; rm -r work; ln -s /etc work", ("Outputs", "passwd"));

        Assert.IsFalse(_world.Loop());

        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single(), "has become a link that leads out of the run");
        Assert.IsEmpty(_world.Query("SELECT path FROM outputs"));
    }

    [TestMethod]
    public void A_link_that_stays_inside_is_an_output()
    {
        _world
            .Task("a", "mkdir v2; echo 2 > v2/x.txt; ln -s v2 latest; ln -s v2/x.txt best.txt", ("Outputs", "latest;best.txt"))
            .Task("b", "cat deps/a/latest/x.txt deps/a/best.txt", ("DependsOn", "a"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("2\n2\n", File.ReadAllText(_world.Attempt("b@1/stdout.log")));
    }

    [TestMethod]
    [DataRow("ln -s /etc/passwd results.json")]
    [DataRow("ln -s /dev/zero results.json")]
    public void Results_that_are_a_link_out_of_the_folder_are_not_read(string command)
    {
        _world.Task("a", command);

        Assert.IsFalse(_world.Loop());

        Assert.IsNull(_world.Query("SELECT results FROM attempts").Single());
    }

    [TestMethod]
    [DataRow("mkfifo out.txt", "out.txt", "is not a regular file")]
    [DataRow("mkfifo results.json", "", "is not a regular file")]
    public void A_pipe_in_place_of_a_file_keeps_nobody_waiting(string command, string output, string why)
    {
        _world.Task("a", command, output.Length == 0 ? [] : [("Outputs", output)]);

        Assert.IsFalse(_world.Loop());

        StringAssert.Contains(_world.Query("SELECT reason FROM attempts").Single(), why);
    }

    [TestMethod]
    public void What_is_passed_on_is_not_read_through_a_link_that_came_later()
    {
        _world.Write("outside/out.txt", "1\n");
        // Before it is over, b turns the place of a's output into a link to the same content elsewhere.
        _world
            .Task("a", "echo 1 > out.txt", ("Outputs", "out.txt"))
            .Task("b", $"cd ../../a@1 && rm -r work && ln -s '{_world.In("outside")}' work", ("DependsOn", "a"))
            .Task("c", "true", ("DependsOn", "a;b"));

        Assert.IsFalse(_world.Loop());

        StringAssert.Contains(_world.Query("SELECT reason FROM attempts WHERE task_id = 'c'").Single(), "leads out of the run");
    }

    [TestMethod]
    public void An_attempt_is_prepared_in_a_folder_of_its_own_whatever_links_lie_in_its_place()
    {
        _world.Write("campaign/in.txt", "in");
        _world.Write("outside/run.sh", "precious");
        Directory.CreateDirectory(_world.In("outside/work"));
        _world
            .Task(
                "a",
                $"ln -s '{_world.In("outside")}' ../../b@1; mkdir ../../c@1; ln -s '{_world.In("outside/run.sh")}' ../../c@1/run.sh; "
                    + $"ln -s '{_world.In("outside/work")}' ../../c@1/work"
            )
            .Task("b", "true", ("DependsOn", "a"), ("Files", "in.txt"))
            .Task("c", "true", ("DependsOn", "a"), ("Files", "in.txt"));

        Assert.IsTrue(_world.Loop(), string.Join("; ", _world.Reported));

        Assert.AreEqual("precious", File.ReadAllText(_world.In("outside/run.sh")));
        Assert.HasCount(2, Directory.GetFileSystemEntries(_world.In("outside")));
        Assert.IsEmpty(Directory.GetFileSystemEntries(_world.In("outside/work")));
    }

    [TestMethod]
    public void Evidence_neither_reads_nor_writes_through_links()
    {
        _world.Task("a", "true");
        Assert.IsTrue(_world.Loop());
        _world.Write("secret", "secret");
        File.CreateSymbolicLink(Path.Combine(_world.Run.WiringSnapshotFolder, "more.yaml"), _world.In("secret"));
        Directory.CreateSymbolicLink(Path.Combine(_world.Run.WiringSnapshotFolder, "all"), _world.Folder);
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success);
        Assert.IsFalse(
            Directory.EnumerateFiles(_world.Run.EvidenceFolder, "*", SearchOption.AllDirectories).Any(f => File.ReadAllText(f) == "secret")
        );

        Directory.Delete(_world.Run.EvidenceFolder, recursive: true);
        Directory.CreateDirectory(_world.In("outside"));
        Directory.CreateSymbolicLink(_world.Run.EvidenceFolder, _world.In("outside"));

        Assert.IsFalse(ExportEvidenceCommand.Execute(_world.Context()).Success);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_world.In("outside")));
    }

    [TestMethod]
    public void Names_and_values_reach_the_shell_only_quoted()
    {
        var folder = Path.Combine(_world.Folder, Nasty.Replace("/", "", StringComparison.Ordinal) + "\nx");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "c.proj"), "<Project />");
        _world
            .Task(
                "a",
                "printf %s \"$V\" > \"$V.txt\"",
                ("Env", "V=" + Nasty.Replace(";", "", StringComparison.Ordinal)),
                ("Outputs", "*.txt")
            )
            .Task("b", "cat deps/a/*", ("DependsOn", "a"));
        var workspace = new Workspace(
            "c",
            Path.Combine(folder, "c.proj"),
            Path.Combine(folder, "runs"),
            Path.Combine(folder, "operators.yaml")
        );

        Assert.IsTrue(
            TickCommand.Loop(_world.Context() with { Workspace = workspace }, _world.Source(), CancellationToken.None).Success,
            string.Join("; ", _world.Reported)
        );

        var run = new RunsFolder(workspace.RunsDirectory).ListRuns().Single();
        Assert.AreEqual(
            Nasty.Replace(";", "", StringComparison.Ordinal),
            File.ReadAllText(Path.Combine(run.Path, "tasks", "b@1", "stdout.log"))
        );
        Assert.IsEmpty(Directory.EnumerateFiles(_world.Folder, "PWNED", SearchOption.AllDirectories));
        Assert.IsEmpty(RunChecker.CheckFolder(run));
    }

    [TestMethod]
    public void A_strangers_operators_file_runs_nothing()
    {
        var mark = _world.In("PWNED");
        _world.Write(
            "campaign/operators.yaml",
            $"""
            # $(touch {mark})
            operators:
              local.default:
                kind: local
                backend: !System.Diagnostics.Process [ "touch", "{mark}" ]
                description: !!python/object/apply:os.system ["touch {mark}"]
                hooks: ["touch {mark}", "$(touch {mark})", "`touch {mark}`"]
              local.$(touch {mark}): {"{ kind: local }"}
            """
        );
        _world.Task("a", "true");

        ValidateCommand.Execute(_world.Context(), _world.Source());
        Assert.IsFalse(_world.Init());

        Assert.IsFalse(File.Exists(mark));
        Assert.IsTrue(
            _world.Reported.All(p => p.Code.Code.StartsWith("MATTER1", StringComparison.Ordinal)),
            string.Join("; ", _world.Reported)
        );
    }

    [TestMethod]
    public void A_pattern_is_not_led_in_circles()
    {
        using var folder = new TempFolder();
        folder.Write("a/x.txt", "");
        Directory.CreateSymbolicLink(folder.In("a/one"), folder.Path);
        Directory.CreateSymbolicLink(folder.In("a/two"), folder.In("a"));
        Directory.CreateSymbolicLink(folder.In("b"), folder.In("a"));

        CollectionAssert.AreEqual(new[] { "a/x.txt" }, Globs.FindFiles(folder.Path, "**/*.txt").ToArray());
        CollectionAssert.AreEqual(new[] { "b/x.txt" }, Globs.FindFiles(folder.Path, "b/*.txt").ToArray());
        CollectionAssert.AreEqual(new[] { "a/x.txt" }, Globs.FindFiles(folder.Path, "*/x.txt", ["b"]).ToArray());
    }
}
