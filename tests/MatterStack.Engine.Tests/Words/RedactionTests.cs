using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Tests.Words;

/// <summary>A secret is hidden in whatever form it comes back.</summary>
[TestClass]
public sealed class RedactionTests
{
    private const string Key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAAoI\n-----END KEY-----";

    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IEnumerable<object[]> Secrets =>
        [
            ["c4n4ry-7f3e-secret"],
            ["pä55 wörd+/=&<>\"'\\%"],
            ["it's $HOME `x`"],
            ["a:b@c/d?e=f&g"],
            [Key],
            ["12345678"],
        ];

    [TestMethod]
    [DynamicData(nameof(Secrets))]
    public void Every_form_of_a_secret_is_hidden(string secret)
    {
        var redaction = new SecretRedactor();
        redaction.Add(secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        foreach (
            var form in new[]
            {
                secret,
                Uri.EscapeDataString(secret),
                WebUtility.UrlEncode(secret),
                WebUtility.HtmlEncode(secret),
                Regex.Replace(Uri.EscapeDataString(secret), "%..", static m => m.Value.ToLowerInvariant()),
                JsonSerializer.Serialize(secret)[1..^1],
                JsonSerializer.Serialize(secret, Relaxed)[1..^1],
                Convert.ToHexString(bytes),
                Convert.ToHexStringLower(bytes),
                secret.Replace("'", "'\\''", StringComparison.Ordinal),
                secret.Replace("\n", " ", StringComparison.Ordinal),
                secret.Replace("\n", "\\n", StringComparison.Ordinal),
            }
        )
        {
            Assert.AreEqual("said *** again", redaction.Redact($"said {form} again"), form);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("u:")]
    [DataRow("me:")]
    [DataRow("user:")]
    public void A_secret_inside_of_base64_is_hidden_wherever_it_stands(string before)
    {
        const string secret = "c4n4ry-7f3e-secret";
        var redaction = new SecretRedactor();
        redaction.Add(secret);
        foreach (var after in new[] { "", "x", "xy", "xyz" })
        {
            var form = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + secret + after));
            var hidden = redaction.Redact("Basic " + form);
            Assert.Contains("***", hidden);
            Assert.IsLessThan(14, hidden.Length - "Basic ***".Length, "only what belongs to its neighbours is left");
        }
    }

    [TestMethod]
    public void A_secret_that_is_broken_over_lines_is_hidden()
    {
        var redaction = new SecretRedactor();
        redaction.Add("c4n4ry-7f3e-secret");
        redaction.Add(Key);
        Assert.AreEqual("a *** b", redaction.Redact("a c4n4ry-7f\n   3e-secret b"));
        Assert.AreEqual("a *** b", redaction.Redact("a c4n4ry-\r\n7f3e-\r\nsecret b"));
        Assert.DoesNotContain("MIIEvQ", redaction.Redact(Key.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.DoesNotContain("BAQEFAAS", redaction.Redact("line 3: BAQEFAASCBKcwggSjAgEAAoI: wrong"), "a line of it alone");
        var wrapped = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('s', 90)), Base64FormattingOptions.InsertLineBreaks);
        redaction.Add(new string('s', 90));
        Assert.AreEqual("***", redaction.Redact(wrapped), "as base64 breaks it");
    }

    [TestMethod]
    public void What_is_too_short_to_be_a_secret_and_other_text_stay()
    {
        var redaction = new SecretRedactor();
        redaction.Add("abc");
        redaction.Add("");
        redaction.Add("testtest");
        Assert.AreEqual("abc tes\nt a test\n", redaction.Redact("abc tes\nt a test\n"));
    }

    [TestMethod]
    public void The_token_without_its_scheme_is_hidden()
    {
        var redaction = new SecretRedactor();
        redaction.Add("Bearer c4n4ry-7f3e");
        Assert.AreEqual("got *** in ***", redaction.Redact("got c4n4ry-7f3e in Bearer c4n4ry-7f3e"));
    }
}
