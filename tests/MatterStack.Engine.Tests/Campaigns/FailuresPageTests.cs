using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>Samples of docs/failures.md that are no tasks.</summary>
[TestClass]
public sealed partial class FailuresPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "failures.md")).ReplaceLineEndings("\n");

    [TestMethod]
    [DataRow("Si2\n1.0\n 5 0 0\n 0 5 0\n 0 0 5\n Si C\n 1 2\nDirect\n 0 0 0\n 1 1 1\n 0 0 1\n\n 0 0 0\n 0 0 0\n 0 0 0\n", true)]
    [DataRow("Si2\n1.0\n 5 0 0\n 0 5 0\n 0 0 5\n Si C\n 1 2\nSelective dynamics\nDirect\n 0 0 0 T T T\n 1 1 1 T T T\n 0 0 1 T T T\n", true)]
    [DataRow("Si2\n1.0\n 5 0 0\n 0 5 0\n 0 0 5\n Si C\n 1 2\nDirect\n 0 0 0\n 1 1 1\n", false)]
    [DataRow("Si2\n1.0\n 5 0 0\n 0 5 0\n", false)]
    [DataRow("", false)]
    public void The_check_of_the_recipe_for_VASP_refuses_a_structure_that_is_cut(string structure, bool isWhole)
    {
        using var folder = new TempFolder();
        File.WriteAllText(Path.Combine(folder.Path, "POSCAR"), structure);
        var check = WebUtility.HtmlDecode(AwkRegex().Match(Page).Groups[1].Value);
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", check]) { WorkingDirectory = folder.Path })!;
        shell.WaitForExit();

        Assert.AreEqual(isWhole ? 0 : 1, shell.ExitCode);
    }

    [GeneratedRegex("CarryIf=\"(awk [^\"]*)\"")]
    private static partial Regex AwkRegex();
}
