using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Two users of one group who share a cache: a private output of the one, with a strict umask, is a hit for the other.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SharedCacheTests : IDisposable
{
    private const string Group = "65534";
    private const string Ada = "65534";
    private const string Ben = "65533";

    private readonly string _root = Directory.CreateTempSubdirectory("matterstack-shared-").FullName;

    public SharedCacheTests()
    {
        using (var any = new Campaign("  <ItemGroup><CampaignTask Include=\"a\" Command=\"true\" /></ItemGroup>"))
        {
            any.Build("Build").Succeeded();
        }

        // All of it is where others can get at it: what serves the repository stands in for the package.
        Shell(
            $"chmod 755 . && cp -r '{Path.Combine(Repository.Folder, "build")}' '{Path.Combine(Repository.Folder, "artifacts", "tasks")}' "
                + $". && chmod -R a+rX build tasks"
        );
        foreach (var user in new[] { Ada, Ben })
        {
            Directory.CreateDirectory(Path.Combine(_root, user, "home"));
            File.WriteAllText(Path.Combine(_root, user, "Directory.Build.rsp"), "-tl:off\n");
            File.WriteAllText(
                Path.Combine(_root, user, "probe.proj"),
                """
                <Project>
                  <PropertyGroup>
                    <MatterStackTasksFolder>$(MSBuildThisFileDirectory)../tasks/</MatterStackTasksFolder>
                    <MatterStackCacheDirectory>../cache</MatterStackCacheDirectory>
                  </PropertyGroup>
                  <Import Project="../build/MatterStack.Build.targets" />
                  <ItemGroup>
                    <CampaignTask Include="a" Command="echo 1 > out.txt; chmod 400 out.txt" Outputs="out.txt" />
                    <CampaignTask Include="b" Command="echo 2 > out.txt; chmod 400 out.txt" Outputs="out.txt" />
                  </ItemGroup>
                </Project>
                """
            );
        }

        Directory.CreateDirectory(Path.Combine(_root, "cache"));
        Shell($"chown -R {Ada}:{Group} {Ada}; chown -R {Ben}:{Group} {Ben}; chown 0:{Group} cache; chmod 2770 cache");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void A_private_output_of_one_is_a_hit_for_the_other_and_private_in_his_run()
    {
        Require.Component("users");

        Loop(Ada).Succeeded();
        Loop(Ben).Succeeded().SaysNot("MATTER50");

        Assert.AreEqual("", Executed(Ben));
        Assert.AreEqual("600", Shell("stat -c %a " + Path.Combine(NewestRun(Ben).PathOf("a", "work/out.txt"))).Trim());
    }

    [TestMethod]
    public void What_one_may_not_read_is_said_once_and_replaced_where_the_folder_lets_him()
    {
        Require.Component("users");
        Loop(Ada).Succeeded();
        // As versions before left it.
        Shell("chmod 400 cache/blobs/*/*; chmod g-w cache/blobs/* cache/entries/*");

        var denied = Loop(Ben).Succeeded().Says("MATTER5045").SaysNot("MATTER5041");
        Assert.AreEqual("a b", Executed(Ben));
        Assert.HasCount(3, denied.Said.Split(": warning MATTER5045"), "once, and once more in the summary of the build: " + denied.Said);

        Shell("chmod g+w cache/blobs/* cache/entries/*");
        Loop(Ben).Succeeded();
        Assert.AreEqual("a b", Executed(Ben), "computed once more, and kept");
        Loop(Ben).Succeeded().SaysNot("MATTER50");
        Assert.AreEqual("", Executed(Ben));
        Loop(Ada).Succeeded().SaysNot("MATTER50");
        Assert.AreEqual("", Executed(Ada), "the other reads what took the place of her own");
    }

    private BuildOutcome Loop(string user)
    {
        var home = Path.Combine(_root, user, "home");
        using var build = DotnetBuild.Start(
            Path.Combine(_root, user),
            ["-t:Loop", "-p:NewRun=true"],
            new Dictionary<string, string>
            {
                ["HOME"] = home,
                ["DOTNET_CLI_HOME"] = home,
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["TMPDIR"] = home,
            },
            ["setpriv", "--reuid=" + user, "--regid=" + Group, "--clear-groups", "sh", "-c", "umask 077; exec \"$@\"", "sh"]
        );
        return build.Wait();
    }

    private Run NewestRun(string user) =>
        new(Directory.GetDirectories(Path.Combine(_root, user, "runs")).Order(StringComparer.Ordinal).Last());

    private string Executed(string user) =>
        string.Join(
            ' ',
            NewestRun(user)
                .Rows(
                    "SELECT task_id FROM tasks t WHERE EXISTS (SELECT 1 FROM attempts a WHERE a.task_id = t.task_id AND "
                        + "a.submitted_at_utc IS NOT NULL) ORDER BY seq"
                )
                .Select(r => r[0])
        );

    private string Shell(string command)
    {
        var (code, said) = Support.Shell.Run(command, _root);
        Assert.AreEqual(0, code, said);
        return said;
    }
}
