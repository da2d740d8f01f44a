using System.Text.RegularExpressions;
using System.Xml.Linq;
using MatterStack.Engine.Campaigns;
using YamlDotNet.RepresentationModel;

namespace MatterStack.Engine.Tests;

/// <summary>Pages lead to each other, name what there is, and show what can be read.</summary>
[TestClass]
public sealed partial class DocumentationTests
{
    [TestMethod]
    public void Every_link_of_every_page_leads_to_a_file_that_is_there()
    {
        var broken = Pages()
            .SelectMany(page =>
                Link()
                    .Matches(Prose(page))
                    .Select(l => l.Groups[1].Value.Split('#')[0])
                    .Where(target =>
                        target.Length > 0
                        && !target.Contains("://", StringComparison.Ordinal)
                        && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
                    )
                    .Select(target => $"{Path.GetRelativePath(Repository.Folder, page)}: {target}")
            );

        Assert.AreEqual("", string.Join('\n', broken));
    }

    [TestMethod]
    public void The_first_page_of_the_documentation_leads_to_every_other()
    {
        var first = File.ReadAllText(Path.Combine(Docs, "README.md"));
        var unnamed = Directory
            .EnumerateFiles(Docs, "*.md")
            .Select(Path.GetFileName)
            .Where(name => name != "README.md" && !first.Contains($"]({name})", StringComparison.Ordinal));

        Assert.AreEqual("", string.Join(' ', unnamed));
    }

    [TestMethod]
    public void The_page_of_targets_lists_every_setting_that_is_read_and_no_other()
    {
        var targets = File.ReadAllText(Path.Combine(Repository.Folder, "build", "MatterStack.Build.targets"));
        // What a task is given from a property of that name; the others are the build's own.
        var read = SettingRead().Matches(targets).Select(m => m.Groups[1].Value).Distinct().Order();

        Assert.AreEqual(string.Join(' ', read), string.Join(' ', Listed("## Settings")));
        Assert.AreEqual(string.Join(' ', read), string.Join(' ', SettingNames.All.Order()), "what is near to one of them is an error");
    }

    [TestMethod]
    public void Commands_that_pages_show_name_targets_arguments_and_settings_that_exist()
    {
        var targets = XDocument
            .Load(Path.Combine(Repository.Folder, "build", "MatterStack.Build.targets"))
            .Root!.Elements("Target")
            .Select(t => t.Attribute("Name")!.Value);
        // Of MSBuild and the SDK, and of the packing of this repository.
        var foreign = new[] { "Nop", "Restore", "Rebuild", "Clean", "MatterStackReadyToRun", "RunAnalyzers" };
        var known = Listed("## Arguments").Concat(Listed("## Settings")).Concat(targets).Concat(foreign).ToHashSet(StringComparer.Ordinal);
        var unknown = Pages()
            .SelectMany(page =>
                Given()
                    .Matches(File.ReadAllText(page))
                    .Select(m => m.Groups[1].Value)
                    // What is written in capitals stands for a name.
                    .Where(name => !known.Contains(name) && name.Any(char.IsLower))
                    .Select(name => $"{Path.GetRelativePath(Repository.Folder, page)}: {name}")
            )
            .Distinct();

        Assert.AreEqual("", string.Join('\n', unknown));
    }

    [TestMethod]
    public void Pages_name_the_version_that_this_is()
    {
        var version = XDocument.Load(Path.Combine(Repository.Folder, "Directory.Build.props")).Descendants("Version").Single().Value;
        var named = Pages()
            .SelectMany(page => VersionNamed().Matches(File.ReadAllText(page)).Select(m => m.Groups[1].Value + m.Groups[2].Value))
            .ToList();

        Assert.IsGreaterThan(4, named.Count);
        Assert.AreEqual(version, string.Join(' ', named.Distinct()));
    }

    [TestMethod]
    public void Recipes_and_the_workflow_of_this_repository_are_YAML()
    {
        var recipes = File.ReadAllText(Path.Combine(Docs, "ci.md"))
            .Split("```yaml\n")
            .Skip(1)
            .Select(part => part.Split("```")[0])
            .ToList();
        Assert.HasCount(3, recipes);
        foreach (var text in recipes.Append(File.ReadAllText(Path.Combine(Repository.Folder, ".github", "workflows", "ci.yml"))))
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            Assert.IsInstanceOfType<YamlMappingNode>(stream.Documents.Single().RootNode);
        }
    }

    private static string Docs => Path.Combine(Repository.Folder, "docs");

    private static IEnumerable<string> Pages() =>
        Directory
            .EnumerateFiles(Docs, "*.md")
            .Concat(new[] { "README.md", "CONTRIBUTING.md", "SECURITY.md" }.Select(name => Path.Combine(Repository.Folder, name)))
            .Concat(
                Directory
                    .EnumerateDirectories(Path.Combine(Repository.Folder, "workspaces"))
                    .Select(w => Path.Combine(w, "README.md"))
                    .Where(File.Exists)
            );

    private static string Prose(string page) => CodeBlock().Replace(File.ReadAllText(page), "");

    private static IEnumerable<string> Listed(string heading) =>
        File.ReadAllText(Path.Combine(Docs, "targets.md"))
            .Split(heading + "\n")[1]
            .Split("\n## ")[0]
            .Split('\n')
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(l => l.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1))
            .Order();

    [GeneratedRegex(@"(?<![\w-])-(?:t|p|getTargetResult|target|property):(\w+)(?=[=`\s,;.|)]|$)", RegexOptions.Multiline)]
    private static partial Regex Given();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"MatterStack\.\w+/(\d[\w.-]*)|MatterStack\.\w+"",? ?(?:Version=|: )""(\d[^""]*)""")]
    private static partial Regex VersionNamed();

    [GeneratedRegex(@" \w+=""\$\((MatterStack[A-Z]\w*(?<!DependsOn))\)""")]
    private static partial Regex SettingRead();
}
