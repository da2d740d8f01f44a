using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Identity;

[TestClass]
public sealed class OperatorKeyTests
{
    [TestMethod]
    [DataRow("hpc.default")]
    [DataRow("human.default")]
    [DataRow("local.dev")]
    [DataRow("hpc.clustera.dev")]
    [DataRow("manual_hpc.site-1")]
    public void Canonical_text_is_taken_as_it_is(string text)
    {
        Assert.IsTrue(OperatorKey.TryParseCanonical(text, out var key));
        Assert.AreEqual(text, key.Value);
    }

    [TestMethod]
    [DataRow("HPC.default")]
    [DataRow("hpc")]
    [DataRow(".default")]
    [DataRow("hpc.")]
    [DataRow("hpc default")]
    [DataRow("hpc/default")]
    [DataRow("hpc..default")]
    [DataRow("hpc.a..b")]
    [DataRow(" hpc.default")]
    [DataRow("hpc.-a")]
    [DataRow("1hpc.a")]
    [DataRow("")]
    public void What_is_not_canonical_is_refused(string text) => Assert.IsFalse(OperatorKey.TryParseCanonical(text, out _));

    [TestMethod]
    [DataRow("  HPC.default  ", "hpc.default")]
    [DataRow("local.DEV", "local.dev")]
    [DataRow("HPC", "hpc.default")]
    [DataRow("Human", "human.default")]
    [DataRow("experiment", "experiment.default")]
    [DataRow("Local", "local.default")]
    public void A_task_may_write_its_key_carelessly(string text, string expected)
    {
        Assert.IsTrue(OperatorKey.TryParseRouting(text, out var key));
        Assert.AreEqual(expected, key.Value);
    }

    [TestMethod]
    [DataRow("cloud")]
    [DataRow("")]
    [DataRow("a b.c")]
    [DataRow("hpc.a/b")]
    public void What_cannot_be_folded_into_a_key_is_refused(string text) => Assert.IsFalse(OperatorKey.TryParseRouting(text, out _));

    [TestMethod]
    public void The_kind_ends_at_the_first_dot()
    {
        Assert.IsTrue(OperatorKey.TryParseRouting("hpc.clusterA.dev", out var key));
        Assert.AreEqual("hpc", key.Kind);
        Assert.AreEqual("clustera.dev", key.Name);
    }
}
