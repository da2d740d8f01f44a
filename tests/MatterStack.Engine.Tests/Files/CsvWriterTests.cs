using System.Globalization;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Files;

/// <summary>Tables as comma-separated values.</summary>
[TestClass]
public sealed class CsvWriterTests
{
    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("a,b", "\"a,b\"")]
    [DataRow("say \"x\"", "\"say \"\"x\"\"\"")]
    [DataRow("two\nlines", "\"two\nlines\"")]
    [DataRow("two\r\nlines", "\"two\r\nlines\"")]
    [DataRow(" blank", "\" blank\"")]
    [DataRow("blank ", "\"blank \"")]
    [DataRow("in between", "in between")]
    [DataRow("", "\"\"")]
    [DataRow("=1+1", "=1+1")]
    [DataRow("Ångström", "Ångström")]
    [DataRow("007", "007")]
    public void A_text_has_quotes_only_where_it_needs_them(string value, string field) =>
        Assert.AreEqual($"x,{field}\r\n", Write(csv => csv.WriteRow("x", value)));

    [TestMethod]
    [DataRow(0.1 + 0.2, "0.30000000000000004")]
    [DataRow(1e-300, "1E-300")]
    [DataRow(-4.5, "-4.5")]
    [DataRow(3.0, "3")]
    [DataRow(double.NaN, "NaN")]
    public void A_number_reads_back_as_the_same_number_in_any_language(double value, string field)
    {
        var before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NegativeSign = "−";
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.AreEqual(field + "\r\n", Write(csv => csv.WriteRow(value)));
            Assert.AreEqual(value, double.Parse(field, CultureInfo.InvariantCulture));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void An_unknown_value_is_an_empty_field_and_an_empty_text_is_not() =>
        Assert.AreEqual("a,,\"\",,b\r\n", Write(csv => csv.WriteRow("a", null, "", null, "b")));

    [TestMethod]
    public void A_row_of_one_unknown_value_is_no_empty_line() =>
        Assert.AreEqual(
            "\"\"\r\n\"\"\r\nx\r\n,\r\n",
            Write(csv =>
            {
                csv.WriteRow([null]);
                csv.WriteRow([""]);
                csv.WriteRow("x");
                csv.WriteRow(null, null);
            })
        );

    [TestMethod]
    public void Whole_numbers_Booleans_times_and_durations_have_their_plain_forms() =>
        Assert.AreEqual(
            "3,9007199254740993,true,2026-12-01T08:00:00.500Z,90.25,1.5\r\n",
            Write(csv =>
                csv.WriteRow(
                    3,
                    9007199254740993L,
                    true,
                    new DateTimeOffset(2026, 12, 1, 9, 0, 0, 500, TimeSpan.FromHours(1)),
                    TimeSpan.FromSeconds(90.25),
                    1.5m
                )
            )
        );

    [TestMethod]
    public void A_value_without_a_plain_form_is_refused() =>
        Assert.ThrowsExactly<ArgumentException>(() => Write(static csv => csv.WriteRow(new object())));

    private static string Write(Action<CsvWriter> write)
    {
        using var text = new StringWriter();
        write(new CsvWriter(text));
        return text.ToString();
    }
}
