using System.Text.RegularExpressions;

namespace MatterStack.Engine.Tests;

/// <summary>Rules for the files under <c>src/</c> that no analyzer checks: one type per file, its name, length of files and
/// lines.</summary>
[TestClass]
public sealed class SourceRulesTests
{
    private const int LongestLine = 140;
    private const int LongestFile = 400;

    // A type at the start of a line is a top-level type, since namespaces have the scope of their file.
    private static readonly Regex TopLevelType = new(
        @"^(?:(?:public|internal|file|sealed|abstract|static|readonly|partial|unsafe|ref)\s+)*"
            + @"(?:(?:record\s+class|record\s+struct|class|struct|record|interface|enum)\s+|delegate\s+\S+\s+)(\w+)",
        RegexOptions.Multiline
    );

    [TestMethod]
    public void A_file_has_one_top_level_type_and_its_name()
    {
        var wrong = FindSources()
            .Select(source => (source.Path, Types: TopLevelType.Matches(source.Text).Select(m => m.Groups[1].Value).ToList()))
            .Where(source => source.Types.Count != 1 || Path.GetFileName(source.Path).Split('.')[0] != source.Types[0])
            .Select(source => $"{source.Path}: {string.Join(", ", source.Types)}")
            .ToList();
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void A_file_has_at_most_400_lines()
    {
        var wrong = FindSources("src", "tests", "build", "workspaces")
            .Where(source => source.Text.Count(c => c == '\n') > LongestFile)
            .Select(source => source.Path)
            .ToList();
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    // SQL, shell and HTML keep their own lines: raw strings are exempt.
    [TestMethod]
    public void A_line_has_at_most_140_characters()
    {
        var wrong = FindSources("src", "tests", "build", "workspaces")
            .SelectMany(source => FindLongLines(source.Text).Select(line => $"{source.Path}({line}) has over {LongestLine} characters"))
            .ToList();
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void A_long_line_is_found_unless_it_belongs_to_a_raw_string()
    {
        var text = new string('x', LongestLine + 1);
        CollectionAssert.AreEqual(
            new[] { 1, 6 },
            FindLongLines($"{text}\na = \"\"\"\n{text}\n\"\"\";\nb = \"\"\"{text}\"\"\";\n{text}").ToArray()
        );
    }

    private static IEnumerable<int> FindLongLines(string text)
    {
        var lines = text.Split('\n');
        var isRaw = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var quotes = Regex.Count(lines[i], "\"{3,}");
            if (lines[i].TrimEnd('\r').Length > LongestLine && !isRaw && quotes == 0)
            {
                yield return i + 1;
            }

            isRaw ^= quotes % 2 == 1;
        }
    }

    private static List<(string Path, string Text)> FindSources(params string[] folders)
    {
        var sources = (folders.Length == 0 ? ["src"] : folders)
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Folder, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => (Path: Path.GetRelativePath(Repository.Folder, file).Replace(Path.DirectorySeparatorChar, '/'), File: file))
            .Where(source => !Regex.IsMatch(source.Path, "/(bin|obj)/"))
            .Select(source => (source.Path, File.ReadAllText(source.File)))
            .ToList();
        Assert.IsNotEmpty(sources);
        return sources;
    }
}
