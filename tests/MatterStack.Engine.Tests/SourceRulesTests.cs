using System.Text.RegularExpressions;

namespace MatterStack.Engine.Tests;

/// <summary>Rules for the files under <c>src/</c> that no analyzer checks: one type per file, its name, length of files and lines.</summary>
[TestClass]
public sealed class SourceRulesTests
{
    private const int LongestLine = 140;
    private const int LongestFile = 400;

    // A type at the start of a line is a top-level type, since namespaces have the scope of their file.
    private static readonly Regex TopLevelType = new(
        @"^(?:(?:public|internal|file|sealed|abstract|static|readonly|partial|unsafe|ref)\s+)*"
        + @"(?:(?:record\s+class|record\s+struct|class|struct|record|interface|enum)\s+|delegate\s+\S+\s+)(\w+)",
        RegexOptions.Multiline);

    [TestMethod]
    public void A_file_has_one_top_level_type_and_its_name()
    {
        var wrong = FindSources()
            .Select(source => (source.Path, Types: TopLevelType.Matches(source.Text).Select(m => m.Groups[1].Value).ToList()))
            .Where(source => source.Types.Count != 1 || Path.GetFileName(source.Path).Split('.')[0] != source.Types[0])
            .Select(source => $"{source.Path}: {string.Join(", ", source.Types)}").ToList();
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void A_file_has_at_most_400_lines()
    {
        var wrong = FindSources().Where(source => source.Text.Count(c => c == '\n') > LongestFile).Select(source => source.Path).ToList();
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    // LongLines.txt lists the files that still have longer lines. No file is added to it.
    [TestMethod]
    public void A_line_has_at_most_140_characters()
    {
        var listed = File.ReadAllLines(Path.Combine(Repository.Folder, "tests", "MatterStack.Engine.Tests", "LongLines.txt"));
        var found = FindSources().Where(source => source.Text.Split('\n').Any(line => line.TrimEnd('\r').Length > LongestLine))
            .Select(source => source.Path).ToList();
        var wrong = found.Except(listed).Select(path => $"{path} has a line over {LongestLine} characters")
            .Concat(listed.Except(found).Select(path => $"{path} has no long line any more: remove it from LongLines.txt")).ToList();
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    private static List<(string Path, string Text)> FindSources()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Repository.Folder, file).Replace(Path.DirectorySeparatorChar, '/'), File: file))
            .Where(source => !Regex.IsMatch(source.Path, "/(bin|obj)/"))
            .Select(source => (source.Path, File.ReadAllText(source.File))).ToList();
        Assert.IsNotEmpty(sources);
        return sources;
    }
}
