using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Attempts;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>What an entry of <c>Outputs</c> names.</summary>
[TestClass]
public sealed class DeclaredOutputTests
{
    private static readonly string[] Paths = ["a", "ab", "a/b", "a/b/c", "ab/c", "a/.b", ".a", "a b/c", "A/b", "a/b.dat", "c/a/b"];

    [TestMethod]
    [DataRow("**")]
    [DataRow("**/*")]
    [DataRow("a/**")]
    [DataRow("a/**/*")]
    [DataRow("a/b/**")]
    [DataRow("a/*")]
    [DataRow("**/*.dat")]
    [DataRow("a*/**")]
    [DataRow("**/b")]
    public void A_pattern_names_what_the_matcher_says(string pattern)
    {
        foreach (var path in Paths)
        {
            Assert.AreEqual(Globs.IsMatch(pattern, path), new DeclaredOutput(pattern).MatchesPath(path), path);
        }
    }
}
