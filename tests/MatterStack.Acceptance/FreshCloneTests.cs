using System.Globalization;
using System.Text.Json;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>What somebody sees who has just cloned the repository.</summary>
[TestClass]
public sealed class FreshCloneTests
{
    [TestMethod]
    public void Two_builds_started_at_once_as_the_first_commands_of_a_clone_both_run_their_campaigns_to_the_end()
    {
        Require.Component("git");
        var root = Directory.CreateTempSubdirectory("matterstack-clone-").FullName;
        try
        {
            var clone = Path.Combine(root, "a clone");
            var (code, said) = Shell.Run($"git clone --quiet '{Repository.Folder}' '{clone}'");
            if (code != 0)
            {
                Require.Absent("git", $"the folder of the tests cannot be cloned: {said}");
            }

            // A campaign of a few lines beside the real one.
            var few = Path.Combine(clone, "workspaces", "few_lines");
            Directory.CreateDirectory(few);
            File.WriteAllText(
                Path.Combine(few, "few_lines.proj"),
                """
                <Project>
                  <Import Project="../../Directory.Build.targets" />
                  <ItemGroup>
                    <CampaignTask Include="hello" Command="echo hello" />
                  </ItemGroup>
                </Project>
                """
            );

            // As many write it, without a slash at the end.
            var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            var environment = new Dictionary<string, string> { ["NUGET_PACKAGES"] = packages.TrimEnd('/') };
            using var metals = DotnetBuild.Start(clone, ["workspaces/metals_eos", "-t:Loop"], environment);
            using var hello = DotnetBuild.Start(few, ["-t:Loop"], environment);

            hello.Wait().Succeeded().Says("COMPLETED");
            metals.Wait().Succeeded().Says("109 of 109 done", "COMPLETED");
            Assert.AreEqual("hello\n", OnlyRun(few).File("hello", "stdout.log"));
            CheckMetals(OnlyRun(Path.Combine(clone, "workspaces", "metals_eos")));
            Assert.AreEqual(
                "?? workspaces/few_lines/\n",
                Shell.Run("git status --porcelain", clone).Said,
                "what a build leaves is ignored by git"
            );

            using var again = DotnetBuild.Start(clone, ["workspaces/metals_eos", "-t:Loop"]);
            again.Wait().Succeeded().Says("nothing is left to do");
            Assert.HasCount(1, Directory.GetDirectories(Path.Combine(clone, "workspaces", "metals_eos", "runs")));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static Run OnlyRun(string workspace) => new(Directory.GetDirectories(Path.Combine(workspace, "runs")).Single());

    private static void CheckMetals(Run run)
    {
        Assert.AreEqual("COMPLETED", run.State);
        Assert.AreEqual("109", run.Text("SELECT count(*) FROM tasks WHERE state = 'COMPLETED'"));
        Assert.AreEqual("109", run.Text("SELECT count(*) FROM attempts"));
        using var ranking = JsonDocument.Parse(run.File("rank", "work/ranking.json"));
        Assert.AreEqual(9, ranking.RootElement.GetProperty("ranking").GetArrayLength());
        Assert.IsTrue(ranking.RootElement.GetProperty("ranking").EnumerateArray().All(r => r.GetProperty("ok").GetBoolean()));
        using var published = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Folder, "workspaces", "metals_eos", "cleri-rosato-1993.json"))
        );
        foreach (var element in published.RootElement.GetProperty("elements").EnumerateObject())
        {
            using var fit = JsonDocument.Parse(run.File("fit_" + element.Name, "work/results.json"));
            Near(element.Value.GetProperty("a0").GetDouble(), fit.RootElement.GetProperty("a0_angstrom").GetDouble(), 0.001, element.Name);
            Near(element.Value.GetProperty("Ec").GetDouble(), fit.RootElement.GetProperty("e_coh_ev").GetDouble(), 0.002, element.Name);
        }
    }

    private static void Near(double published, double computed, double share, string what) =>
        Assert.IsLessThanOrEqualTo(
            share * published,
            Math.Abs(computed - published),
            string.Create(CultureInfo.InvariantCulture, $"{what}: {computed} instead of {published}")
        );
}
