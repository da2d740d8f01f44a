using System.Text.RegularExpressions;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests;

/// <summary>Numbers in messages have their nouns in singular or plural.</summary>
[TestClass]
public sealed partial class CountTextTests
{
    [TestMethod]
    [DataRow(0, "0 tasks", "0 entries are")]
    [DataRow(1, "1 task", "1 entry is")]
    [DataRow(2, "2 tasks", "2 entries are")]
    [DataRow(1_000_001, "1000001 tasks", "1000001 entries are")]
    public void A_noun_follows_its_number_in_singular_or_plural(int count, string tasks, string entries)
    {
        Assert.AreEqual(tasks, CountText.FormatCount(count, "task"));
        Assert.AreEqual(entries, CountText.FormatCount(count, "entry is", "entries are"));
    }

    [TestMethod]
    public void No_message_has_a_fixed_plural_after_a_number()
    {
        var found = Directory
            .EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => FixedPlural().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Value}"));

        Assert.AreEqual("", string.Join('\n', found));
    }

    [GeneratedRegex(
        """\{[^{}"]*(Count|Length)\b(?!:N0)[^{}"]*\} (more |other |live )?(tasks|attempts|files|entries|events|results|problems|iterations|lines|runs|columns|elements|characters|times|hooks|bytes)\b"""
    )]
    private static partial Regex FixedPlural();
}
