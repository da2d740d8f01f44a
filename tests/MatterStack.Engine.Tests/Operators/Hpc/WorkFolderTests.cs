using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Tests.Transports;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>An attempt's <c>work/</c> comes home as a whole: nothing stands in it before all of it is there.</summary>
[TestClass]
public sealed class WorkFolderTests : IDisposable
{
    private readonly ClusterWorld _world = new(staged: true);
    private readonly AttemptRequest _order;

    public WorkFolderTests()
    {
        _order = _world.Order("many", command: "mkdir d; for i in 1 2 3 4 5 6 7 8 9; do head -c 900 /dev/urandom > d/$i; done", with: t =>
            t with
            {
                Outputs = ["d"],
            }
        );
        _world.Submit(_order);
        _world.Run(_world.Jobs.Single());
    }

    public void Dispose() => _world.Dispose();

    private string Fresh => Path.Combine(_order.Folder, OutputDownload.PartsFolder, "work");

    [TestMethod]
    public void A_line_that_breaks_leaves_nothing_in_it_and_the_next_try_continues()
    {
        var isBroken = true;
        _world.Shell.Next = call => isBroken && call.Script.Contains("tar -c", StringComparison.Ordinal) ? new Fault.CutAfter(6_000) : null;
        _world.Pass(15);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_order.WorkFolder));
        Assert.IsNotEmpty(Directory.GetFiles(Path.Combine(Fresh, "d")));

        // A file that the cluster does not have any more, and one that nobody compared.
        File.WriteAllText(Path.Combine(Fresh, "old"), "old");
        File.WriteAllBytes(Path.Combine(Fresh, "d/1"), new byte[900]);
        isBroken = false;
        _world.Pass(15);
        IsWhole();
    }

    [TestMethod]
    public void A_command_that_was_killed_before_it_gave_it_its_name_is_followed_by_one_that_does()
    {
        Directory.Delete(_order.WorkFolder);
        _world.Pass(15);
        IsWhole();
    }

    [TestMethod]
    public void What_a_person_puts_there_meanwhile_stays()
    {
        _world.Shell.Next = call =>
        {
            if (call.Script.Contains("tar -c", StringComparison.Ordinal))
            {
                File.WriteAllText(Path.Combine(_order.WorkFolder, "note.txt"), "mine");
            }

            return null;
        };
        _world.Pass(15);
        Assert.AreEqual("mine", File.ReadAllText(Path.Combine(_order.WorkFolder, "note.txt")));
        File.Delete(Path.Combine(_order.WorkFolder, "note.txt"));
        IsWhole();
    }

    [TestMethod]
    public void A_link_in_its_place_is_not_followed()
    {
        var outside = _world.In("outside");
        Directory.CreateDirectory(outside);
        Directory.Delete(_order.WorkFolder);
        Directory.CreateSymbolicLink(_order.WorkFolder, outside);
        _world.Pass(15);
        Assert.IsEmpty(Directory.GetFileSystemEntries(outside));
        _world.NothingEnded();
    }

    private void IsWhole()
    {
        Assert.HasCount(9, _world.Ended(_order).Outputs);
        CollectionAssert.AreEqual(new[] { "d" }, Directory.GetFileSystemEntries(_order.WorkFolder).Select(Path.GetFileName).ToArray());
        foreach (var file in Directory.GetFiles(_world.In($"far/{_order.Run.Value}/{_order.RelativeFolder}/work/d")))
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(file),
                File.ReadAllBytes(Path.Combine(_order.WorkFolder, "d", Path.GetFileName(file)))
            );
        }

        Assert.IsFalse(Directory.Exists(Path.Combine(_order.Folder, OutputDownload.PartsFolder)));
    }
}
