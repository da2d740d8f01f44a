using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Hpc;

namespace MatterStack.Engine.Tests.Files;

/// <summary>A lock that somebody else holds on a file of a run keeps nobody from reading it: a submission that is still under way holds one
/// on its script.</summary>
[TestClass]
public sealed class LockedFileTests
{
    [TestMethod]
    public void A_file_that_another_holds_locked_is_read_all_the_same()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TempFolder();
        var path = folder.Write("t@1/submit.sh", "#!/bin/sh\n# job      ms-x\n");
        using var held = OsFileLock.TryAcquire(path);
        Assert.IsNotNull(held);
        Assert.Throws<IOException>(() => File.ReadAllText(path), "the lock is one that .NET respects");

        Assert.AreEqual("ms-x", JobScript.ReadStored(path)!.Name);
        Assert.HasCount(26, RealDisk.Instance.ReadAllBytes(path));
        using (var stream = TaskFile.OpenRead(folder.Path, "t@1/submit.sh"))
        {
            Assert.AreEqual(26, stream.Length);
        }

        RealDisk.Instance.CopyHashed(path, folder.In("hashed"));
        RealDisk.Instance.CopyFile(path, folder.In("copied"));
        Assert.AreEqual("#!/bin/sh\n# job      ms-x\n", File.ReadAllText(folder.In("copied")));
        RealDisk.Instance.WriteAtomically(path, "new"u8);
        Assert.AreEqual("new", File.ReadAllText(path));
    }
}
