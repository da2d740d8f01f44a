using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Metadata that an ItemDefinitionGroup gives to all tasks name what is another for each.</summary>
[TestClass]
public sealed class DefinitionMetadataTests
{
    [TestMethod]
    [DataRow("false")]
    [DataRow("true")]
    public void Well_known_metadata_are_those_of_each_task_also_in_a_process_of_its_own(string taskHost)
    {
        using var workspace = new TestWorkspace(
            """
            <ItemDefinitionGroup>
              <CampaignTask>
                <Command>echo "%(Identity) %( Filename ) %(CampaignTask.Identity) [%(Extension)] [%(RelativeDir)] [%(RecursiveDir)] %(RootDir)%(Directory)%(Identity) %(FullPath) [%(ModifiedTime)] %(DefiningProjectName) %25(Identity) $STAMP" > %(Identity).txt</Command>
                <Outputs>%(Identity).txt;%(Filename)%(Extension).txt</Outputs>
                <Env>STAMP=of %(Identity)</Env>
              </CampaignTask>
            </ItemDefinitionGroup>
            <ItemGroup><CampaignTask Include="a" /><CampaignTask Include="b.x" /><CampaignTask Include="c" Command="echo own > c.txt" /></ItemGroup>
            """
        );
        workspace.Build("Build", ("MatterStackTaskHost", taskHost)).Succeeded();

        workspace.Build("Loop", ("MatterStackTaskHost", taskHost)).Succeeded();

        var run = workspace.Build("Status").Succeeded().Item.GetMetadata("path");
        var root = Path.GetPathRoot(workspace.Folder)!;
        var directory = workspace.Folder[root.Length..] + Path.DirectorySeparatorChar;
        Assert.AreEqual(
            $"a a a [] [] [] {root}{directory}a {workspace.Folder}/a [] probe %(Identity) of a\n",
            File.ReadAllText(Path.Combine(run, "tasks", "a@1", "work", "a.txt"))
        );
        Assert.AreEqual(
            $"b.x b b.x [.x] [] [] {root}{directory}b.x {workspace.Folder}/b.x [] probe %(Identity) of b.x\n",
            File.ReadAllText(Path.Combine(run, "tasks", "b.x@1", "work", "b.x.txt"))
        );
        Assert.AreEqual("own\n", File.ReadAllText(Path.Combine(run, "tasks", "c@1", "work", "c.txt")));
    }
}
