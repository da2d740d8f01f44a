using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Tests.Publishing;

/// <content>Places where nothing is published.</content>
public sealed partial class RunPublishingTests
{
    [TestMethod]
    [DataRow("results", "../outside", "results/a.csv", "leads out of the project's folder through a link")]
    [DataRow("results/deep", "../../outside", "results/deep/a.csv", "leads out of the project's folder through a link")]
    [DataRow("results", "runs", "results/a.csv", "is in the folder of the runs")]
    [DataRow("results", ".git", "results/a.csv", "is in '.git'")]
    [DataRow("results", "sub", "results/c.csv", "is a source of the project or an input of the campaign")]
    public void No_link_leads_to_a_place_that_is_not_for_results(string link, string target, string publish, string fault)
    {
        _world.Write("campaign/sub/c.csv", "input");
        Declare("b", "1", "other/b.csv");
        _world.Task("a", "echo 1 > out.csv", ("Outputs", "out.csv"), ("Publish", publish), ("Files", "sub/c.csv"));
        Directory.CreateDirectory(_world.In("outside"));
        Directory.CreateDirectory(Target(".git"));
        Directory.CreateDirectory(Path.GetDirectoryName(Target(link))!);
        Directory.CreateSymbolicLink(Target(link), target);

        Assert.IsFalse(_world.Loop(new RunArguments { Replace = true }), "Replace does not allow it either");

        Assert.AreEqual(RunCodes.PublishFailed, _world.Reported.Single().Code);
        Assert.Contains(fault, _world.Reported[0].Message);
        Assert.IsFalse(File.Exists(Target("other/b.csv")), "nothing is copied");
        Assert.IsEmpty(Directory.GetFiles(_world.In("outside")));
        Assert.IsEmpty(Directory.GetFiles(Target(".git")));
        Assert.AreEqual("input", Read("sub/c.csv"));
    }

    [TestMethod]
    public void A_link_inside_the_project_is_followed()
    {
        Declare("a", "1", "results/a.csv");
        Directory.CreateDirectory(Target("shared"));
        Directory.CreateSymbolicLink(Target("results"), "shared");

        Assert.IsTrue(_world.Loop(), Reported());

        Assert.AreEqual("1\n", Read("shared/a.csv"));
    }

    [TestMethod]
    [DataRow("results", "results/a.csv", "is below 'results', which is a file")]
    [DataRow("results/a.csv/x", "results/a.csv", "is a folder")]
    public void A_folder_and_a_file_do_not_take_each_others_place(string there, string publish, string fault)
    {
        _world.Write("campaign/" + there, "mine");
        Declare("a", "1", publish);

        Assert.IsFalse(_world.Loop(new RunArguments { Replace = true }));

        Assert.Contains(fault, _world.Reported.Single().Message);
        Assert.AreEqual("mine", Read(there));
    }
}
