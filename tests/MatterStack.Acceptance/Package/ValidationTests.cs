using System.IO.Compression;
using System.Text;

namespace MatterStack.Acceptance.Package;

/// <summary>Packing compares the public API with the package of an earlier version.</summary>
[TestClass]
public sealed class ValidationTests
{
    [TestMethod]
    public void A_package_that_lacks_a_type_of_its_baseline_is_refused()
    {
        var folder = Directory.CreateDirectory(Path.Combine(PackageFeed.Shared.Root, "validation")).FullName;
        var baseline = Path.Combine(folder, "MatterStack.Engine.0.0.1.nupkg");
        File.Copy(Path.Combine(PackageFeed.Shared.Folder, $"MatterStack.Engine.{PackageFeed.Shared.Version}.nupkg"), baseline);
        RenameType(baseline, "lib/net10.0/MatterStack.Engine.dll", "TaskResults");

        // Another version, so that the package is made anew: without a change it is not validated again.
        var packed = PackageFeed.Shared.TryPack("src/MatterStack.Engine", folder,
            "-p:Version=" + PackageFeed.NextVersion, "-p:PackageValidationBaselinePath=" + baseline);

        packed.Failed("CP0001", "XaskResults");
    }

    // Names are zero-terminated in the metadata of an assembly.
    private static void RenameType(string package, string assembly, string name)
    {
        using var archive = ZipFile.Open(package, ZipArchiveMode.Update);
        using var file = archive.GetEntry(assembly)!.Open();
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        var bytes = memory.ToArray();
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"{name}\0"));
        Assert.IsGreaterThan(0, at);
        bytes[at] = (byte)'X';
        file.Position = 0;
        file.Write(bytes);
    }
}
