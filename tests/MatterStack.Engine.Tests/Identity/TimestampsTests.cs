using System.Globalization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests.Identity;

[TestClass]
public sealed class TimestampsTests
{
    [TestMethod]
    [DataRow("2026-01-01T00:00:00.000Z")]
    [DataRow("2026-12-31T23:59:59.999Z")]
    [DataRow("2024-02-29T12:30:45.007Z")]
    [DataRow("0001-01-01T00:00:00.000Z")]
    [DataRow("9999-12-31T23:59:59.999Z")]
    public void A_written_time_is_read_as_the_same_time_and_has_the_same_text(string text)
    {
        var at = Timestamps.Parse(text);

        Assert.AreEqual(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture), at);
        Assert.AreEqual(TimeSpan.Zero, at.Offset);
        Assert.AreEqual(text, at.ToText());
    }

    [TestMethod]
    [DataRow("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z")]
    [DataRow("2026-01-01T02:00:00.000+02:00", "2026-01-01T00:00:00.000Z")]
    [DataRow("2026-01-01 00:00:00", "2026-01-01T00:00:00.000Z")]
    [DataRow("2026-01-01T00:00:00.0009999Z", "2026-01-01T00:00:00.000Z")]
    public void Another_text_of_a_time_is_read_too(string text, string written) =>
        Assert.AreEqual(written, Timestamps.Parse(text).ToText());

    [TestMethod]
    [DataRow("")]
    [DataRow("long ago")]
    [DataRow("2026-13-01T00:00:00.000Z")]
    [DataRow("2026-02-29T00:00:00.000Z")]
    [DataRow("2026-00-10T00:00:00.000Z")]
    [DataRow("2026-01-01T24:00:00.000Z")]
    [DataRow("2026-01-01T00:60:00.000Z")]
    [DataRow("0000-01-01T00:00:00.000Z")]
    [DataRow("2026-01-01T00:00:00.0x0Z")]
    [DataRow("2026-01-01T00:00:00.+01Z")]
    public void A_text_that_is_no_time_is_an_error(string text) => Assert.ThrowsExactly<FormatException>(() => Timestamps.Parse(text));
}
