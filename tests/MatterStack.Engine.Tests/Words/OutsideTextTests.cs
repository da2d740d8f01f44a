using System.Xml;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Words;

/// <summary>What others write is shown, and obeyed by nobody.</summary>
[TestClass]
public sealed class OutsideTextTests
{
    [TestMethod]
    [DataRow("exit code 3; missing outputs: a/b.txt (see C:\\x) 100 % <b>", DisplayName = "ordinary words")]
    [DataRow("Schrödinger 波 🧪 e\u0301 Ω", DisplayName = "words of the world")]
    [DataRow("std::vector<int>::at: __n (which is 3) >= this->size()", DisplayName = "names of C++")]
    [DataRow("cannot connect to ::1 port 22, [::1]:80 or 10.0.0.1", DisplayName = "addresses")]
    [DataRow("  [1/3] a # b ## c", DisplayName = "signs without a command")]
    public void Ordinary_text_stays_as_it_is(string text) => Assert.AreEqual(text, UntrustedText.ToLine(text));

    [TestMethod]
    [DataRow("::error::gone", DisplayName = "GitHub")]
    [DataRow("   ::error file=a.c,line=1::gone", DisplayName = "GitHub after blanks")]
    [DataRow("\u00a0\u3000::set-env name=PATH::/tmp", DisplayName = "GitHub after blanks of other alphabets")]
    [DataRow("x\n::add-mask::a", DisplayName = "GitHub on a line of its own")]
    [DataRow("x\u2028::stop-commands::a", DisplayName = "GitHub after a line separator")]
    [DataRow("\u200b::er\u200bror::a", DisplayName = "GitHub with hidden characters")]
    [DataRow("\u001b[31m::warning::a", DisplayName = "GitHub after a colour")]
    [DataRow(":::error::a", DisplayName = "GitHub after a colon")]
    [DataRow("'::group::a", DisplayName = "GitHub in quotes")]
    [DataRow("a ##[error]b", DisplayName = "GitHub and Azure, of old")]
    [DataRow("a ##[add-path]/tmp ###[group]c", DisplayName = "GitHub, after another sign")]
    [DataRow("#\u200d#[command]rm", DisplayName = "Azure, joined by what is taken out")]
    [DataRow("a ##vso[task.setvariable variable=PATH]/tmp", DisplayName = "Azure")]
    [DataRow("a ##VSO[task.complete result=Failed]", DisplayName = "Azure in capitals")]
    [DataRow("##\u001b[0mvso[task.complete result=Failed]", DisplayName = "Azure, broken by a sequence")]
    [DataRow("##teamcity[buildProblem description='x']", DisplayName = "TeamCity")]
    [DataRow("section_start:1700000000:x[collapsed=true]\r\u001b[0KHeader", DisplayName = "GitLab")]
    [DataRow("\u001b[0Ksection_end:1700000000:x\r\u001b[0K", DisplayName = "GitLab, end")]
    [DataRow("\u001b[8mha:////4AAAAB+LCAAAAAAAAP9b85aBtbiIQ\u001b[0mclick", DisplayName = "Jenkins")]
    [DataRow("\u001b[8mha:////4AAAAB", DisplayName = "Jenkins without an end")]
    public void No_CI_system_finds_a_command(string text)
    {
        var line = UntrustedText.ToLine(text);

        Assert.IsFalse(CiCommands.AreIn(line), line);
        Assert.IsFalse(CiCommands.AreIn("  [1/3] a FAILED: " + line), line);
        Assert.AreEqual(line, UntrustedText.ToLine(line), "cleaned once is clean");
    }

    [TestMethod]
    public void No_character_is_left_that_a_terminal_or_an_XML_reader_obeys()
    {
        for (var code = 0; code <= 0xffff; code++)
        {
            var line = UntrustedText.ToLine("a" + (char)code + "b");
            Assert.IsFalse(line.Any(char.IsControl), $"U+{code:X4}");
            Assert.IsFalse(
                line.Any(c =>
                    c
                        is '\u2028'
                            or '\u2029'
                            or (>= '\u200b' and <= '\u200f')
                            or (>= '\u202a' and <= '\u202e')
                            or (>= '\u2060' and <= '\u2069')
                            or '\ufeff'
                ),
                $"U+{code:X4}"
            );
            XmlConvert.VerifyXmlChars(line);
        }

        Assert.AreEqual("a\ufffdb\ufffd", UntrustedText.ToLine("a\ud800b\udc00"), "half of a pair");
        Assert.AreEqual("ab", UntrustedText.ToLine("a\U000e0041\U000e007fb"), "tags that nobody sees");
    }

    [TestMethod]
    [DataRow("\u001b]0;title\u0007a", DisplayName = "a title")]
    [DataRow("\u001b]8;;https://example.org\u001b\\a", DisplayName = "a link")]
    [DataRow("\u001b[2J\u001b[1;1Ha", DisplayName = "an empty screen")]
    [DataRow("\u009b31ma", DisplayName = "a colour of one byte")]
    [DataRow("\u001bP1$r0m\u001b\\a", DisplayName = "a device's string")]
    [DataRow("\u001bca", DisplayName = "a reset")]
    [DataRow("\u001b(Ba", DisplayName = "a character set")]
    [DataRow("a\u001b[", DisplayName = "a sequence that is cut")]
    public void Sequences_go_whole(string text) => Assert.Contains(UntrustedText.ToLine(text), new[] { "a", "a[" });

    [TestMethod]
    public void A_text_of_any_length_becomes_a_line_of_bounded_length_that_shows_the_cut()
    {
        Assert.AreEqual(new string('x', 999) + "…", UntrustedText.ToLine(new string('x', 100_000)));
        Assert.AreEqual(new string('x', 1000), UntrustedText.ToLine(new string('x', 1000)));
        Assert.AreEqual("a b", UntrustedText.ToLine("a\r\n\r\n\tb"));
        foreach (var before in Enumerable.Range(0, 4))
        {
            var line = UntrustedText.ToLine(new string('x', before) + string.Concat(Enumerable.Repeat("🧪", 1000)));
            Assert.IsLessThanOrEqualTo(1000, line.Length);
            Assert.AreEqual(line, UntrustedText.ToLine(line), "no pair is cut in two");
            Assert.EndsWith("…", line);
        }

        Assert.IsLessThanOrEqualTo(1000, UntrustedText.ToLine(string.Concat(Enumerable.Repeat("##[a]", 1000))).Length);
        Assert.AreEqual("", UntrustedText.ToLine(null));
        Assert.AreEqual("", UntrustedText.ToLine(new string('\u001b', 1_000_000)));
    }
}
