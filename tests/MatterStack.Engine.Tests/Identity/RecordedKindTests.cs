using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests.Identity;

[TestClass]
public sealed class RecordedKindTests
{
    [TestMethod]
    public void Every_kind_is_read_from_its_text()
    {
        foreach (var kind in Enum.GetValues<WiringEventKind>())
        {
            Assert.AreEqual(kind, WiringEventKindText.Read(kind.ToText()).Value);
        }

        foreach (var kind in Enum.GetValues<RequestKind>())
        {
            Assert.AreEqual(kind, RequestKindText.Read(kind.ToText()).Value);
            // Stores of earlier versions have the name of the value.
            Assert.AreEqual(kind.ToString(), kind.ToText());
        }

        foreach (var kind in Enum.GetValues<RunInputKind>())
        {
            Assert.AreEqual(kind, RunInputKindText.Read(kind.ToText()).Value);
        }
    }

    [TestMethod]
    [DataRow("WIRING_ARCHIVED")]
    [DataRow("")]
    [DataRow("0")]
    public void A_kind_of_a_later_version_keeps_its_text(string text)
    {
        var kind = WiringEventKindText.Read(text);

        Assert.IsNull(kind.Value);
        Assert.AreEqual(text, kind.Text);
        Assert.AreEqual(text, $"{kind}");
    }
}
