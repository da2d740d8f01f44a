using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Each recipe of docs/msbuild.md does what the page says.</summary>
[TestClass]
public sealed class RecipeTests
{
    [TestMethod]
    public void Escapes() => Gives("Include=\"stamp\"", "stamp", "numbers.txt", "42 3\n   7|a;b\n");

    [TestMethod]
    public void A_list_in_a_target() => Gives("relax_%(Element.Identity)", "compare", "all.txt", "3.61\n3.52\n");

    [TestMethod]
    public void A_grid() =>
        Gives("md_%(Point.Identity)", "table", "table.txt", "Cu at 300\nCu at 600\nCu at 900\nNi at 300\nNi at 600\nNi at 900\n");

    [TestMethod]
    public void A_list_from_CSV() =>
        Gives("samples.csv", "anneal_b", "t.txt", "600\n", workspace => workspace.Write("samples.csv", "name,temperature\na,300\nb,600\n"));

    [TestMethod]
    public void What_all_have() => Gives("GREETING", "two", "two.txt", "hello, two\n");

    [TestMethod]
    public void To_change_some()
    {
        using var workspace = new TestWorkspace(Recipe("Update=\"large\""));

        Assert.IsEmpty(workspace.Build("Loop").Succeeded().Warnings);
    }

    [TestMethod]
    public void Every_recipe_has_its_test() => Assert.HasCount(6, Blocks());

    private static string[] Blocks() =>
        [
            .. File.ReadAllText(Path.Combine(Repository.Folder, "docs", "msbuild.md"))
                .ReplaceLineEndings("\n")
                .Split("```xml\n")
                .Skip(1)
                .Select(part => part.Split("```")[0]),
        ];

    private static string Recipe(string with) => Blocks().Single(text => text.Contains(with, StringComparison.Ordinal));

    private static void Gives(string with, string task, string file, string content, Action<TestWorkspace>? prepare = null)
    {
        using var workspace = new TestWorkspace(Recipe(with));
        prepare?.Invoke(workspace);

        var answer = workspace.Build("Loop").Succeeded();

        Assert.IsEmpty(answer.Warnings, answer.Said);
        Assert.AreEqual(content, File.ReadAllText(Path.Combine(answer.Item.GetMetadata("path"), "tasks", task + "@1", "work", file)));
    }
}
