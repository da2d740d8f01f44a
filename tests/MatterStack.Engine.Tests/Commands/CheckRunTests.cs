using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A user checks a run where it lies; what can be wrong with one is in <see cref="Faults.RunCheckerTests"/>.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CheckRunTests : IDisposable
{
    private readonly CommandWorld _world = new();

    public CheckRunTests()
    {
        _world.Task("a", "echo 1 > out.txt", ("Outputs", "out.txt"));
        Assert.IsTrue(_world.Loop());
    }

    public void Dispose() => _world.Dispose();

    [TestMethod]
    public void A_sound_run_is_said_to_be_sound_and_stays_as_it_is()
    {
        var before = File.ReadAllBytes(_world.Run.StoreFile);

        var checkedRun = CheckRunCommand.Execute(_world.Context());

        Assert.IsTrue(checkedRun.Success);
        Assert.AreEqual("true", checkedRun.Items.Single().Metadata["valid"]);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(_world.Run.StoreFile));
    }

    [TestMethod]
    public void What_is_wrong_is_an_error_with_its_file()
    {
        File.WriteAllText(_world.Attempt("a@1/work/out.txt"), "2\n");

        var checkedRun = CheckRunCommand.Execute(_world.Context());

        Assert.IsFalse(checkedRun.Success);
        Assert.AreEqual(RunCodes.RecordsContradict, _world.Reported.Single().Code);
        Assert.AreEqual("1", checkedRun.Items.Single().Metadata["problems"]);
    }

    [TestMethod]
    public void A_run_that_somebody_moves_is_not_checked_in_the_middle()
    {
        using var held = RunLock.Acquire(_world.Run, TimeProvider.System).GetValueOrThrow();

        Assert.IsFalse(CheckRunCommand.Execute(_world.Context()).Success);
        Assert.AreEqual(RunCodes.Locked, _world.Reported.Single().Code);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_run_that_another_user_or_machine_moves_is_not_checked_by_one_who_may_only_read()
    {
        using var held = RunLock.Acquire(_world.Run, TimeProvider.System).GetValueOrThrow();
        using (var open = System.Diagnostics.Process.Start("chmod", ["-R", "a=rX", _world.Folder]))
        {
            open.WaitForExit();
        }

        CommandResult? result = null;
        Unprivileged.Run(() => result = CheckRunCommand.Execute(_world.Context()));

        using (var close = System.Diagnostics.Process.Start("chmod", ["-R", "u+w", _world.Folder]))
        {
            close.WaitForExit();
        }

        Assert.IsFalse(result!.Success);
        Assert.AreEqual(RunCodes.Locked, _world.Reported.Single().Code, _world.Reported.Single().Text);
    }
}
