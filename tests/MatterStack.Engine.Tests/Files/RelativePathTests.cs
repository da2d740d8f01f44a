using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Files;

[TestClass]
public sealed class RelativePathTests
{
    [TestMethod]
    [DataRow("linked/work", "real/work/target", true)]
    [DataRow("linked/work", "linked/work/target", true)]
    [DataRow("real/work", "real/work/target", true)]
    [DataRow("linked/work", "real/other", false)]
    [DataRow("linked/work", "linked/other", false)]
    public void A_folder_that_is_known_by_a_link_holds_what_leads_into_it_by_either_name(string folder, string target, bool inside)
    {
        using var temp = new TempFolder();
        temp.Write("real/work/target", "");
        temp.Write("real/other", "");
        Directory.CreateSymbolicLink(temp.In("linked"), temp.In("real"));
        File.CreateSymbolicLink(temp.In("real/work/link"), temp.In(target));

        Assert.AreEqual(inside, RelativePath.StaysInside(temp.In(folder), Path.Combine(temp.In(folder), "link")));
    }
}
