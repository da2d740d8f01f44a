using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>Where a command has placeholders, and how they are quoted.</summary>
[TestClass]
public sealed class CodePlaceholdersTests
{
    [TestMethod]
    [DataRow("{code:lmp} -in x", "code lmp -")]
    [DataRow("{launch} ./x; {launch:mpi} ./y", "launch  -|launch mpi -")]
    [DataRow("a{code:x}b{code:x}", "code x -|code x -")]
    [DataRow("{code:} {code:a b} {launch:}", "code  -|code a b -|launch  -")]
    [DataRow("{code:x", "code x open")]
    [DataRow("{launch:x ./y", "launch x ./y open")]
    [DataRow("exit ${code:-1} ${launch} ${code:x}", "")]
    [DataRow("{launched} {launch {code} {codes:x} { launch }", "")]
    [DataRow("sh -c '{code:x} y'", "code x '")]
    [DataRow("sh -c \"{code:x} y\"", "code x \"")]
    [DataRow("'{code:x}' \"{code:y}\"", "code x ' word|code y \" word")]
    [DataRow("a'{code:x}'", "code x '")]
    [DataRow("echo \"$({code:x} y)\" \"`{code:y}`\"", "code x -|code y -")]
    [DataRow("echo \\' {code:x} \\' \"\\\"\" {code:y}", "code x -|code y -")]
    [DataRow("echo a # {code:x}\n{code:y} #{code:z}", "code y -")]
    [DataRow("echo a#{code:x} \"# {code:y}\" ${#a} {code:z}", "code x -|code y \"|code z -")]
    [DataRow("x=$(echo \"$(echo ')')\" {code:x}) {code:y}", "code x -|code y -")]
    [DataRow("echo $((1+(2))) {code:x}", "code x -")]
    public void A_placeholder_is_found_with_its_quotes(string command, string expected)
    {
        var found = CodePlaceholders
            .Find(command)
            .Select(one =>
                $"{(one.IsLauncher ? "launch" : "code")} {one.Name} "
                + (one.IsOpen ? "open" : one.Quote?.ToString() ?? "-")
                + (one.IsWholeWord ? " word" : "")
            );

        Assert.AreEqual(expected, string.Join('|', found));
    }

    [TestMethod]
    [DataRow("lmp", false)]
    [DataRow("it's", true)]
    [DataRow("\"a", true)]
    [DataRow("a\\", true)]
    [DataRow("a \\\"", false)]
    [DataRow("$(a", true)]
    [DataRow("`a", true)]
    [DataRow("\"$(echo 'x\")", true)]
    [DataRow("'$(' \"a\\\"b\"", false)]
    public void A_text_that_ends_inside_quotes_is_open(string text, bool open) => Assert.AreEqual(open, ShellQuotes.Read(text).IsOpen);
}
