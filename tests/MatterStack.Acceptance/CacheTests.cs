using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>The life that the recipes of <c>docs/ci.md</c> give a campaign: its cache is saved by one job and restored by another, on
/// another machine as far as that can be had.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CacheTests : IDisposable
{
    private const string Nobody = "65534";

    private const string Tasks = """
          <ItemGroup>
            <CampaignTask Include="prepare" Command="tr a-z A-Z &lt; in.txt > text.txt; printf '#!/bin/sh\nwc -c\n' > count; chmod +x count" Files="in.txt" Outputs="text.txt;count" />
            <CampaignTask Include="one" DependsOn="prepare" Command="cat deps/prepare/text.txt one.txt | deps/prepare/count > one.out; echo counted" Files="one.txt" Outputs="one.out" />
            <CampaignTask Include="two" DependsOn="prepare" Command="cat deps/prepare/text.txt two.txt | deps/prepare/count > two.out" Files="two.txt" Outputs="two.out" />
            <CampaignTask Include="sum" DependsOn="one;two" Command="awk '{n += $1} END {printf &quot;{\&quot;sum\&quot;: %d}&quot;, n}' deps/one/one.out deps/two/two.out > results.json" Outputs="results.json" />
          </ItemGroup>
        """;

    private readonly Campaign _campaign = new("");
    private readonly string _elsewhere = Directory.CreateTempSubdirectory("matterstack-elsewhere-").FullName;

    public CacheTests()
    {
        _campaign.Write("probe.proj", Project(Repository.Targets, ""));
        _campaign.Write("in.txt", "some words\n");
        _campaign.Write("one.txt", "1\n");
        _campaign.Write("two.txt", "two\n");
    }

    private string Clone => Path.Combine(_elsewhere, "deep", "er", "clone");

    private Run CloneRun => new(Directory.GetDirectories(Path.Combine(Clone, "runs")).Order(StringComparer.Ordinal).Last());

    public void Dispose()
    {
        _campaign.Dispose();
        Directory.Delete(_elsewhere, recursive: true);
    }

    [TestMethod]
    public void A_cache_that_is_restored_under_another_path_and_user_spares_every_task_and_after_a_change_all_but_its_cone()
    {
        _campaign.Build("Loop").Succeeded();
        var first = _campaign.Run();
        Assert.AreEqual("prepare one two sum", Executed(first));
        var outputs = Outputs(first);
        Shell("tar -cf '{0}/cache.tar' .matterstack/cache", _campaign.Folder);
        MakeClone();
        // The chain must hold without it.
        Directory.Delete(_campaign.Runs, recursive: true);

        Build("Loop", "-p:MatterStackCacheMode=read").Succeeded().Says("COMPLETED");
        Assert.AreEqual("", Executed(CloneRun));
        Assert.AreEqual(AsNobody is null ? Environment.UserName : "nobody", Support.Shell.Run("stat -c %U runs", Clone).Said.Trim());
        Assert.AreEqual(outputs, Outputs(CloneRun));
        Assert.AreEqual("counted\n", CloneRun.File("one", "original.stdout.log"));
        Assert.AreEqual($"{{\"sum\": {13 + 15}}}", CloneRun.File("sum", "work/results.json").Trim());
        Build("ExportEvidence").Succeeded();
        Build("VerifyEvidence").Succeeded().Says("is whole");
        Assert.Contains(first.Id, File.ReadAllText(Path.Combine(CloneRun.Folder, "evidence", "tasks", "sum@1", "manifest.json")));
        Build("Explain", "-p:TaskId=sum").Succeeded().Says("not executed: it has the result of attempt", first.Id);

        File.WriteAllText(Path.Combine(Clone, "two.txt"), "three\n");
        Build("Loop").Succeeded().Says("the campaign has changed", "prepare completed (from the cache)", "COMPLETED");
        Assert.AreEqual("two sum", Executed(CloneRun));
        Assert.AreEqual($"{{\"sum\": {13 + 17}}}", CloneRun.File("sum", "work/results.json").Trim());
        Build("Explain", "-p:TaskId=two").Succeeded().Says("ran because: file two.txt changed (");
        Build("Explain", "-p:TaskId=sum").Succeeded().Says("ran because: output two.out of two changed (");

        Build("CacheInfo").Succeeded().Says("6 results with ", "mode readwrite");
        Build("CachePrune", "-p:MaxAge=30.00:00:00", "-p:MaxSize=5GB").Succeeded().Says("0 results and 0 files deleted");
        Build("CachePrune", "-p:MaxSize=0").Succeeded().Says("no results");
    }

    [TestMethod]
    public void Rerun_computes_again_and_a_damaged_result_is_a_miss_with_a_warning_that_names_the_file()
    {
        _campaign.Build("Loop").Succeeded();
        _campaign.Build("Rerun", "-p:TaskId=one").Succeeded();
        _campaign.Build("Loop").Succeeded();
        Assert.AreEqual("", _campaign.Run().Attempt("one", "coalesce(cached_from, '')", index: 2));
        _campaign.Build("Explain", "-p:TaskId=one").Succeeded().Says("ran because: it was asked for again");

        var blob = Path.Combine(
            _campaign.Folder,
            ".matterstack",
            "cache",
            "blobs",
            _campaign.Run().Text("SELECT substr(sha256, 1, 2) || '/' || sha256 FROM outputs WHERE path = 'one.out'")
        );
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(blob, "99\n");
        _campaign.Build("Loop", "-p:NewRun=true").Succeeded().Says("warning MATTER5041", Path.GetFileName(blob));
        Assert.AreEqual("one", Executed(_campaign.Run()));
        Assert.AreEqual("28", _campaign.Run().Text("SELECT json_extract(results, '$.sum') FROM attempts WHERE task_id = 'sum'"));

        _campaign.Build("Loop", "-p:MatterStackCacheMode=sometimes").Failed("MATTER5040", "readwrite, read or off");
    }

    private static string Project(string targets, string properties) =>
        $"<Project><PropertyGroup>{properties}</PropertyGroup><Import Project=\"{targets}\" />\n{Tasks}\n</Project>\n";

    // Tasks that a process was started for, in the order of the workflow.
    private static string Executed(Run run) =>
        string.Join(
            ' ',
            run.Rows(
                    "SELECT task_id FROM tasks t WHERE EXISTS (SELECT 1 FROM attempts a WHERE a.task_id = t.task_id AND "
                        + "a.submitted_at_utc IS NOT NULL) ORDER BY seq"
                )
                .Select(r => r[0])
        );

    private static string Outputs(Run run) =>
        string.Join(
            '\n',
            run.Rows("SELECT a.task_id, path, sha256 FROM outputs o JOIN attempts a ON a.attempt_id = o.attempt_id ORDER BY 1, 2")
                .Select(r => string.Join(' ', r))
        );

    private void MakeClone()
    {
        // All of it is put where another user can get at it: what serves the repository stands in for the package.
        Directory.CreateDirectory(Clone);
        Shell(
            "cp -r '"
                + Path.Combine(Repository.Folder, "build")
                + "' '"
                + Path.Combine(Repository.Folder, "artifacts", "tasks")
                + "' '{0}'",
            _elsewhere
        );
        Shell("cp in.txt one.txt two.txt Directory.Build.rsp '" + Clone + "'", _campaign.Folder);
        File.WriteAllText(
            Path.Combine(Clone, "probe.proj"),
            Project(
                "../../../build/MatterStack.Build.targets",
                "<MatterStackTasksFolder>$(MSBuildThisFileDirectory)../../../tasks/</MatterStackTasksFolder>"
            )
        );
        Shell($"tar -xf '{_elsewhere}/cache.tar'", Clone);
        if (AsNobody is not null)
        {
            Shell($"chown -R {Nobody}:{Nobody} '{{0}}'", _elsewhere);
        }
    }

    private BuildOutcome Build(string target, params string[] arguments)
    {
        var home = Path.Combine(_elsewhere, "home");
        using var build = DotnetBuild.Start(
            Clone,
            ["-t:" + target, .. arguments],
            new Dictionary<string, string>
            {
                ["HOME"] = home,
                ["DOTNET_CLI_HOME"] = home,
                ["MSBUILDDISABLENODEREUSE"] = "1",
            },
            AsNobody
        );
        return build.Wait();
    }

    // Where that can be done, and where dotnet is not for one user alone.
    private string[]? AsNobody
    {
        get
        {
            string[] through = ["setpriv", "--reuid=" + Nobody, "--regid=" + Nobody, "--clear-groups"];
            return field ??=
                Environment.IsPrivilegedProcess
                && Support
                    .Shell.Run($"DOTNET_CLI_HOME=/nowhere {string.Join(' ', through)} \"${{DOTNET_HOST_PATH:-dotnet}}\" --list-sdks")
                    .Code == 0
                    ? through
                    : null;
        }
    }

    private void Shell(string command, string folder)
    {
        var (code, said) = Support.Shell.Run(command.Replace("{0}", _elsewhere, StringComparison.Ordinal), folder);
        Assert.AreEqual(0, code, said);
    }
}
