using System.Text;
using MatterStack.Engine.Runs.Publishing;

namespace MatterStack.Engine.Tests.Publishing;

/// <summary>The list of published files.</summary>
[TestClass]
public sealed class PublishedIndexTests
{
    [TestMethod]
    public void It_reads_what_it_writes()
    {
        var index = new PublishedIndex();
        IndexEntry[] entries = [new("a,b \"c\".csv", "t", "r", "00"), new("x\ny", "t", "r", "11"), new("z", "", "r", "22")];
        foreach (var entry in entries.Reverse())
        {
            index.Set(entry);
        }

        var again = PublishedIndex.TryParse(Encoding.UTF8.GetString(index.Format()))!;

        CollectionAssert.AreEqual(entries, again.Entries.ToArray());
        CollectionAssert.AreEqual(index.Format(), again.Format());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("file,task\r\n")]
    [DataRow("a,b,c,d\r\n")]
    [DataRow("file;task;run;sha256\r\n")]
    [DataRow("file,task,run,sha256\r\na,b,c\r\n")]
    public void Another_table_is_no_list(string text) => Assert.IsNull(PublishedIndex.TryParse(text));

    [TestMethod]
    [DataRow("file,task,run,sha256\nx,t,r,00\n")]
    [DataRow("\uFEFFfile,task,run,sha256\r\nx,t,r,00")]
    public void Other_line_ends_and_a_mark_are_read(string text) =>
        Assert.AreEqual(new IndexEntry("x", "t", "r", "00"), PublishedIndex.TryParse(text)!.Entries.Single());
}
