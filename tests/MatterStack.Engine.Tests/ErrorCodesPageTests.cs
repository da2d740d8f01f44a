using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests;

/// <summary>The page of error codes is made from the code. Set MATTERSTACK_WRITE_DOCS=1 to write it anew.</summary>
[TestClass]
public sealed class ErrorCodesPageTests
{
    private static readonly (string Title, IReadOnlyList<ProblemCode> Codes)[] Families =
    [
        ("Wiring (1xxx)", KnownCodes.ListFamily('1')),
        ("Campaign (2xxx)", KnownCodes.ListFamily('2')),
        ("Run state (3xxx)", KnownCodes.ListFamily('3')),
        ("Operators (4xxx)", KnownCodes.ListFamily('4')),
        ("Evidence and cache (5xxx)", KnownCodes.ListFamily('5')),
        ("MatterStack itself (9xxx)", KnownCodes.ListFamily('9')),
    ];

    [TestMethod]
    public void The_page_lists_every_code_with_cause_and_remedy()
    {
        var path = Path.Combine(Repository.Folder, "docs", "error-codes.md");
        if (Environment.GetEnvironmentVariable("MATTERSTACK_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, Page());
        }

        Assert.AreEqual(Page(), File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void Codes_are_unique_and_belong_to_their_family()
    {
        var all = KnownCodes.All.Select(c => c.Code).ToList();
        Assert.AreEqual(all.Count, all.Distinct().Count());
        Assert.AreEqual(all.Count, Families.Sum(f => f.Codes.Count));
        Assert.IsTrue(all.TrueForAll(code => Regex.IsMatch(code, "^MATTER[0-9]{4}$")));
    }

    [TestMethod]
    public void An_argument_in_a_remedy_ends_with_a_blank_so_that_it_can_be_copied()
    {
        var found = Families
            .SelectMany(f => f.Codes)
            .SelectMany(c => Regex.Matches(c.Remedy, @"-p:\w+=\w+[.,;:)]").Select(m => $"{c.Code}: {m.Value}"));

        Assert.AreEqual("", string.Join("; ", found));
    }

    [TestMethod]
    public void Codes_that_targets_files_use_are_known()
    {
        var known = Families.SelectMany(f => f.Codes).Select(c => c.Code).ToHashSet();
        var used = Directory
            .GetFiles(Path.Combine(Repository.Folder, "build"), "*.targets", SearchOption.AllDirectories)
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), "MATTER[0-9]{4}").Select(m => m.Value))
            .ToList();

        Assert.AreNotEqual(0, used.Count);
        foreach (var code in used)
        {
            Assert.Contains(code, known);
        }
    }

    private static string Page()
    {
        var text = new StringBuilder(
            "# Error codes\n\nEvery error and warning of MatterStack has a code. This page is made from the code and tested against it.\n"
        );
        foreach (var (title, codes) in Families)
        {
            text.Append("\n## ").Append(title).Append("\n\n| code | what | when | what to do |\n|---|---|---|---|\n");
            foreach (var code in codes.OrderBy(c => c.Code, StringComparer.Ordinal))
            {
                text.Append("| ")
                    .Append(code.Code)
                    .Append(" | ")
                    .Append(Cell(code.Title))
                    .Append(" | ")
                    .Append(Cell(code.Cause))
                    .Append(" | ")
                    .Append(Cell(code.Remedy))
                    .Append(" |\n");
            }
        }

        return text.ToString();
    }

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
