using System.Text.RegularExpressions;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance.Package;

/// <summary>The tutorial, followed word for word by somebody who has nothing but the packages.</summary>
[TestClass]
public sealed partial class TutorialTests
{
    [TestMethod]
    public void Every_command_of_the_tutorial_does_what_the_page_says()
    {
        using var user = new User(home: Path.Combine(PackageFeed.Shared.Root, "newcomer"));
        var folder = "";
        var said = "";
        var commands = 0;
        foreach (var (language, text, expected) in Blocks())
        {
            switch (language)
            {
                case "xml":
                    Edit(user, folder, "*.proj", project =>
                        project.Insert(project.LastIndexOf("</Project>", StringComparison.Ordinal), text + "\n")
                    );
                    break;
                case "yaml":
                    Edit(user, folder, "operators.yaml", operators => operators + "\n" + text);
                    break;
                case "sh":
                    // Where the page shows an error there is one.
                    var outcome = user.Type(
                        (expected.Contains("error MATTER", StringComparison.Ordinal) ? "set +e\n" : "")
                            + text
                            + "\ncode=$?\necho \"@ $(pwd)\"\nexit $code",
                        folder
                    );
                    Assert.AreEqual(
                        expected.Contains("error MATTER", StringComparison.Ordinal) ? 1 : 0,
                        outcome.ExitCode,
                        text + outcome.Said
                    );
                    folder = Path.GetRelativePath(user.Folder, WhereTo().Match(outcome.Said).Groups[1].Value);
                    said = outcome.Said;
                    commands++;
                    break;
            }

            foreach (var line in expected.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                StringAssert.Contains(said, line, text);
            }
        }

        Assert.IsGreaterThan(15, commands);
        // From outside of the build: the page has led to a run that is as it says.
        var runs = Directory
            .GetDirectories(Path.Combine(user.Folder, "convergence", "runs"))
            .Order(StringComparer.Ordinal)
            .Select(r => new Run(r))
            .ToList();
        CollectionAssert.AreEqual(new[] { "COMPLETED", "COMPLETED", "COMPLETED" }, runs.Select(r => r.State).ToList());
        Assert.AreEqual("2", runs[1].Text("SELECT count(*) FROM attempts WHERE task_id = 'publish'"));
        Assert.AreEqual("local.one", runs[2].Attempt("release", "operator_key"));
    }

    [GeneratedRegex("^@ (.*)$", RegexOptions.Multiline)]
    private static partial Regex WhereTo();

    [GeneratedRegex("^```(\\w+)\n(.*?)^```$(?:\n^```text\n(.*?)^```$)?", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>All blocks of the page, each with what it is said to print.</summary>
    private static IEnumerable<(string Language, string Text, string Expected)> Blocks() =>
        Block()
            .Matches(File.ReadAllText(Path.Combine(Repository.Folder, "docs", "tutorial.md")).ReplaceLineEndings("\n"))
            .Select(m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value));

    private static void Edit(User user, string folder, string pattern, Func<string, string> change)
    {
        var file = Directory.GetFiles(Path.Combine(user.Folder, folder), pattern).Single();
        File.WriteAllText(file, change(File.ReadAllText(file)));
    }
}
