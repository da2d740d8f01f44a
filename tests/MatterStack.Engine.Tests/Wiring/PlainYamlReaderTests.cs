using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>The plain reader and the full reader agree about every file that the plain reader reads.</summary>
[TestClass]
public sealed class PlainYamlReaderTests
{
    private const int MutatedFiles = 20_000;

    private static readonly string[] Snippets =
        ["{", "}", "[", "]", ":", ": ", ",", ", ", "- ", "-1", "? ", "&a ", "*a", "<<: *a", "!", "|", ">", "'", "''",
         "\"", "#", " #", "---\n", "...\n", "%", "\n", "\n\n", "  ", " ", "~", "null", "true", "0x10",
         "a: b", "a:b", "k: ", "k:", "\\", "@", "`", "-", "é", "12:30", "x y", "$schema=z"];

    private static readonly string[] Texts =
    [
        "a: b\nc:\n  d: 1\n  e: [x, 'y z', \"w\"]\nf: { g: 2, h: {} }\n",
        "# c\n\noperators:\n  # c\n  local.default: # c\n    kind: local # c\n  human.default:\n",
        "list:\n- a\n- b c\nother:\n  - 1\n  - \"q\"\n",
        "a:\n  b:\n    c: d e\n  f: ~\ng: -1\n",
    ];

    [TestMethod]
    public void The_usual_forms_are_read()
    {
        foreach (var text in Texts.Append(Encoding.UTF8.GetString(BuiltinWiring.Bytes)).Append(WiringWorld.One))
        {
            Assert.IsNotNull(PlainYamlReader.Read(text), text);
            AssertAgreement(text);
        }
    }

    [TestMethod]
    [DataRow("a: &x b\n")]
    [DataRow("a: *x\n")]
    [DataRow("a: !!str 1\n")]
    [DataRow("a: |\n  text\n")]
    [DataRow("a: b\n   c\n")]
    [DataRow("a: \"x\\n\"\n")]
    [DataRow("a: 'it''s'\n")]
    [DataRow("a: 1\na: 2\n")]
    [DataRow("a: b: c\n")]
    [DataRow("a:\tb\n")]
    [DataRow("'a': b\n")]
    [DataRow("- a\n")]
    [DataRow("--- \na: b\n")]
    [DataRow("a: { b: 1\n  }\n")]
    [DataRow("a: b\n c: d\n")]
    [DataRow("<<: { a: 1 }\n")]
    [DataRow("a: é\n")]
    [DataRow("")]
    public void Anything_unusual_is_left_to_the_full_reader(string text) => Assert.IsNull(PlainYamlReader.Read(text));

    [TestMethod]
    public void Both_readers_agree_about_all_files_of_the_corpus()
    {
        foreach (var (which, names) in new[] { ("good", Corpus.Good), ("bad", Corpus.Bad) })
        {
            foreach (var name in names)
            {
                AssertAgreement(ReadText(which, name));
            }
        }
    }

    [TestMethod]
    public void Both_readers_agree_about_files_that_nobody_meant_to_write()
    {
        var seeds = Texts.Concat(Corpus.Good.Select(static row => ReadText("good", row))).ToArray();
        var random = new Random(20_261_130);
        var read = 0;
        for (var file = 0; file < MutatedFiles; file++)
        {
            var text = seeds[file % 2 == 0 ? random.Next(Texts.Length) : random.Next(seeds.Length)];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(text.Length + 1);
                text = text[..at] + Snippets[random.Next(Snippets.Length)] + text[Math.Min(text.Length, at + random.Next(3))..];
            }

            read += AssertAgreement(text) ? 1 : 0;
        }

        Assert.IsGreaterThan(MutatedFiles / 20, read);
    }

    [TestMethod]
    public void The_check_for_names_of_secrets_leaves_nothing_out()
    {
        string[] names =
        [
            "password", "API-KEY", "x_token_y", "githubtoken", "Authorization", "auth", "author", "kind", "backend", "max_tokens",
            "private-key", "to\u212Aen", "pa\u017F\u017Fword", "credentials", "passwd",
        ];
        foreach (var name in names)
        {
            var expected = Regex.IsMatch(name, SecretNames.Pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            Assert.AreEqual(expected, SecretNames.IsSecret(name), name);
        }
    }

    private static string ReadText(string which, object[] name) =>
        Encoding.UTF8.GetString(CanonicalBytes.FromRaw(Corpus.Bytes(which, (string)name[0])));

    // Whether the plain reader reads the text.
    private static bool AssertAgreement(string text)
    {
        if (PlainYamlReader.Read(text) is not { } plain)
        {
            return false;
        }

        var problems = new List<Problem>();
        var full = YamlReader.Read(text, "operators.yaml", problems);
        Assert.IsEmpty(problems, text);
        Assert.AreEqual(Describe(full!), Describe(plain), text);
        return true;
    }

    private static string Describe(YamlNode node) => node switch
    {
        MapNode map => $"{{{string.Join(',', map.Entries.Select(static entry => Describe(entry.Key) + "=" + Describe(entry.Value)))}}}",
        ListNode list => $"[{string.Join(',', list.Items.Select(Describe))}]",
        ScalarNode scalar => $"{scalar.Kind}'{scalar.Text}'",
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, null),
    };
}
