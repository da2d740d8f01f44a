using System.Text.Json;
using MatterStack.Engine.Reports.Comparison;

namespace MatterStack.Engine.Tests.Tables;

/// <summary>When two numbers of results count as equal.</summary>
[TestClass]
public sealed class NumberComparerTests
{
    [TestMethod]
    [DataRow("1", "1.0", 0.0, true, DisplayName = "the same value, written differently")]
    [DataRow("100", "1E+2", 0.0, true, DisplayName = "an exponent")]
    [DataRow("0", "-0.0", 0.0, true, DisplayName = "zero has no sign")]
    [DataRow("0.1", "0.10000000000000001", 0.0, false, DisplayName = "the same double, another number")]
    [DataRow("9007199254740993", "9007199254740992", 0.0, false, DisplayName = "integers above 2^53")]
    [DataRow("1e400", "1e400", 0.0, true, DisplayName = "beyond a double, the same")]
    [DataRow("1e400", "2e400", 0.5, false, DisplayName = "beyond a double, another")]
    [DataRow("1", "1.000001", 1e-6, true, DisplayName = "at the tolerance")]
    [DataRow("1", "1.000002", 1e-6, false, DisplayName = "above it")]
    [DataRow("-3.2", "3.2", 1e-6, false, DisplayName = "another sign")]
    [DataRow("0", "1e-12", 1e-6, false, DisplayName = "nothing is near to zero, relatively")]
    [DataRow("1e99999999999999999999", "1e99999999999999999998", 1e-6, false, DisplayName = "exponents beyond 64 bits")]
    public void Numbers_are_compared_by_value(string before, string after, double tolerance, bool isEqual)
    {
        using var old = JsonDocument.Parse(before);
        using var @new = JsonDocument.Parse(after);

        var difference = new NumberComparer(tolerance).Compare("n", old.RootElement, @new.RootElement);

        Assert.AreEqual(isEqual, difference is null, difference?.ToString());
    }
}
