using System.Globalization;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>Runs of somebody else: what may not be read is there all the same, and its owner and mode are named.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DeniedTests : IDisposable
{
    private const UnixFileMode Open =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;
    private readonly CommandWorld _world = new();

    public DeniedTests()
    {
        File.SetUnixFileMode(_world.Folder, Open);
        Assert.IsTrue(_world.Task("a", "true").Loop());
        File.SetUnixFileMode(_world.Run.Path, Open);
        _world.Said.Clear();
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_store_that_may_not_be_read_is_not_called_gone()
    {
        Close(_world.Run.StoreFile);

        var problem = Refused(() => StatusCommand.Execute(_world.Context()));

        Assert.AreEqual(RunCodes.NotPermitted, problem.Code);
        Assert.AreEqual(_world.Run.StoreFile, problem.Position?.File);
        StringAssert.StartsWith(problem.Message, _world.Run.StoreFile + " may not be read by ");
        StringAssert.Contains(problem.Message, "its mode is 0000");
    }

    [TestMethod]
    public void Every_command_that_looks_says_so()
    {
        Close(_world.Run.StoreFile);
        foreach (
            var look in new Func<CommandContext, CommandResult>[]
            {
                ExplainCommand.Execute,
                AttemptsCommand.Execute,
                ReportCommand.Execute,
                CiReportCommand.Execute,
            }
        )
        {
            Assert.AreEqual(RunCodes.NotPermitted, Refused(() => look(_world.Context())).Code);
        }
    }

    [TestMethod]
    public void A_folder_that_may_not_be_entered_is_named_as_what_hides_the_run()
    {
        var folder = _world.Run.Path;
        Close(folder);
        try
        {
            StringAssert.StartsWith(Refused(() => StatusCommand.Execute(_world.Context())).Message, folder + " may not be entered by ");
        }
        finally
        {
            File.SetUnixFileMode(folder, Open);
        }
    }

    [TestMethod]
    public void Runs_that_cannot_be_read_are_listed_beside_the_others()
    {
        var closed = _world.Run;
        Assert.IsTrue(_world.Init());
        File.SetUnixFileMode(_world.Run.StoreFile, Open);
        Close(closed.StoreFile);

        Unprivileged.Run(() =>
        {
            var result = ListRunsCommand.Execute(_world.Context());

            Assert.IsTrue(result.Success);
            Assert.AreEqual("UNREADABLE PENDING", string.Join(' ', result.Items.Select(item => item.Metadata["state"])));
        });
        Assert.AreEqual(Severity.Warning, _world.Reported.Single(p => p.Code == RunCodes.NotPermitted).Severity);
        Assert.IsTrue(_world.Said.Any(line => line == "2 runs, 1 of which cannot be read"), string.Join('\n', _world.Said));
    }

    [TestMethod]
    public void A_folder_of_runs_that_may_not_be_read_does_not_count_as_empty()
    {
        var runs = _world.Workspace.RunsDirectory;
        Close(runs);
        try
        {
            foreach (
                var command in new Func<CommandResult>[]
                {
                    () => ListRunsCommand.Execute(_world.Context()),
                    () => StatusCommand.Execute(_world.Context()),
                    () => TickCommand.Step(_world.Context(), _world.Source()),
                }
            )
            {
                StringAssert.StartsWith(Refused(command).Message, runs + " may not be read by ");
            }
        }
        finally
        {
            File.SetUnixFileMode(runs, Open);
        }
    }

    [TestMethod]
    public void A_run_that_may_not_be_moved_is_not_asked_to_be_mended()
    {
        File.SetUnixFileMode(_world.Run.StoreFile, Open);
        Close(_world.Run.LockFile);

        foreach (
            var command in new Func<CommandResult>[]
            {
                () => RequestCommand.Execute(_world.Context(), RequestKind.Pause, default),
                () => TickCommand.Step(_world.Context(), _world.Source()),
            }
        )
        {
            var problem = Refused(command);
            Assert.AreEqual(RunCodes.NotPermitted, problem.Code);
            StringAssert.Contains(problem.Message, _world.Run.LockFile + " may not be written by ");
        }
    }

    [TestMethod]
    public void A_store_that_may_be_read_and_not_written_is_read()
    {
        File.SetUnixFileMode(_world.Run.StoreFile, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        Unprivileged.Run(() => Assert.IsTrue(StatusCommand.Execute(_world.Context()).Success));
    }

    [TestMethod]
    [DataRow(0, true)]
    [DataRow(1, false)]
    public void A_path_that_is_too_long_for_a_store_is_refused_with_its_length_when_the_run_is_made(int more, bool fits)
    {
        using var world = new CommandWorld();
        // The store is made under a name that is longer than the run's own.
        var room = StorePathLimit.MaxBytes + more - (world.Folder + "/campaign/runs//.new-20260101_000000_00000000/state.sqlite").Length;
        var folder =
            string.Join('/', Enumerable.Repeat(new string('d', 9), room / 10))
            + (room % 10 == 0 ? "" : "/" + new string('e', (room % 10) - 1));
        folder = folder.TrimEnd('/').PadRight(room, 'f');
        var workspace = world.Workspace with { RunsDirectory = Path.Combine(world.Workspace.RunsDirectory, folder) };
        world.Task("a", "true");

        var result = InitCommand.Execute(world.Context() with { Workspace = workspace }, world.Source());

        Assert.AreEqual(fits, result.Success, string.Join('\n', world.Reported));
        if (!fits)
        {
            var problem = world.Reported.Single();
            Assert.AreEqual(RunCodes.PathTooLong, problem.Code);
            StringAssert.Contains(problem.Message, (StorePathLimit.MaxBytes + 1).ToString(CultureInfo.InvariantCulture) + " bytes");
            Assert.IsEmpty(new RunsFolder(workspace.RunsDirectory).ListRuns());
        }
    }

    [TestMethod]
    public void A_run_that_is_deleted_while_it_is_moved_is_reported_as_that()
    {
        using var world = new CommandWorld();
        var gate = world.In("gate");
        world.Task("a", CommandWorld.WaitFor(gate)).Task("b", "true", ("DependsOn", "a"));
        var loop = Task.Run(() => TickCommand.Loop(world.Context(), world.Source(), default).Success);
        CommandWorld.Until(
            () =>
                Directory.Exists(world.Workspace.RunsDirectory)
                && new RunsFolder(world.Workspace.RunsDirectory).ListRuns().Count > 0
                && File.Exists(world.Attempt("a@1/stdout.log")),
            "the start of a"
        );

        // At once, and not file by file: the loop writes into it.
        Directory.Move(world.Run.Path, world.In("deleted"));
        File.WriteAllText(gate, "");

        Assert.IsFalse(loop.Result);
        Assert.AreEqual(RunCodes.RunDeleted, world.Reported.Single().Code, string.Join('\n', world.Reported));
    }

    private static void Close(string path) => File.SetUnixFileMode(path, UnixFileMode.None);

    private Problem Refused(Func<CommandResult> command)
    {
        _world.Reported.Clear();
        Unprivileged.Run(() => Assert.IsFalse(command().Success));
        return _world.Reported.Single();
    }
}
