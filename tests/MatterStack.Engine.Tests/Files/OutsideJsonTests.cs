using System.Text;
using System.Text.Json;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Files;

/// <summary>The one rule for JSON from outside: what is taken, and what is said of the rest.</summary>
[TestClass]
public sealed class OutsideJsonTests
{
    [TestMethod]
    [DataRow("", "it is empty")]
    [DataRow(" \r\n\t", "it is empty")]
    [DataRow("\uFEFF", "it is empty")]
    [DataRow("{\"n\": \"caf\u00E9\"", "line 1, column 13: it ends too early")]
    [DataRow("[1]", "line 1, column 1: it is not a JSON object but begins with '['")]
    [DataRow("\n  true", "line 2, column 3: it is not a JSON object but begins with 'true'")]
    [DataRow("{\"a\": NaN}", "line 1, column 7: 'NaN' is not a JSON number")]
    [DataRow("{\"a\": -Infinity}", "is not a JSON number")]
    [DataRow("{\"a\": 1e999}", "line 1, column 7: the number 1e999 is out of range")]
    [DataRow("{\"a\": [0, -1e400]}", "line 1, column 11: the number -1e400 is out of range")]
    [DataRow("{\"a\": 1e-99999999999}", "the number 1e-99999999999 is out of range")]
    [DataRow("{\"a\": True}", "line 1, column 7: 'True' is not allowed here")]
    [DataRow("{'a': 1}", "line 1, column 2: ''' is not allowed here")]
    [DataRow("{\"a\": 1,}", "line 1, column 9: '}' is not allowed here")]
    [DataRow("{\"a\": 1} // one", "line 1, column 10: '/' is not allowed here")]
    [DataRow("{\"a\": 1} {\"b\": 2}", "line 1, column 10: '{' is not allowed here")]
    [DataRow("{\"ä\": {\"b\": 1,\n \"ö\": 2, \"b\": 3}}", "line 2, column 10: the name \"b\" occurs twice in one object")]
    [DataRow("{\"b\": 1, \"\\u0062\": 3}", "line 1, column 10: the name \"\\u0062\" occurs twice in one object")]
    [DataRow("{\"a\": \"x\\ud800\"}", "line 1, column 9: '\\ud800' is one half of a surrogate pair")]
    [DataRow("{\"a\": \"\\uDC00\\uD800\"}", "'\\uDC00' is one half of a surrogate pair")]
    [DataRow("{\"a\\ud83d\": 1}", "line 1, column 4: '\\ud83d' is one half of a surrogate pair")]
    [DataRow("{\"a\": \"\\ud83d\\\\ude00\"}", "'\\ud83d' is one half of a surrogate pair")]
    [DataRow("{\"a\": \"\u0001\"}", "line 1, column 8")]
    public void What_is_not_taken_is_named_with_its_place_and_its_word(string text, string why)
    {
        using var document = OutsideJson.Parse(Encoding.UTF8.GetBytes(text), JsonRule.Results, out var fault);

        Assert.IsNull(document);
        Assert.Contains(why, fault!.ToString());
    }

    [TestMethod]
    [DataRow("{\"a\": 1}")]
    [DataRow("\uFEFF{\"a\": 1}")]
    [DataRow("{}")]
    [DataRow("{\"a\": \"\\ud83d\\ude00 \\\\ud800 \u00E9\"}")]
    [DataRow("{\"a\": {\"b\": 1}, \"b\": [{\"a\": 1}, {\"a\": 2}]}")]
    [DataRow("{\"a\": 1.7976931348623157e308, \"b\": 1e-400, \"c\": 0e5, \"d\": -0, \"e\": 123456789012345678901234567890}")]
    public void What_every_reader_takes_is_taken(string text)
    {
        using var document = OutsideJson.Parse(Encoding.UTF8.GetBytes(text), JsonRule.Results, out var fault);

        Assert.IsNull(fault);
        Assert.AreEqual(text.TrimStart('\uFEFF'), document!.RootElement.GetRawText());
    }

    [TestMethod]
    public void A_byte_that_is_no_UTF_8_is_named_with_what_stands_before_it()
    {
        var fault = OutsideJson.FindFault([.. "\uFEFF{\"n\":\n \"caf"u8, 0xE9, .. "\"}"u8], JsonRule.Results);

        Assert.AreEqual("line 2, column 6: byte 0xE9 is not UTF-8 ('caf\\xE9', byte 15)", fault!.ToString());
        Assert.AreEqual(
            "results.json is not valid JSON: line 2, column 6: byte 0xE9 is not UTF-8 ('caf\\xE9', byte 15)",
            fault.FormatFor("results.json")
        );
    }

    [TestMethod]
    [DataRow("utf-16", "UTF-16")]
    [DataRow("utf-16BE", "UTF-16")]
    [DataRow("utf-32", "UTF-32")]
    [DataRow("utf-32BE", "UTF-32")]
    public void Another_encoding_is_named_with_or_without_its_mark(string encoding, string name)
    {
        var other = Encoding.GetEncoding(encoding);

        foreach (var bytes in new[] { other.GetBytes("{\"a\": 1}"), [.. other.GetPreamble(), .. other.GetBytes("{\"a\": 1}")] })
        {
            Assert.AreEqual($"it is {name}; write it as UTF-8", OutsideJson.FindFault(bytes, JsonRule.Results)!.ToString());
        }
    }

    [TestMethod]
    public void Depth_is_limited_to_what_evidence_can_wrap()
    {
        Assert.IsNull(OutsideJson.FindFault(Nested(JsonRule.MaxDataDepth), JsonRule.Results));
        Assert.Contains(
            "line 1, column 321: it is nested more than 64 levels deep",
            OutsideJson.FindFault(Nested(JsonRule.MaxDataDepth + 1), JsonRule.Results)!.ToString()
        );
        Assert.Contains(
            "nested more than 64 levels deep",
            OutsideJson.FindFault(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 5_000_000)), JsonRule.Results)!.ToString()
        );
    }

    [TestMethod]
    public void A_number_without_end_is_refused()
    {
        Assert.IsNull(OutsideJson.FindFault(Encoding.ASCII.GetBytes($"{{\"a\": 0.{new string('3', 900)}}}"), JsonRule.Results));
        Assert.Contains(
            "has 1002 characters",
            OutsideJson.FindFault(Encoding.ASCII.GetBytes($"{{\"a\": 0.{new string('3', 1000)}}}"), JsonRule.Results)!.ToString()
        );
        Assert.Contains(
            "is out of range",
            OutsideJson.FindFault(Encoding.ASCII.GetBytes($"{{\"a\": 1{new string('0', 400)}}}"), JsonRule.Results)!.ToString()
        );
    }

    [TestMethod]
    public void Comments_and_last_commas_of_people_are_passed_over_and_not_passed_on()
    {
        using var document = OutsideJson.Parse(
            "{\"data\": {\"x\": 1.50, /* nm */ \"y\": [1, 2,], // two\n}}",
            JsonRule.Answer,
            out var fault
        );

        Assert.IsNull(fault);
        Assert.AreEqual("{\"x\":1.50,\"y\":[1,2]}", OutsideJson.ToText(document!.RootElement.GetProperty("data")));
    }

    [TestMethod]
    public void A_value_without_comments_is_passed_on_as_it_was_written()
    {
        using var document = OutsideJson.Parse("{\"data\": {\"x\" :  1.50}, // this\n}", JsonRule.Answer, out _);

        Assert.AreEqual("{\"x\" :  1.50}", OutsideJson.ToText(document!.RootElement.GetProperty("data")));
    }

    [TestMethod]
    public void Many_names_do_not_make_small_objects_slow_to_read()
    {
        var text = new StringBuilder("{\"a\": [{");
        text.AppendJoin(',', Enumerable.Range(0, 200_000).Select(i => $"\"n{i}\":0")).Append('}');
        text.Insert(text.Length, ",{\"a\":0}", 800_000).Append("]}");

        // Each of the small ones would otherwise cost what the large one has room for: an hour, not a second.
        Assert.IsNull(OutsideJson.FindFault(Encoding.ASCII.GetBytes(text.ToString()), JsonRule.Results));
    }

    [TestMethod]
    public void A_text_that_holds_half_of_a_pair_is_refused() =>
        Assert.Contains(
            "character 8 is one half of a surrogate pair",
            OutsideJson.FindFault("{\"a\": \"\ud800\"}", JsonRule.Results)!.ToString()
        );

    // Every text is refused or can be read to its last word, written, and compared.
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Whatever_is_taken_can_be_read_written_and_compared(int seed)
    {
        var random = new RandomJson(seed);
        var (taken, refused) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            var bytes = random.Bytes();
            var rule = random.Rule();
            using var document = OutsideJson.Parse(bytes, rule, out var fault);
            Assert.AreEqual(document is null, fault is not null);
            if (document is null)
            {
                refused++;
                Assert.IsFalse(fault!.ToString().Any(char.IsControl), fault.ToString());
                continue;
            }

            taken++;
            Walk(document.RootElement);
            var text = OutsideJson.ToText(document.RootElement);
            Assert.IsNull(OutsideJson.FindFault(text, rule with { AllowsComments = false }), text);
            using var again = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = JsonRule.MaxRecordsDepth });
            Assert.IsTrue(JsonElement.DeepEquals(document.RootElement, again.RootElement), text);
            Assert.IsNull(
                OutsideJson.FindFault(
                    OutsideJson.ToNode(document.RootElement)?.ToJsonString(OutsideJson.IndentedOptions) ?? "null",
                    rule with
                    {
                        AllowsComments = false,
                    }
                ),
                text
            );
        }

        Assert.IsGreaterThan(400, taken);
        Assert.IsGreaterThan(400, refused);
    }

    private static byte[] Nested(int levels) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels));

    private static void Walk(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Assert.IsTrue(value.TryGetProperty(property.Name, out _));
                    Walk(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var entry in value.EnumerateArray())
                {
                    Walk(entry);
                }

                break;
            case JsonValueKind.String:
                Assert.IsNotNull(value.GetString());
                break;
            case JsonValueKind.Number:
                Assert.IsTrue(double.IsFinite(value.GetDouble()));
                break;
        }
    }
}
