using System.Text.Json;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>What a task's command finds where it runs.</summary>
[TestClass]
public sealed class CommandTests
{
    [TestMethod]
    public void A_command_is_taken_letter_for_letter()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="hash" Command="echo 'a # b' # a comment" />
                <CampaignTask Include="quotes" Command="printf '%s|' 'it'\''s' &quot;a \&quot;b\&quot;&quot; \\" />
                <CampaignTask Include="percent" Command="echo '50%25 %2541 %3B'" />
                <CampaignTask Include="semicolon" Command="echo one; echo two" />
                <CampaignTask Include="dollar" Command="x=1; echo $x ${x} %24(echo sub) `echo tick`" />
                <CampaignTask Include="letters" Command="echo 'Ångström 材料 😀'" />
                <CampaignTask Include="stars" Command="echo '*' '?' '&lt;' '>' '&amp;' '~'" />
                <CampaignTask Include="lines">
                  <Command>
                    for n in 1 2
                    do
                      echo "n $n"
                    done
                    cat &lt;&lt;END
            here
            END
                  </Command>
                </CampaignTask>
                <CampaignTask Include="trailing" Command="echo end # no newline follows" />
                <CampaignTask Include="replaces" Command="exec sh -c 'echo replaced; exit 0'" />
                <CampaignTask Include="leaves" Command="echo left; exit 0; echo never" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual("a # b\n", run.File("hash", "stdout.log"));
        Assert.AreEqual("it's|a \"b\"|\\|", run.File("quotes", "stdout.log"));
        Assert.AreEqual("50% %41 ;\n", run.File("percent", "stdout.log"));
        Assert.AreEqual("one\ntwo\n", run.File("semicolon", "stdout.log"));
        Assert.AreEqual("1 1 sub tick\n", run.File("dollar", "stdout.log"));
        Assert.AreEqual("Ångström 材料 😀\n", run.File("letters", "stdout.log"));
        Assert.AreEqual("* ? < > & ~\n", run.File("stars", "stdout.log"));
        Assert.AreEqual("n 1\nn 2\nhere\n", run.File("lines", "stdout.log"));
        Assert.AreEqual("end\n", run.File("trailing", "stdout.log"));
        Assert.AreEqual("replaced\n", run.File("replaces", "stdout.log"));
        Assert.AreEqual("left\n", run.File("leaves", "stdout.log"));
    }

    [TestMethod]
    public void A_command_knows_which_attempt_it_is_and_has_an_environment_and_a_temporary_folder_of_its_own()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" Cores="2" Env="COLOUR=dark red;PAIR=x%3By;QUOTE=it's &quot;$HOME&quot;;EMPTY="
                    Command="env; echo touched > &quot;$TMPDIR/mine&quot;" />
                <CampaignTask Include="b" Command="echo $TMPDIR; [ ! -e &quot;$TMPDIR/mine&quot; ]" />
              </ItemGroup>
            """
        );

        using var build = DotnetBuild.Start(
            campaign.Folder,
            ["-t:Loop"],
            new Dictionary<string, string>
            {
                ["MATTERSTACK_TASK_ID"] = "stray",
                ["TMPDIR"] = Path.GetTempPath(),
                ["FROM_USER"] = "kept",
            }
        );
        build.Wait().Succeeded();

        var run = campaign.Run();
        var environment = run.File("a", "stdout.log").Split('\n');
        foreach (
            var line in (string[])
                [
                    $"MATTERSTACK_RUN_ID={run.Id}",
                    "MATTERSTACK_TASK_ID=a",
                    $"MATTERSTACK_ATTEMPT_ID={run.Attempt("a", "attempt_id")}",
                    "MATTERSTACK_ATTEMPT_INDEX=1",
                    "MATTERSTACK_CORES=2",
                    "COLOUR=dark red",
                    "PAIR=x;y",
                    "QUOTE=it's \"$HOME\"",
                    "EMPTY=",
                    "FROM_USER=kept",
                ]
        )
        {
            CollectionAssert.Contains(environment, line);
        }

        Assert.IsFalse(
            environment.Any(l => l.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)),
            "what the build has set for itself"
        );
        Assert.AreEqual(run.PathOf("b", "").TrimEnd('/') + "\n", run.File("b", "stdout.log"));
        Assert.IsTrue(File.Exists(run.PathOf("a", "mine")));
    }

    [TestMethod]
    public void Files_are_staged_renamed_and_matched_and_an_edit_after_Init_does_not_reach_the_run()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" Command="find . -type f | sort; cat in.txt renamed.txt; ./scripts/go.sh"
                              Files="in.txt;params/Ni.json=>renamed.txt;scripts/**;potentials/*.eam" />
              </ItemGroup>
            """
        );
        var input = campaign.Write("in.txt", "as it was\n");
        campaign.Write("params/Ni.json", "{}\n");
        var script = campaign.Write("scripts/go.sh", "#!/bin/sh\necho went\n");
        File.SetUnixFileMode(script, File.GetUnixFileMode(script) | UnixFileMode.UserExecute);
        campaign.Write("scripts/deep/more.txt", "");
        campaign.Write("potentials/a.eam", "");
        campaign.Write("potentials/b.eam", "");
        campaign.Write("potentials/readme.md", "");

        campaign.Build("Init").Succeeded();
        File.WriteAllText(input, "edited\n");
        File.Delete(script);
        campaign.Build("Loop").Succeeded().Says("warning MATTER");

        Assert.AreEqual(
            "./in.txt\n./potentials/a.eam\n./potentials/b.eam\n./renamed.txt\n./scripts/deep/more.txt\n./scripts/go.sh\nas it "
                + "was\n{}\nwent\n",
            campaign.Run().File("a", "stdout.log")
        );
    }

    [TestMethod]
    public void Outputs_are_given_to_dependents_and_results_are_kept_in_the_store()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" Outputs="results.json;curves/*.dat" Command="mkdir curves; echo 1 > curves/x.dat; echo 2 > curves/y.dat; echo 3 > private; echo '{&quot;energy&quot;: -3.54}' > results.json" />
                <CampaignTask Include="b" DependsOn="a" Outputs="whole" Command="mkdir whole; cp deps/a/curves/x.dat whole/" />
                <CampaignTask Include="c" DependsOn="a;b" Command="find deps -type f | sort; cat deps/a/results.json" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded();

        var run = campaign.Run();
        Assert.AreEqual(
            "deps/a/curves/x.dat\ndeps/a/curves/y.dat\ndeps/a/results.json\ndeps/b/whole/x.dat\n{\"energy\": -3.54}\n",
            run.File("c", "stdout.log")
        );
        using var results = JsonDocument.Parse(run.Attempt("a", "results"));
        Assert.AreEqual(-3.54, results.RootElement.GetProperty("energy").GetDouble());
    }

    [TestMethod]
    public void Dependents_cannot_spoil_what_they_were_given()
    {
        using var campaign = new Campaign(
            """
              <ItemGroup>
                <CampaignTask Include="a" Outputs="data.txt" Command="echo original > data.txt" />
                <CampaignTask Include="b" DependsOn="a" Command="echo spoiled > deps/a/data.txt" />
                <CampaignTask Include="c" DependsOn="a;b" Command="cat deps/a/data.txt" />
              </ItemGroup>
            """
        );

        campaign.Build("Loop").Succeeded();

        Assert.AreEqual("original\n", campaign.Run().File("c", "stdout.log"));
    }

    [TestMethod]
    public void The_script_that_ran_can_be_repeated_by_hand()
    {
        using var campaign = new Campaign(
            """<ItemGroup><CampaignTask Include="a" Env="N=7" Command="echo $N $MATTERSTACK_TASK_ID; exit 4" AllowFailure="true" /></ItemGroup>"""
        );
        campaign.Build("Loop").Succeeded();
        var run = campaign.Run();
        var script = run.File("a", "run.sh");
        foreach (
            var part in (string[])[run.Id, "task     a", run.Attempt("a", "attempt_id"), "local.default", run.Attempt("a", "wiring_sha256")]
        )
        {
            StringAssert.Contains(script, part);
        }

        var (code, said) = Shell.Run($"sh '{run.PathOf("a", "run.sh")}'", campaign.Signs);

        Assert.AreEqual(4, code);
        Assert.AreEqual("7 a\n", said);
        Assert.StartsWith("4\n", run.File("a", "exit_code"));
    }
}
