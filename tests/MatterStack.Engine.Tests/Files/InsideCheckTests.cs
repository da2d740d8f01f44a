using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Files;

[TestClass]
public sealed class InsideCheckTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void It_says_what_a_look_at_the_whole_path_says()
    {
        using var temp = new TempFolder();
        var work = temp.In("attempt/work");
        Directory.CreateDirectory(Path.Combine(work, "a/b"));
        Directory.CreateDirectory(temp.In("attempt/outside"));
        File.WriteAllText(Path.Combine(work, "a/b/file"), "");
        File.WriteAllText(temp.In("attempt/outside/file"), "");
        File.CreateSymbolicLink(Path.Combine(work, "a/link"), "b/file");
        File.CreateSymbolicLink(Path.Combine(work, "a/out"), "../../outside/file");
        File.CreateSymbolicLink(Path.Combine(work, "a/nothing"), "nobody");
        Directory.CreateSymbolicLink(Path.Combine(work, "inner"), "a/b");
        Directory.CreateSymbolicLink(Path.Combine(work, "outer"), "../outside");
        var check = new InsideFolderCheck(work);

        // Twice: the second time what is known of folders answers.
        foreach (
            var path in (string[])
                [
                    "a/b/file",
                    "a/b/none",
                    "a/link",
                    "a/out",
                    "a/nothing",
                    "inner/file",
                    "outer/file",
                    "inner",
                    "outer",
                    "a/b/file",
                    "outer/file",
                    "inner/file",
                    "../outside/file",
                    "none",
                ]
        )
        {
            Assert.AreEqual(RelativePath.StaysInside(work, Path.Combine(work, path)), check.StaysInside(path, out var isLink), path);
            Assert.AreEqual(path is "a/link" or "a/out" or "a/nothing" or "inner" or "outer", isLink, path);
        }
    }
}
