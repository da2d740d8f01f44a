using System.Text;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class CanonicalBytesTests
{
    [TestMethod]
    [DataRow("a\nb\n", "a\nb\n")]
    [DataRow("a\r\nb\r\n", "a\nb\n")]
    [DataRow("a\rb\r", "a\nb\n")]
    [DataRow("a\r\r\nb", "a\n\nb")]
    [DataRow("\uFEFFa\n", "a\n")]
    [DataRow("a\uFEFFb", "a\uFEFFb")]
    [DataRow("", "")]
    [DataRow("\r", "\n")]
    public void Line_ends_become_LF_and_a_mark_at_the_beginning_goes(string raw, string canonical) =>
        Assert.AreEqual(canonical, Encoding.UTF8.GetString(CanonicalBytes.FromRaw(Encoding.UTF8.GetBytes(raw))));

    [TestMethod]
    public void What_is_canonical_stays_as_it_is()
    {
        byte[] alphabet = [13, 10, 97, 32, 0xEF, 0xBB, 0xBF];
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var raw = new byte[random.Next(20)];
            for (var index = 0; index < raw.Length; index++)
            {
                raw[index] = alphabet[random.Next(alphabet.Length)];
            }

            var canonical = CanonicalBytes.FromRaw(raw);

            // A second mark behind the first is content.
            Assert.IsFalse(canonical.Contains((byte)'\r'));
            if (!canonical.AsSpan().StartsWith("\uFEFF"u8))
            {
                CollectionAssert.AreEqual(canonical, CanonicalBytes.FromRaw(canonical));
            }
        }
    }

    [TestMethod]
    public void The_place_of_a_byte_that_is_not_UTF8_counts_characters()
    {
        byte[] bytes = [.. "a\n"u8, .. "äö"u8, 0xFF];

        var problem = ProblemAssert.Single(WiringCodes.NotText, CanonicalBytes.Decode(bytes, "f"));

        Assert.AreEqual("f(2,3)", problem.Position!.ToString());
    }
}
