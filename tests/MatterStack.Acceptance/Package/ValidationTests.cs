using System.IO.Compression;
using System.Text;

namespace MatterStack.Acceptance.Package;

/// <summary>Packing compares the public API with the package of an earlier version.</summary>
[TestClass]
public sealed class ValidationTests
{
    [TestMethod]
    public void A_package_that_lacks_a_public_type_of_an_earlier_version_is_refused()
    {
        var feed = PackageFeed.Shared;
        var folder = Directory.CreateDirectory(Path.Combine(feed.Root, "validation")).FullName;
        var earlier = Path.Combine(folder, "earlier.nupkg");
        File.Copy(Path.Combine(feed.Folder, $"MatterStack.Engine.{feed.Version}.nupkg"), earlier);

        // Each with its own version: an unchanged package is not validated again.
        feed.TryPack("src/MatterStack.Engine", folder, "-p:Version=99.0.1", "-p:PackageValidationBaselinePath=" + earlier).Succeeded();
        RenameType(earlier, "lib/net10.0/MatterStack.Engine.dll", "TaskResults");
        var packed = feed.TryPack("src/MatterStack.Engine", folder, "-p:Version=99.0.2", "-p:PackageValidationBaselinePath=" + earlier);

        packed.Failed("CP0001", "XaskResults");
    }

    // A name in the metadata of an assembly ends with a zero, and is stored once, also as the end of a longer name.
    private static void RenameType(string package, string assembly, string name)
    {
        using var archive = ZipFile.Open(package, ZipArchiveMode.Update);
        using var file = archive.GetEntry(assembly)!.Open();
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        var bytes = memory.ToArray();
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name + '\0'));
        Assert.IsGreaterThanOrEqualTo(0, at);
        bytes[at] = (byte)'X';
        file.Position = 0;
        file.Write(bytes);
    }
}
