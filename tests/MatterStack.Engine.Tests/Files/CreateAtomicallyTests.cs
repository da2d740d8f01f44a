using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Files;

/// <summary>A new file appears complete, and an existing one is not replaced.</summary>
[TestClass]
public sealed class CreateAtomicallyTests
{
    [TestMethod]
    public void The_first_of_several_writers_creates_the_file_and_leaves_nothing_else()
    {
        using var folder = new TempFolder();
        var file = folder.In("answer.json");
        var created = new bool[8];

        Parallel.For(0, created.Length, n => created[n] = RealDisk.Instance.TryCreateAtomically(file, [(byte)n]));

        var winner = Array.IndexOf(created, true);
        Assert.AreEqual(1, created.Count(wasCreated => wasCreated));
        CollectionAssert.AreEqual(new[] { (byte)winner }, File.ReadAllBytes(file));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void A_folder_that_does_not_exist_is_an_error()
    {
        using var folder = new TempFolder();

        Assert.Throws<IOException>(() => RealDisk.Instance.TryCreateAtomically(folder.In("gone/answer.json"), [1]));
    }
}
