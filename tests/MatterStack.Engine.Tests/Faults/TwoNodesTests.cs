using System.Diagnostics;
using System.Globalization;
using MatterStack.Acceptance.Support;
using MatterStack.Engine.Files;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>A store on a GlusterFS that two nodes have mounted. What the second one remembers of a small file it goes on showing for a
/// second.</summary>
[TestClass]
[Slow]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class TwoNodesTests : IDisposable
{
    private string _folder = "";
    private FileSystem _files = null!;

    [TestInitialize]
    public void Start()
    {
        Require.Component("gluster");
        _folder = Directory.CreateTempSubdirectory("matterstack-gluster-").FullName;
        File.WriteAllText(Path.Combine(_folder, "owner"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Script("start-gluster.sh");
        _files = FileSystem.FromFolder(Path.Combine(_folder, "a"));
        Assert.IsTrue(_files.IsShared);
    }

    private string Here => Path.Combine(_folder, "a", "state.sqlite");

    private string There => Path.Combine(_folder, "b", "state.sqlite");

    public void Dispose()
    {
        if (_folder.Length == 0)
        {
            return;
        }

        Script("stop-gluster.sh");
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    [DataRow("one", "", true)]
    [DataRow("one", "", false)]
    [DataRow("two", "UPDATE runs SET state = 'CANCELLED', reason = 'two';", true)]
    [DataRow("two", "UPDATE runs SET state = 'CANCELLED', reason = 'two';", false)]
    public void A_node_that_continues_at_once_with_what_another_has_written_undoes_nothing_of_it(string last, string next, bool isOwner)
    {
        MakeStore();

        using (var here = StoreConnection.OpenWriter(Here, create: false, _files))
        {
            // In the middle of a transaction, with its journal on the disk.
            StoreConnection.ExecuteSql(
                here,
                "PRAGMA cache_size=1; PRAGMA cache_spill=1; BEGIN IMMEDIATE; CREATE TABLE more (x); DROP TABLE more; "
                    + "UPDATE runs SET reason = 'one';"
                    + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO events (at_utc, kind, "
                    + "details) SELECT '', 'X', hex(randomblob(100)) FROM n;",
                Here
            );
            Assert.AreNotEqual(0, File.ReadAllBytes(There + "-journal")[0], "the second node sees the journal");
            StoreConnection.ExecuteSql(here, "COMMIT; " + next, Here);
        }

        Assert.AreEqual($"{last} 100", isOwner ? Read(StoreConnection.OpenReader(There, _files).Connection) : ReadAsAnother());
        using (var there = StoreConnection.OpenWriter(There, create: false, _files))
        {
            StoreConnection.ExecuteSql(there, "INSERT INTO events (at_utc, kind, details) VALUES ('', 'X', '');", There);
        }

        Assert.AreEqual($"{last} 101", Read(StoreConnection.OpenReader(Here, _files).Connection));
    }

    [TestMethod]
    public void What_another_node_has_written_is_read_at_once()
    {
        MakeStore();
        for (var i = 0; i < 5; i++)
        {
            // This node remembers the store as it was.
            _ = File.ReadAllBytes(Here);
            using (var there = StoreConnection.OpenWriter(There, create: false, _files))
            {
                StoreConnection.ExecuteSql(there, FormattableString.Invariant($"UPDATE runs SET reason = '{i}'"), There);
            }

            Assert.AreEqual(FormattableString.Invariant($"{i} 0"), Read(StoreConnection.OpenReader(Here, _files).Connection));
        }
    }

    private void MakeStore()
    {
        using (var here = StoreConnection.OpenWriter(Here, create: true, _files))
        {
            StoreConnection.ExecuteSql(
                here,
                StoreSchema.CreateTablesSql
                    + string.Create(
                        CultureInfo.InvariantCulture,
                        $"PRAGMA application_id={StoreSchema.ApplicationId}; PRAGMA user_version={StoreSchema.Version}; "
                            + $"INSERT INTO runs (run_id, workspace_slug, state, reason, created_at_utc, definition_sha256, "
                            + $"engine_version) VALUES ('r', 'c', 'RUNNING', 'before', '', '', '1');"
                    ),
                Here
            );
        }
    }

    // Who may read the store, and not write to it.
    private string ReadAsAnother()
    {
        File.SetUnixFileMode(
            _folder,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute
        );
        foreach (var file in new[] { There, There + "-journal" })
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        var read = "";
        Unprivileged.Run(() => read = Read(StoreConnection.OpenReader(There, _files).Connection));
        return read;
    }

    private static string Read(SqliteConnection connection)
    {
        using (connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT reason || ' ' || (SELECT count(*) FROM events) FROM runs";
            return (string)command.ExecuteScalar()!;
        }
    }

    private void Script(string name)
    {
        using var script = Process.Start("sh", [Path.Combine(Repository.Folder, "tests", "gluster", name), _folder]);
        script.WaitForExit();
        if (script.ExitCode != 0 && name.StartsWith("start", StringComparison.Ordinal))
        {
            Require.Absent("gluster", $"{name} ended with {script.ExitCode}");
        }
    }
}
