using System.Text.Json.Nodes;
using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Words of a person arrive as they were meant, from the command line or from a file; a misspelt argument is an error.</summary>
[TestClass]
public sealed class ArgumentTextTests
{
    private const string Gate = """<ItemGroup><CampaignTask Include="check.1" Kind="Gate" /></ItemGroup>""";

    [TestMethod]
    [DataRow("fine%2C thanks", "fine, thanks")]
    [DataRow("a%3Bb %22c%22 100%25 %2541", "a;b \"c\" 100% %41")]
    [DataRow("one%0Atwo", "one\ntwo")]
    [DataRow("100% sure, it's $HOME! größer; \"so\"", "100% sure, it's $HOME! größer; \"so\"")]
    public void A_comment_arrives_as_it_was_meant(string written, string meant)
    {
        using var workspace = new TestWorkspace(Gate);
        workspace.Build("Step").Succeeded();

        var answer = workspace.Build("Respond", ("TaskId", "check.1"), ("Decision", "approve"), ("Comment", written)).Succeeded().Item;

        Assert.AreEqual(meant, (string?)JsonNode.Parse(File.ReadAllText(answer.GetMetadata("path")))!["comment"]);
    }

    [TestMethod]
    public void A_comment_can_be_given_by_file()
    {
        using var workspace = new TestWorkspace(Gate);
        workspace.Build("Step").Succeeded();
        var file = workspace.Write("a note, or two.txt", "\uFEFFfine, thanks; \"all\" 100%41\nas planned: größer\n\n");

        var answer = workspace
            .Build(
                "Respond",
                ("TaskId", "check.1"),
                ("Decision", "approve"),
                ("CommentFile", file.Replace(",", "%2C", StringComparison.Ordinal))
            )
            .Succeeded()
            .Item;

        Assert.AreEqual(
            "fine, thanks; \"all\" 100%41\nas planned: größer",
            (string?)JsonNode.Parse(File.ReadAllText(answer.GetMetadata("path")))!["comment"]
        );
    }

    [TestMethod]
    public void A_reason_can_be_given_by_file()
    {
        using var workspace = new TestWorkspace(Gate);
        workspace.Build("Init").Succeeded();

        workspace.Build("Cancel", ("ReasonFile", workspace.Write("why.txt", "wrong input, sorry\n"))).Succeeded();

        Assert.AreEqual("wrong input, sorry", workspace.Build("Status").Succeeded().Item.GetMetadata("reason"));
    }

    [TestMethod]
    public void A_file_that_holds_no_text_is_refused_with_its_path()
    {
        using var workspace = new TestWorkspace(Gate);
        workspace.Build("Init").Succeeded();
        File.WriteAllBytes(workspace.Write("latin.txt", ""), [0x63, 0xE9]);

        foreach (
            var path in (string[])
                [
                    workspace.Write("empty.txt", " \n"),
                    workspace.Write("long.txt", new string('x', 70_000)),
                    Path.Combine(workspace.Folder, "latin.txt"),
                    workspace.Folder,
                    Path.Combine(workspace.Folder, "gone.txt"),
                    "/dev/zero",
                    "/dev/null",
                ]
        )
        {
            var error = workspace.Build("Cancel", ("ReasonFile", path)).Failed().Error;
            Assert.AreEqual("MATTER3010", error.Code, path);
            Assert.AreEqual(path, error.File);
        }

        Assert.AreEqual("MATTER3010", workspace.Build("Cancel", ("ReasonFile", "why.txt"), ("Reason", "because")).Failed().Error.Code);
        Assert.AreEqual("PENDING", workspace.Build("Status").Succeeded().Item.GetMetadata("state"));
    }

    [TestMethod]
    [DataRow("Build")]
    [DataRow("Init")]
    [DataRow("Step")]
    [DataRow("Loop")]
    [DataRow("Status")]
    [DataRow("Explain")]
    [DataRow("Attempts")]
    [DataRow("Respond")]
    [DataRow("Pause")]
    [DataRow("Resume")]
    [DataRow("Cancel")]
    [DataRow("CancelAttempt")]
    [DataRow("Revive")]
    [DataRow("Rerun")]
    [DataRow("CleanupOrphans")]
    [DataRow("Reset")]
    [DataRow("WiringDiff")]
    [DataRow("ResolveOperatorWiring")]
    [DataRow("SnapshotWiring")]
    [DataRow("ListRuns")]
    [DataRow("ExportEvidence")]
    [DataRow("Report")]
    [DataRow("CiReport")]
    [DataRow("VerifyEvidence")]
    [DataRow("CheckRun")]
    [DataRow("CacheInfo")]
    [DataRow("CachePrune")]
    public void A_misspelt_argument_is_an_error_of_every_target_and_nothing_is_done(string target)
    {
        using var workspace = new TestWorkspace(Gate);
        var run = workspace.Build("Init").Succeeded().Item;

        var error = workspace
            .Build(
                target,
                ("RunIdd", run.ItemSpec),
                ("TaskId", "check.1"),
                ("Decision", "approve"),
                ("Confirm", "true"),
                ("MaxAge", "00:00:01")
            )
            .Failed()
            .Error;

        Assert.AreEqual("MATTER3040", error.Code);
        Assert.AreEqual(workspace.Project, error.File);
        StringAssert.Contains(error.Message, "'RunId'");
        Assert.AreEqual("PENDING", workspace.Build("Status").Succeeded().Item.GetMetadata("state"));
        Assert.HasCount(1, workspace.Build("ListRuns").Succeeded().Items);
    }

    [TestMethod]
    public void Help_has_a_line_for_each_target()
    {
        using var workspace = new TestWorkspace();

        var said = workspace.Build("Help").Succeeded().Said.Split('\n');

        Assert.IsTrue(
            said.Any(l => l.StartsWith("  Respond ", StringComparison.Ordinal) && l.Contains("CommentFile", StringComparison.Ordinal))
        );
        Assert.IsGreaterThan(27, said.Length);
        Assert.HasCount(1, Directory.GetFileSystemEntries(workspace.Folder));
    }
}
