using System.IO.Compression;
using MatterStack.Engine.Evidence.Verification;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>What an archive holds besides files is told for what it is.</summary>
[TestClass]
public sealed class BundleSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("b/../../out", "leads out of the bundle")]
    [DataRow("b/x//y", "is not a plain path")]
    [DataRow("b/good", "occurs twice")]
    [DataRow("b/link", "is a link")]
    public void What_is_wrong_with_an_entry_is_said_in_its_own_text(string name, string wrong)
    {
        var path = _folder.In("a.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            zip.CreateEntry("b/good");
            zip.CreateEntry(name).ExternalAttributes = name == "b/link" ? unchecked((int)0xA1FF0000) : 0;
        }

        using var source = new ZipSource(path);

        Assert.AreEqual(wrong, source.RejectedEntries.Single().Wrong);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_link_in_a_folder_is_reported_as_one()
    {
        _folder.Write("file", "x");
        File.CreateSymbolicLink(_folder.In("link"), "file");

        using var source = new FolderSource(_folder.Path);

        Assert.AreEqual(("link", "is a link"), source.RejectedEntries.Single());
    }
}
