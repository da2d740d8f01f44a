using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A plan changes nothing: no content, no name, no time, in the project, in the runs and in the cache.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PlanTraceTests : IDisposable
{
    private const UnixFileMode ReadOnlyFolder =
        UnixFileMode.UserRead
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private readonly CommandWorld _world = new();

    public PlanTraceTests()
    {
        _world.Cache = new CacheSettings(_world.In("cache"), CacheMode.ReadWrite);
        _world
            .Task("a", "echo 1 > a.out", ("Outputs", "a.out"))
            .Task("b", "cat deps/a/a.out > b.out", ("DependsOn", "a"), ("Outputs", "b.out"))
            .Task("c", "true", ("DependsOn", "b"));
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void Without_a_run()
    {
        var before = FolderSnapshot.Read(_world.Folder);

        AssertPlans();

        Assert.AreEqual(before, FolderSnapshot.Read(_world.Folder));
    }

    [TestMethod]
    public void Of_a_run_that_has_ended_and_of_a_new_one()
    {
        Assert.IsTrue(_world.Loop());
        var before = FolderSnapshot.Read(_world.Folder);

        AssertPlans();
        AssertPlans(new() { NewRun = true, Scripts = true });
        AssertPlans(new() { RunId = _world.Run.Id.Value, Select = TaskSelection.Parse("b").Value });

        Assert.AreEqual(before, FolderSnapshot.Read(_world.Folder));
    }

    [TestMethod]
    public void Of_a_run_whose_process_was_killed_with_and_without_the_shared_memory_of_its_store()
    {
        Assert.IsTrue(_world.Init());
        foreach (var withoutMemory in new[] { false, true })
        {
            var run = LeaveAsKilled(withoutMemory);
            var before = FolderSnapshot.Read(_world.Folder);

            var plan = AssertPlans(new() { RunId = run });

            // The log has a request that the store itself does not have yet.
            Assert.Contains("1 request waits", plan.Items[0].Metadata["notes"], $"{withoutMemory}");
            Assert.AreEqual(before, FolderSnapshot.Read(_world.Folder));
        }
    }

    [TestMethod]
    public void While_another_process_has_the_store_open()
    {
        Assert.IsTrue(_world.Init());
        using var writer = RunStore.Open(_world.Run, RealDisk.Instance);
        Assert.IsTrue(File.Exists(_world.Run.StoreFile + "-shm"));
        // In one process SQLite has one view of the shared memory, and a reader marks what it reads there.
        var before = FolderSnapshot.Read(_world.Folder, "-shm");

        Assert.AreEqual("3", AssertPlans().Items[0].Metadata["tasks"]);

        Assert.AreEqual(before, FolderSnapshot.Read(_world.Folder, "-shm"));
        writer.SaveCheckpoint(new(DateTimeOffset.UnixEpoch, Sha256.ComputeTextHash("x")));
    }

    [TestMethod]
    public void In_a_folder_that_may_not_be_written()
    {
        Assert.IsTrue(_world.Loop());
        foreach (var file in Directory.EnumerateFiles(_world.Folder, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        var folders = Directory.EnumerateDirectories(_world.Folder, "*", SearchOption.AllDirectories).Append(_world.Folder).ToList();
        folders.ForEach(folder => File.SetUnixFileMode(folder, ReadOnlyFolder));
        try
        {
            Unprivileged.Run(() =>
            {
                AssertPlans(new() { NewRun = true });
                AssertPlans();
            });
        }
        finally
        {
            folders.ForEach(folder => File.SetUnixFileMode(folder, ReadOnlyFolder | UnixFileMode.UserWrite));
        }
    }

    [TestMethod]
    [DataRow("v1")]
    [DataRow("v2")]
    [DataRow("v3")]
    [DataRow("v4")]
    [DataRow("v5")]
    [DataRow("v6")]
    [DataRow("v7")]
    public void Of_a_run_of_an_earlier_version(string version)
    {
        var from = Directory.EnumerateDirectories(Path.Combine(Repository.Folder, "tests", "fixtures", "runs", version)).First();
        CopyFolder(from, Path.Combine(_world.Workspace.RunsDirectory, Path.GetFileName(from)));
        var before = FolderSnapshot.Read(_world.Folder);

        AssertPlans(new() { RunId = Path.GetFileName(from) });
        AssertPlans(new() { NewRun = true });

        Assert.AreEqual(before, FolderSnapshot.Read(_world.Folder));
    }

    [TestMethod]
    public void With_a_run_beside_it_that_cannot_be_read()
    {
        Assert.IsTrue(_world.Loop());
        File.WriteAllText(_world.Run.StoreFile, "no store");
        var before = FolderSnapshot.Read(_world.Folder);

        AssertPlans(new() { NewRun = true });
        Assert.IsFalse(_world.Plan().Success);

        Assert.AreEqual(RunCodes.StoreUnusable, _world.Reported.Single().Code);
        Assert.AreEqual(before, FolderSnapshot.Read(_world.Folder));
    }

    [TestMethod]
    public void Offline_from_a_cluster_that_is_reached_over_ssh()
    {
        // A program that would be started is missing, and a socket would fail: neither is used.
        _world.Write(
            "campaign/operators.yaml",
            """
            launchers: { mpi: "srun -n {ranks}" }
            operators:
              local.default: { kind: local }
              hpc.far:
                kind: hpc
                backend:
                  type: slurm
                  workspace_root: /scratch/me
                  ssh: { host: nowhere.invalid }
                  slurm:
                    env: { TOKEN: "${env:MATTERSTACK_TEST_UNSET}" }
                    partitions: [ { name: tiny, max_time: 10 }, { name: long, max_cores: 64 } ]

            """
        );
        _world.Task("f", "{launch} mine", ("OperatorKey", "hpc.far"), ("TimeLimitMinutes", "60"), ("Ranks", "4"), ("Cores", "2"));
        var before = FolderSnapshot.Read(_world.Folder);

        var plan = AssertPlans(new() { Scripts = true, Select = TaskSelection.Parse("f").Value });

        var row = plan.Items.Single(item => item.Metadata["item"] == "operator").Metadata;
        Assert.AreEqual("8", row["core_hours"]);
        Assert.AreEqual("long=1", row["partitions"]);
        var script = plan.Items.Single(item => item.Metadata["item"] == "script").Metadata;
        Assert.AreEqual("submit.sh", script["file"]);
        Assert.Contains("#SBATCH --partition=long", script["script"]);
        Assert.Contains("#SBATCH --ntasks=4", script["script"]);
        Assert.AreEqual(before, FolderSnapshot.Read(_world.Folder));
    }

    private CommandResult AssertPlans(RunArguments? arguments = null)
    {
        var plan = _world.Plan(arguments);
        Assert.IsTrue(plan.Success, string.Join("; ", _world.Reported));
        return plan;
    }

    // A process that is killed leaves the log and the shared memory as they are. Here they are copied while it is open.
    private string LeaveAsKilled(bool withoutMemory)
    {
        var from = new RunsFolder(_world.Workspace.RunsDirectory).ListRuns()[^1];
        var copy = Path.Combine(_world.Workspace.RunsDirectory, withoutMemory ? "20200101_000000_00000002" : "20200101_000000_00000001");
        using (var reader = RunStore.Open(from, RealDisk.Instance))
        {
            using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={from.StoreFile};Pooling=false"))
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = "INSERT INTO requests (at_utc, kind, actor) VALUES ('2026-01-01T00:00:00.000Z', 'PAUSE', 'somebody')";
                command.ExecuteNonQuery();
            }

            CopyFolder(from.Path, copy);
            using var undo = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={from.StoreFile};Pooling=false");
            undo.Open();
            using var delete = undo.CreateCommand();
            delete.CommandText = "DELETE FROM requests";
            delete.ExecuteNonQuery();
        }

        Assert.IsGreaterThan(0, new FileInfo(Path.Combine(copy, "state.sqlite-wal")).Length);
        if (withoutMemory)
        {
            File.Delete(Path.Combine(copy, "state.sqlite-shm"));
        }

        return Path.GetFileName(copy);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
