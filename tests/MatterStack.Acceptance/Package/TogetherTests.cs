using System.Globalization;

namespace MatterStack.Acceptance.Package;

/// <summary>Several workspaces at once, in one build and in several, and what a build leaves behind for the next.</summary>
[TestClass]
public sealed class TogetherTests
{
    [TestMethod]
    [DataRow("-m:3")]
    [DataRow("-m:3 -mt")]
    public void One_build_runs_several_workspaces_of_two_versions_at_once(string switches)
    {
        using var user = new User();
        user.NoCode("a", task: "ran_a");
        user.NoCode("b", task: "ran_b");
        // By reference: of an SDK MSBuild takes one version in one build.
        user.Coded("c", version: PackageFeed.NextVersion);
        user.Write(
            "all.proj",
            """
            <Project>
              <Target Name="Build">
                <MSBuild Projects="c/coded.csproj" Targets="Restore" Properties="MSBuildRestoreSessionId=first" />
                <MSBuild Projects="a/nocode.proj;b/nocode.proj;c/coded.csproj" Targets="Loop" BuildInParallel="true" />
              </Target>
            </Project>
            """
        );

        user.Build("", ["all.proj", .. switches.Split(' ')]).Succeeded();

        Assert.AreEqual("ran_a\n", user.Run("a").File("ran_a", "work/said.txt"));
        Assert.AreEqual("ran_b\n", user.Run("b").File("ran_b", "work/said.txt"));
        Assert.AreEqual("COMPLETED", user.Run("c").State);
        Assert.AreEqual((PackageFeed.Shared.Version, PackageFeed.NextVersion), (user.MadeBy("a"), user.MadeBy("c")));
    }

    [TestMethod]
    public void Builds_started_at_once_that_meet_the_package_for_the_first_time_all_succeed()
    {
        using var user = new User(packages: Path.Combine(PackageFeed.Shared.Root, "met-at-once"));
        var folders = new[] { user.NoCode("a"), user.NoCode("b"), user.Coded("c") };

        var builds = folders.Select(f => user.Start(f, ["-t:Loop"])).ToList();

        foreach (var build in builds)
        {
            using (build)
            {
                build.Wait().Succeeded().Says("COMPLETED");
            }
        }
    }

    [TestMethod]
    public void A_build_server_and_nodes_that_stay_serve_one_workspace_after_another()
    {
        using var user = new User();
        user.NoCode("a");
        user.NoCode("b", sdk: "MatterStack.Build/" + PackageFeed.NextVersion);
        user.Coded("c");
        // A server of this test's own, that goes when nobody has asked it for some seconds.
        var server = new Dictionary<string, string>
        {
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "1",
            ["MSBUILDNODEHANDSHAKESALT"] = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            ["MSBUILDNODECONNECTIONTIMEOUT"] = "5000",
            ["MSBUILDDISABLENODEREUSE"] = "0",
        };

        foreach (var folder in new[] { "a", "b", "c" })
        {
            using var first = user.Start(folder, ["-t:Loop"], server);
            first.Wait().Succeeded().Says("COMPLETED");
        }

        foreach (var folder in new[] { "a", "b", "c" })
        {
            // What is changed is seen, whatever the server remembers.
            File.WriteAllText(Path.Combine(user.Folder, folder, "operators.yaml"), "operators:\n  nonsense.default: {}\n");
            using var broken = user.Start(folder, [], server);
            broken.Wait().Failed("operators.yaml(2,");
            File.Delete(Path.Combine(user.Folder, folder, "operators.yaml"));
            using var again = user.Start(folder, ["-t:Loop"], server);
            again.Wait().Succeeded().Says("nothing is left to do");
        }
    }
}
